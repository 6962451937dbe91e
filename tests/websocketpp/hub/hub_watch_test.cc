// Health checks while the hub's thread hangs in a handler.

#include "hub/hub_watch.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

// A server whose hub hangs as long as the test says.
class HubWatchTest : public ::testing::TestWithParam<int> {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    options.watch_hub = true;
    options.handshake_timeout = std::chrono::minutes(1);
    return options;
  }

  void Hang() {
    running_.server().Post(
        [free = free_.get_future().share()] { free.wait(); });
  }
  void GoOn() { free_.set_value(); }
  // 503 comes from the watch alone, so this waits for it.
  bool WatchStandsIn() {
    return Eventually([&] {
      return StatusOf(Fetch(running_.port(), "GET", "/healthz")) == 503;
    });
  }

  std::promise<void> free_;
  RunningServer running_{Options()};
};

TEST_P(HubWatchTest, AnswersHealthWith503WhileTheHubHangsAnd200Afterwards) {
  EXPECT_EQ(StatusOf(Fetch(running_.port(), "GET", "/healthz")), 200);
  Hang();
  ASSERT_TRUE(WatchStandsIn());
  const std::string response = Fetch(running_.port(), "GET", "/healthz");
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_NE(BodyOf(response).find("the hub's thread has not run"),
            std::string::npos);
  EXPECT_EQ(StatusOf(Fetch(running_.port(), "GET", "/readyz")), 503);
  GoOn();
  EXPECT_TRUE(Eventually([&] {
    return StatusOf(Fetch(running_.port(), "GET", "/healthz")) == 200;
  }));
  EXPECT_FALSE(running_.refusals().empty());
}

TEST_P(HubWatchTest, HandsTheOthersOverToTheHub) {
  Hang();
  ASSERT_TRUE(WatchStandsIn());
  std::vector<RawSocket> clients;
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back(running_.port());
    ASSERT_TRUE(clients.back().Send(UpgradeRequest("/a")));
  }
  RawSocket silent(running_.port());
  ASSERT_TRUE(WatchStandsIn());
  GoOn();
  for (RawSocket& client : clients) {
    EXPECT_EQ(StatusOf(client.ReadUntil("\r\n\r\n")), 101);
  }
  EXPECT_TRUE(silent.Upgrade("/a"));
}

TEST_P(HubWatchTest, RefusesThoseBeyondWhatMayWaitForTheHub) {
  Hang();
  ASSERT_TRUE(WatchStandsIn());
  std::vector<RawSocket> clients;
  for (std::size_t i = 0; i < internal::HubWatch::kMaxHandedOver; ++i) {
    clients.emplace_back(running_.port());
    ASSERT_TRUE(clients.back().Send(UpgradeRequest("/a")));
  }
  const std::string response = Exchange(running_.port(), UpgradeRequest("/a"));
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "5");
  GoOn();
  EXPECT_EQ(StatusOf(clients.front().ReadUntil("\r\n\r\n")), 101);
}

TEST_P(HubWatchTest, EndsWhileConnectionsWaitForTheHub) {
  Hang();
  ASSERT_TRUE(WatchStandsIn());
  RawSocket silent(running_.port());
  RawSocket asking(running_.port());
  ASSERT_TRUE(asking.Send(UpgradeRequest("/a")));
  ASSERT_TRUE(WatchStandsIn());
  running_.server().Stop();
  GoOn();
  running_.Stop();
  asking.ReadToEnd();
  EXPECT_TRUE(asking.ended());
  silent.ReadToEnd();
  EXPECT_TRUE(silent.ended());
}

INSTANTIATE_TEST_SUITE_P(Loops, HubWatchTest, ::testing::Values(1, 3));

}  // namespace
}  // namespace tickerhub::testing
