// Runs the program itself against servers that do what a test tells them.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "scripted_server.h"
#include "server_frames.h"

namespace tickerhub::load {
namespace {

using testing::CompressedText;
using testing::ScriptedServer;
using testing::Text;

class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), TICKERHUB_LOAD_PROGRAM);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }

  void Signal(int signal) const { kill(process_, signal); }

  // Waits for the end, with this status and all these parts of what it says.
  // Returns all that it said.
  std::string Expect(std::optional<int> status,
                     const std::vector<std::string>& parts) const {
    std::string said;
    char buffer[4096];
    for (ssize_t got; (got = read(output_, buffer, sizeof buffer)) > 0;) {
      said.append(buffer, static_cast<std::size_t>(got));
    }
    close(output_);
    int ended = 0;
    waitpid(process_, &ended, 0);
    EXPECT_TRUE(WIFEXITED(ended));
    EXPECT_EQ(WEXITSTATUS(ended), status.value_or(WEXITSTATUS(ended))) << said;
    for (const std::string& part : parts) {
      EXPECT_NE(said.find(part), std::string::npos) << part << " in " << said;
    }
    return said;
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

std::string Snapshot(int seq) {
  return Text(R"({"type":"update","snapshot":true,"seq":)" +
              std::to_string(seq) + R"(,"data":{}})");
}

std::string Update(int seq, int since) {
  return Text(R"({"type":"update","seq":)" + std::to_string(seq) +
              R"(,"since":)" + std::to_string(since) +
              R"(,"time":1767364202000,"data":{"A":1}})");
}

class LoadProgramTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kClients = 3;

  std::vector<std::string> Arguments(std::vector<std::string> more = {}) {
    std::vector<std::string> all = {
        "--url", server_.url(), "--clients", "3", "--duration", "0", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  void OpenAll() {
    for (std::size_t i = 0; i < kClients; ++i) {
      server_.Open(Snapshot(1));
    }
  }

  // Beats until these clients have said good-bye, as a real server's next
  // update comes by itself.
  void BeatUntilClosed(int seq, std::vector<std::size_t> open = {0, 1, 2}) {
    const std::string heartbeat =
        Text(R"({"type":"heartbeat","seq":)" + std::to_string(seq) + "}");
    while (!open.empty()) {
      for (const std::size_t i : std::vector<std::size_t>(open)) {
        server_.Offer(i, heartbeat);
        if (!server_.HasBytes(i)) continue;
        server_.Close(i, 1000);
        open.erase(std::find(open.begin(), open.end(), i));
      }
      usleep(5000);
    }
  }

  ScriptedServer server_;
};

TEST_F(LoadProgramTest, SucceedsWhenEveryUpdateArrives) {
  Program program(Arguments({"--processes", "2"}));
  OpenAll();
  server_.SendToAll(Update(2, 1) + Update(3, 2));
  BeatUntilClosed(3);
  const std::string spread = R"("spread":{"count":)";
  const std::string said = program.Expect(
      0, {R"("everythingArrived":true)", R"("connected":3)",
          R"("updates":9,"snapshots":3)", spread, R"("closes":{"1000":3})"});
  // Of each update, those that were not the first to have it. A client of each
  // process may think so (FirstArrivals).
  const auto count = std::stoul(said.substr(said.find(spread) + spread.size()));
  EXPECT_GE(count, 2U);
  EXPECT_LE(count, 4U);
}

TEST_F(LoadProgramTest, TellsWhatCompressionSaved) {
  Program program(Arguments({"--compression"}));
  std::string symbols;
  for (int i = 1000; i < 1100; ++i) {
    symbols += (i > 1000 ? ",\"A" : "\"A") + std::to_string(i) + "\":1";
  }
  const std::string snapshot =
      R"({"type":"update","snapshot":true,"seq":1,"data":{)" + symbols + "}}";
  const std::string frame = CompressedText(snapshot);
  server_.Open(frame, true);
  server_.Open(frame, true);
  server_.Open(Text(snapshot));
  BeatUntilClosed(1);
  const std::string said = program.Expect(0, {R"("compressed":2,)"});
  const auto number = [&said](const std::string& name) {
    return std::stoul(said.substr(said.find(name) + name.size() + 2));
  };
  EXPECT_GE(number("inflatedBytes"), 3 * snapshot.size());
  EXPECT_LT(number("\"bytes"), 3 * snapshot.size());
}

TEST_F(LoadProgramTest, FailsWhenAnUpdateIsDropped) {
  Program program(Arguments());
  OpenAll();
  server_.SendToAll(Update(2, 1));
  server_.Send(0, Update(3, 2));
  server_.Send(2, Update(3, 2));
  server_.SendToAll(Update(4, 3));
  BeatUntilClosed(4);
  program.Expect(1, {R"("gaps":1)", R"("everythingArrived":false)"});
}

TEST_F(LoadProgramTest, FailsWhenTheLastUpdateIsDropped) {
  // Only the heartbeat behind it can tell.
  Program program(Arguments());
  OpenAll();
  server_.Send(0, Update(2, 1));
  server_.Send(1, Update(2, 1));
  BeatUntilClosed(2);
  program.Expect(1, {R"("gaps":1)"});
}

TEST_F(LoadProgramTest, FailsWhenAClientGetsNothingMore) {
  Program program(Arguments({"--settle", "0.2"}));
  OpenAll();
  for (std::size_t i = 0; i < kClients; ++i) {
    server_.Receive(i, 8);  // its close frame
    server_.HangUp(i);
  }
  program.Expect(1, {R"("incomplete":3)"});
}

TEST_F(LoadProgramTest, FailsWhenASnapshotStandsForUpdates) {
  Program program(Arguments());
  OpenAll();
  server_.Send(0, Snapshot(5));
  BeatUntilClosed(1);
  program.Expect(1, {R"("merged":1)"});
}

TEST_F(LoadProgramTest, FailsWhenAConnectionIsClosed) {
  Program program(Arguments());
  OpenAll();
  server_.Close(1, 4001);
  server_.Send(0, Update(2, 1));
  server_.Send(2, Update(2, 1));
  BeatUntilClosed(2, {0, 2});
  program.Expect(1, {R"("unexpectedEnds":1)", R"("4001":1)"});
}

TEST_F(LoadProgramTest, FailsWhenNobodyListens) {
  Program program(
      {"--url", ScriptedServer().url(), "--clients", "2", "--duration", "0"});
  program.Expect(1, {"0 made, 2 failed", "cannot connect: Connection refused"});
}

TEST_F(LoadProgramTest, SparesSlowReadersItsVerdict) {
  // A third of them: the last one.
  Program program(Arguments({"--slow-readers", "34"}));
  OpenAll();
  server_.Send(0, Update(2, 1));
  server_.Send(1, Update(2, 1));
  BeatUntilClosed(2);
  program.Expect(std::nullopt, {R"("slowReaders":1)"});
}

TEST_F(LoadProgramTest, ReportsAfterAnInterrupt) {
  Program program(
      {"--url", server_.url(), "--clients", "3", "--duration", "600"});
  OpenAll();
  server_.SendToAll(Update(2, 1));
  // The program may still be connecting; then this ends that.
  program.Signal(SIGINT);
  BeatUntilClosed(2);
  program.Expect(std::nullopt, {"interrupted", "result"});
}

TEST_F(LoadProgramTest, RefusesAUsageErrorInOneSentence) {
  const std::vector<std::vector<std::string>> bad = {
      {"--url", "http://x/"},
      {"--url", "wss://x/"},
      {"--url", "ws://no.invalid"},
      {"--clients", "0"},
      {"--clients", "many"},
      {"--ramp", "0"},
      {"--duration", "-1"},
      {"--slow-readers", "101"},
      {"--processes", "65"},
      {"--no-such-option"},
      {"extra"},
      {"--clients", "40000", "--processes", "1", "--url", "ws://127.0.0.1:1/"}};
  for (const auto& arguments : bad) {
    Program program(arguments);
    const std::string said = program.Expect(2, {"tickerhub-load: "});
    EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  }
}

TEST_F(LoadProgramTest, ExplainsItself) {
  Program program({"--help"});
  program.Expect(0, {"--url", "--clients", "--ramp", "--duration",
                     "--slow-readers", "--processes", "--compression", "--json",
                     "Examples:", "Exit status:"});
}

}  // namespace
}  // namespace tickerhub::load
