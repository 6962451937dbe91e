// Runs the program itself against servers that do what a test tells them.

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "deflated.h"
#include "frames.h"
#include "scripted_server.h"

namespace tickerhub::load {
namespace {

using testing::CompressedText;
using testing::Deflated;
using testing::ScriptedServer;
using testing::Text;

struct Result {
  int status = -1;
  std::string out;
  std::string error;
};

class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), TICKERHUB_LOAD_PROGRAM);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    EXPECT_EQ(pipe(out_.data()), 0);
    EXPECT_EQ(pipe(error_.data()), 0);
    posix_spawn_file_actions_adddup2(&actions, out_[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error_[1], STDERR_FILENO);
    for (const int descriptor : {out_[0], out_[1], error_[0], error_[1]}) {
      posix_spawn_file_actions_addclose(&actions, descriptor);
    }
    EXPECT_EQ(posix_spawn(&process_, TICKERHUB_LOAD_PROGRAM, &actions, nullptr,
                          argv.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(out_[1]);
    close(error_[1]);
  }

  void Signal(int signal) const { kill(process_, signal); }

  // Both pipes hold more than the program says, so one after the other is fine.
  Result Wait() {
    Result result;
    result.out = ReadAll(out_[0]);
    result.error = ReadAll(error_[0]);
    int status = 0;
    waitpid(process_, &status, 0);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }

 private:
  static std::string ReadAll(int descriptor) {
    std::string all;
    char buffer[4096];
    for (ssize_t got; (got = read(descriptor, buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(got));
    }
    close(descriptor);
    return all;
  }

  pid_t process_ = 0;
  std::array<int, 2> out_{};
  std::array<int, 2> error_{};
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

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(LoadProgramTest, SucceedsWhenEveryUpdateArrives) {
  Program program(Arguments({"--processes", "2"}));
  OpenAll();
  server_.SendToAll(Update(2, 1) + Update(3, 2));
  BeatUntilClosed(3);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  EXPECT_TRUE(Has(result.out, R"("everythingArrived":true)")) << result.out;
  EXPECT_TRUE(Has(result.out, R"("connected":3)"));
  EXPECT_TRUE(Has(result.out, R"("updates":9,"snapshots":3)")) << result.out;
  EXPECT_TRUE(Has(result.out, R"("spread":{"count":4,)")) << result.out;
  EXPECT_TRUE(Has(result.out, R"("closes":{"1000":3})")) << result.out;
}

TEST_F(LoadProgramTest, TellsWhatCompressionSaved) {
  Program program(Arguments({"--compression"}));
  std::string symbols;
  for (int i = 1000; i < 1100; ++i) {
    symbols += (i > 1000 ? ",\"A" : "\"A") + std::to_string(i) + "\":1";
  }
  const std::string snapshot =
      R"({"type":"update","snapshot":true,"seq":1,"data":{)" + symbols + "}}";
  const std::string frame = CompressedText(Deflated(snapshot));
  server_.OpenCompressed(frame);
  server_.OpenCompressed(frame);
  server_.Open(Text(snapshot));
  BeatUntilClosed(1);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  EXPECT_TRUE(Has(result.out, R"("compressed":2,)")) << result.out;
  const auto number = [&result](const std::string& name) {
    const std::size_t at = result.out.find("\"" + name + "\":");
    return std::stoul(result.out.substr(at + name.size() + 3));
  };
  EXPECT_GE(number("inflatedBytes"), 3 * snapshot.size());
  EXPECT_LT(number("bytes"), 3 * snapshot.size());
}

TEST_F(LoadProgramTest, SaysHowManyAgreedToCompression) {
  Program program({"--url", server_.url(), "--clients", "3", "--duration", "0",
                   "--compression"});
  server_.OpenCompressed(Snapshot(1));
  server_.Open(Snapshot(1));
  server_.Open(Snapshot(1));
  BeatUntilClosed(1);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  EXPECT_TRUE(Has(result.out, "compression  1 of 3 connections agreed; "))
      << result.out;
  EXPECT_TRUE(Has(result.out, " inflated\n")) << result.out;
}

TEST_F(LoadProgramTest, FailsWhenAnUpdateIsDropped) {
  Program program(Arguments());
  OpenAll();
  server_.SendToAll(Update(2, 1));
  server_.Send(0, Update(3, 2));
  server_.Send(2, Update(3, 2));
  server_.SendToAll(Update(4, 3));
  BeatUntilClosed(4);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1) << result.out << result.error;
  EXPECT_TRUE(Has(result.out, R"("gaps":1)")) << result.out;
  EXPECT_TRUE(Has(result.out, R"("everythingArrived":false)"));
}

TEST_F(LoadProgramTest, FailsWhenTheLastUpdateIsDropped) {
  // Only the heartbeat behind it can tell.
  Program program(Arguments());
  OpenAll();
  server_.Send(0, Update(2, 1));
  server_.Send(1, Update(2, 1));
  BeatUntilClosed(2);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_TRUE(Has(result.out, R"("gaps":1)")) << result.out;
}

TEST_F(LoadProgramTest, FailsWhenAClientGetsNothingMore) {
  Program program(Arguments({"--settle", "0.2"}));
  OpenAll();
  for (std::size_t i = 0; i < kClients; ++i) {
    server_.Receive(i, 8);  // its close frame
    server_.HangUp(i);
  }
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_TRUE(Has(result.out, R"("incomplete":3)")) << result.out;
}

TEST_F(LoadProgramTest, FailsWhenASnapshotStandsForUpdates) {
  Program program(Arguments());
  OpenAll();
  server_.Send(0, Snapshot(5));
  BeatUntilClosed(1);
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_TRUE(Has(result.out, R"("merged":1)")) << result.out;
}

TEST_F(LoadProgramTest, FailsWhenAConnectionIsClosed) {
  Program program(Arguments());
  OpenAll();
  server_.Close(1, 4001);
  server_.Send(0, Update(2, 1));
  server_.Send(2, Update(2, 1));
  BeatUntilClosed(2, {0, 2});
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_TRUE(Has(result.out, R"("unexpectedEnds":1)")) << result.out;
  EXPECT_TRUE(Has(result.out, R"("4001":1)")) << result.out;
}

TEST_F(LoadProgramTest, FailsWhenNobodyListens) {
  std::string url;
  {
    ScriptedServer gone;
    url = gone.url();
  }
  Program program({"--url", url, "--clients", "2", "--duration", "0"});
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(Has(result.out, "0 made, 2 failed")) << result.out;
  EXPECT_TRUE(Has(result.out, "cannot connect: Connection refused"))
      << result.out;
}

TEST_F(LoadProgramTest, SparesSlowReadersItsVerdict) {
  // A third of them: the last one.
  Program program(Arguments({"--slow-readers", "34"}));
  OpenAll();
  server_.Send(0, Update(2, 1));
  server_.Send(1, Update(2, 1));
  BeatUntilClosed(2);
  const Result result = program.Wait();
  EXPECT_TRUE(Has(result.out, R"("slowReaders":1)")) << result.out;
}

TEST_F(LoadProgramTest, ReportsAfterAnInterrupt) {
  Program program(
      {"--url", server_.url(), "--clients", "3", "--duration", "600"});
  OpenAll();
  server_.SendToAll(Update(2, 1));
  // Once a client has been sent a byte after its handshake it is connected; the
  // program may still be waiting for the others, which is an interrupt too.
  program.Signal(SIGINT);
  BeatUntilClosed(2);
  const Result result = program.Wait();
  EXPECT_TRUE(Has(result.out, "interrupted")) << result.out;
  EXPECT_TRUE(Has(result.out, "result")) << result.out;
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
    const Result result = program.Wait();
    EXPECT_EQ(result.status, 2) << arguments.front() << result.out;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.error.substr(0, 16), "tickerhub-load: ");
    EXPECT_EQ(result.error.find('\n'), result.error.size() - 1) << result.error;
  }
}

TEST_F(LoadProgramTest, ExplainsItself) {
  Program program({"--help"});
  const Result result = program.Wait();
  EXPECT_EQ(result.status, 0);
  for (const char* part : {"--url", "--clients", "--ramp", "--duration",
                           "--slow-readers", "--processes", "--compression",
                           "--json", "Examples:", "Exit status:"}) {
    EXPECT_TRUE(Has(result.out, part)) << part;
  }
}

}  // namespace
}  // namespace tickerhub::load
