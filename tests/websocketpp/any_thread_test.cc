// What threads other than the hub's may do with a server, and what they are
// told when they do what they may not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using ::testing::HasSubstr;

TEST(AnyThreadTest, ReadsPortAndCountersFromTheBirthToTheEndOfAServer) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  Server first(options);
  ASSERT_TRUE(first.Listen().ok());
  options.port = first.port();
  Server server(options);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::uint16_t last = 0;
    while (!done) {
      const std::uint16_t port = server.port();
      EXPECT_TRUE(port == options.port || (port == 0 && last == 0));
      last = port;
      EXPECT_LE(server.counters().accepted, 1U);
    }
    EXPECT_EQ(server.port(), options.port);
  });
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(server.Listen().ok());
  first.Stop();
  first.Run();  // gives the port back
  ASSERT_TRUE(server.Listen().ok());
  std::thread hub([&] { server.Run(); });
  RawSocket socket(options.port);
  EXPECT_TRUE(socket.connected());
  EXPECT_TRUE(Eventually([&] { return server.counters().accepted == 1; }));
  server.Stop();
  hub.join();
  done = true;
  reader.join();
  EXPECT_EQ(server.port(), options.port);
}

TEST(AnyThreadTest, KnowsTheHubsThread) {
  RunningServer running;
  Scheduler& scheduler = running.server().scheduler();
  running.OnHub([&] { EXPECT_TRUE(scheduler.IsHubThread()); });
  EXPECT_FALSE(scheduler.IsHubThread());
  running.Stop();
  EXPECT_TRUE(scheduler.IsHubThread());  // there is no other any more

  Server server(RunningServer::AnyPort());
  EXPECT_TRUE(server.scheduler().IsHubThread());
  bool elsewhere = true;
  std::thread([&] { elsewhere = server.scheduler().IsHubThread(); }).join();
  EXPECT_FALSE(elsewhere);
}

TEST(AnyThreadDeathTest, TellsTheLogOnceWhoUsesTimersFromAnotherThread) {
  std::vector<std::string> log;
  Server::Options options = RunningServer::AnyPort();
  options.log = [&](LogLevel level, std::string_view line) {
    if (level == LogLevel::kError) log.emplace_back(line);
  };
  Server server(options);
  Scheduler& scheduler = server.scheduler();
  const auto misuse = [&] {
    std::thread([&] {
      for (int i = 0; i < 3; ++i) {
        scheduler.Cancel(scheduler.RunAfter(std::chrono::hours(1), [] {}));
      }
    }).join();
  };
  const std::string sentence =
      "Scheduler::RunAfter() was called from another thread than the hub's; "
      "wrap the call into Server::Post() or Scheduler::Post()";
#ifdef NDEBUG
  misuse();
  EXPECT_THAT(
      log, ::testing::ElementsAre(sentence, HasSubstr("Scheduler::Cancel()")));
#else
  EXPECT_DEATH(misuse(), HasSubstr("tickerhub: " + sentence + "\n"));
#endif
}

}  // namespace
}  // namespace tickerhub::testing
