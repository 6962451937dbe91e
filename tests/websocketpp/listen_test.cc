// Listen(): where it listens, and the sentences it answers with when it can't.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

Server::Options At(const std::string& address, std::uint16_t port = 0) {
  Server::Options options;
  options.address = address;
  options.port = port;
  return options;
}

TEST(ListenTest, FindsAFreePortAndTellsIt) {
  Server server(At("127.0.0.1"));
  EXPECT_EQ(server.port(), 0);
  EXPECT_EQ(server.url(), "");
  ASSERT_TRUE(server.Listen().ok());
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.url(),
            "http://127.0.0.1:" + std::to_string(server.port()) + "/");
}

TEST(ListenTest, SaysThatAPortIsTaken) {
  Server first(At("127.0.0.1"));
  ASSERT_TRUE(first.Listen().ok());
  const std::string port = std::to_string(first.port());
  Server second(At("127.0.0.1", first.port()));
  const Status status = second.Listen();
  EXPECT_EQ(status.code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(),
            "port " + port +
                " of 127.0.0.1 is taken by another program; stop that one or "
                "choose another port (0 finds a free one)");
  EXPECT_EQ(second.port(), 0);
  EXPECT_EQ(second.url(), "");
}

TEST(ListenTest, MayBeTriedAgain) {
  auto first = std::make_unique<Server>(At("127.0.0.1"));
  ASSERT_TRUE(first->Listen().ok());
  Server second(At("127.0.0.1", first->port()));
  EXPECT_FALSE(second.Listen().ok());
  first.reset();
  EXPECT_TRUE(second.Listen().ok());
}

TEST(ListenTest, SaysThatANameIsNotKnown) {
  for (const std::string& name : {std::string("no such name"), std::string(""),
                                  std::string("127.0.0.1.invalid")}) {
    Server server(At(name));
    const Status status = server.Listen();
    EXPECT_EQ(status.code(), StatusCode::kNotFound);
    EXPECT_EQ(status.message(),
              "'" + name +
                  "' is neither an address nor a name that is known here; give "
                  "one like 127.0.0.1, or 0.0.0.0 for every interface");
  }
}

TEST(ListenTest, SaysThatTheMachineLacksAnAddress) {
  // RFC 5737: an address of examples.
  Server server(At("192.0.2.1"));
  const Status status = server.Listen();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "this machine has no address 192.0.2.1; use 127.0.0.1 for this "
            "machine alone or 0.0.0.0 for every interface");
}

TEST(ListenTest, ServesIpv6) {
  Server::Options options = At("::1");
  Server probe(options);
  if (const Status status = probe.Listen(); !status.ok()) {
    const std::string& error = status.message();
    // Then at least the sentence has to be one of these two.
    EXPECT_TRUE(error.find("use 127.0.0.1") != std::string::npos ||
                error.find("IPv4") != std::string::npos)
        << error;
    GTEST_SKIP() << "this machine has no IPv6: " << error;
  }
  EXPECT_EQ(probe.url(), "http://[::1]:" + std::to_string(probe.port()) + "/");
  RunningServer running(options);
  WebSocketClient client;
  WebSocketClient::Options at_v6;
  at_v6.host = "::1";
  ASSERT_TRUE(client.Connect(running.port(), "/a", at_v6));
  ASSERT_TRUE(client.SendText("six"));
  EXPECT_EQ(running.handler().Message(), "six");
}

TEST(ListenTest, TakesAName) {
  RunningServer running(At("localhost"));
  EXPECT_EQ(running.server().url(),
            "http://localhost:" + std::to_string(running.port()) + "/");
}

// Runs `body` in a process of its own, so that what it does to limits and
// rights ends with it. Returns what it returned.
std::string InChild(const std::function<std::string()>& body) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string answer = body();
    const ssize_t written = ::write(ends[1], answer.data(), answer.size());
    ::_exit(written < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  std::string answer;
  char buffer[1024];
  ssize_t size = 0;
  while ((size = ::read(ends[0], buffer, sizeof buffer)) > 0) {
    answer.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return answer;
}

TEST(ListenTest, SaysThatLowPortsAreTheAdministrators) {
  const std::string answer = InChild([]() -> std::string {
    if (::geteuid() == 0) {
      // A network of its own has the kernel's own rule for low ports; this
      // machine's may allow them to all.
      if (::unshare(CLONE_NEWNET) != 0) return "skip: no right to a network";
      if (::setresuid(65'534, 65'534, 65'534) != 0) return "skip: still root";
    } else {
      int first = 1024;
      std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first;
      if (first <= 80) return "skip: this machine lets everybody have port 80";
    }
    Server server(At("0.0.0.0", 80));
    const Status status = server.Listen();
    if (status.code() != StatusCode::kPermissionDenied) return "another code";
    return status.message();
  });
  if (answer.rfind("skip: ", 0) == 0) GTEST_SKIP() << answer;
  EXPECT_EQ(answer,
            "you may not listen on port 80; ports below 1024 are the "
            "administrator's, so choose a higher one");
}

TEST(ListenTest, LetsTwoServersShareAPortWhenAskedTo) {
  Server::Options options = At("127.0.0.1");
  options.reuse_port = true;
  RunningServer first(options);
  options.port = first.port();
  RunningServer second(options);
  ASSERT_EQ(second.port(), first.port());
  // The kernel spreads them by a hash; that all of 200 go to one side does not
  // happen.
  std::vector<RawSocket> sockets;
  ASSERT_TRUE(Eventually([&] {
    sockets.emplace_back(first.port());
    return (first.counters().accepted > 0 && second.counters().accepted > 0) ||
           sockets.size() >= 200;
  }));
  EXPECT_GT(first.counters().accepted, 0U);
  EXPECT_TRUE(
      second.Counts([](const Server::Counters& c) { return c.accepted > 0; }));
}

rlim_t DescriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

TEST(DescriptorLimitTest, IsRaisedAsFarAsItMayBe) {
  const std::string answer = InChild([]() -> std::string {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_max = 400;
    limit.rlim_cur = 200;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return "no limit";
    std::string logged;
    Server::Options options = At("127.0.0.1");
    options.log = [&](LogLevel level, std::string_view line) {
      if (level == LogLevel::kWarning) logged += line;
    };
    Server server(options);
    logged += server.Listen().message();
    return logged + "|" + std::to_string(DescriptorLimit());
  });
  EXPECT_EQ(answer,
            "the descriptor limit leaves room for 325 clients; raise "
            "LimitNOFILE (systemd) or ulimit -n|400");
}

TEST(ListenTest, WarnsIfEveryClientCountsAsATrustedProxy) {
  const auto warnings = [](const char* range) {
    std::string logged;
    Server::Options options = At("127.0.0.1");
    options.trusted_proxies = {"10.0.0.0/8", range};
    options.log = [&](LogLevel level, std::string_view line) {
      if (level == LogLevel::kWarning) logged += line;
    };
    Server server(options);
    EXPECT_EQ(server.Listen().message(), "");
    return logged;
  };
  for (const char* range : {"0.0.0.0/0", "::/0"}) {
    EXPECT_THAT(warnings(range),
                ::testing::HasSubstr("every client counts as a trusted proxy"));
  }
  EXPECT_EQ(warnings("2001:db8::/32"), "");
}

TEST(DescriptorLimitTest, ThatIsTinyLeavesRoomForAFewAndIsTold) {
  const std::string answer = InChild([]() -> std::string {
    const rlimit limit{64, 64};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return "no limit";
    std::string logged;
    Server::Options options = At("127.0.0.1");
    options.log = [&](LogLevel level, std::string_view line) {
      if (level == LogLevel::kWarning) logged += line;
    };
    Server server(options);
    logged += server.Listen().message();
    return logged;
  });
  EXPECT_EQ(answer,
            "the descriptor limit leaves room for 31 clients; raise "
            "LimitNOFILE (systemd) or ulimit -n");
}

// Of the kernel's table, which grows and never shrinks.
std::size_t RoomForDescriptors() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t size = 0;
    if (word == "FDSize:" && status >> size) return size;
  }
  return 0;
}

// Or a loop that accepts stands still each time that the table grows.
TEST(DescriptorLimitTest, RoomIsMadeForAllBeforeThereAreThreads) {
  const std::string answer = InChild([]() -> std::string {
    const std::size_t before = RoomForDescriptors();
    Server::Options options = At("127.0.0.1");
    options.max_connections = 4 * before;
    Server server(options);
    const Status status = server.Listen();
    if (!status.ok()) return status.message();
    return RoomForDescriptors() > 4 * before ? "enough" : "too small";
  });
  EXPECT_EQ(answer, "enough");
}

// UndefinedBehaviorSanitizer needs descriptors itself; descriptors_test.cc has
// what it can look at.
#ifndef TICKERHUB_TESTS_WITH_UBSAN
TEST(DescriptorLimitTest, ThatIsReachedAllTheSameIsSurvived) {
  const std::string answer = InChild([]() -> std::string {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_max = limit.rlim_cur = 200;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return "no limit";
    RunningServer running(At("127.0.0.1"));
    RawSocket waiting(running.port());
    RawSocket last(running.port());
    running.Counts([](const Server::Counters& c) { return c.accepted == 2; });
    // The program itself uses up what is left.
    std::vector<int> used;
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) used.push_back(fd);
    ::close(used.back());
    used.pop_back();
    RawSocket refused(running.port());  // takes that one: the server has none
    if (!refused.connected()) return "not connected";
    if (!Eventually([&] { return !running.log().empty(); })) return "no log";
    for (const int fd : used) ::close(fd);
    refused.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string result = BodyOf(refused.ReadToEnd());
    for (const std::string& line : running.log()) result += line + "|";
    return result;
  });
  EXPECT_EQ(answer,
            "ok\ncan't accept connections, trying on: Too many open files|");
}
#endif

TEST(ListenTest, ServesEveryListener) {
  std::size_t second = 0;
  std::size_t third = 0;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    second = server.AddListener({});
    third = server.AddListener({"127.0.0.1", 0, false});
  });
  EXPECT_EQ(second, 1U);
  EXPECT_EQ(third, 2U);
  const Server& server = running.server();
  EXPECT_NE(server.port(second), server.port());
  EXPECT_EQ(server.url(third),
            "http://127.0.0.1:" + std::to_string(server.port(third)) + "/");
  for (const std::size_t listener : {std::size_t{0}, second, third}) {
    EXPECT_EQ(StatusOf(Fetch(server.port(listener), "GET", "/healthz")), 200);
  }
  EXPECT_EQ(running.counters().accepted, 3U);
  EXPECT_EQ(server.port(3), 0);
  EXPECT_EQ(server.url(3), "");
}

TEST(ListenTest, IfOneListenerFailsNoneListens) {
  Server taken(At("127.0.0.1"));
  ASSERT_TRUE(taken.Listen().ok());
  Server server(At("127.0.0.1"));
  server.AddListener({"127.0.0.1", taken.port(), false});
  const Status status = server.Listen();
  EXPECT_EQ(status.code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(server.port(), 0);
}

}  // namespace
}  // namespace tickerhub::testing
