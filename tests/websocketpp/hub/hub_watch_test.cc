// Health checks while the hub's thread hangs in a handler.

#include "hub/hub_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
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
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
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

TEST_P(HubWatchTest, SaysWhyTheServerDoesNotStop) {
  Hang();
  running_.server().Stop();
  ASSERT_TRUE(Eventually([&] { return !running_.log().empty(); }));
  EXPECT_EQ(running_.log()[0],
            "can't stop: a handler, a route or a task keeps the hub's thread");
  GoOn();
  running_.Stop();
  EXPECT_EQ(running_.log().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Loops, HubWatchTest, ::testing::Values(1, 3));

bool EndsTheProcess(int signal) {
  struct sigaction now {};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler == SIG_DFL;
}

class SignalAndHubTest : public ::testing::TestWithParam<int> {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.watch_hub = true;
    return options;
  }

  RunningServer running_{Options(),
                         [](Server& server) { server.StopOnSignals(); }};
};

TEST_P(SignalAndHubTest, ASecondOneEndsTheProcessWhileTheHubHangs) {
  std::promise<void> free;
  running_.server().Post([free = free.get_future().share()] { free.wait(); });
  ASSERT_EQ(::kill(::getpid(), GetParam()), 0);
  ASSERT_TRUE(Eventually([&] { return !running_.log().empty(); }));
  EXPECT_EQ(running_.log()[0],
            "can't stop: a handler, a route or a task keeps the hub's thread; "
            "a second signal ends the process at once");
  EXPECT_TRUE(EndsTheProcess(SIGINT));
  EXPECT_TRUE(EndsTheProcess(SIGTERM));
  free.set_value();
  running_.Stop();  // which the signal did
  EXPECT_EQ(running_.log()[1],
            "stopping on signal " + std::to_string(GetParam()));
}

TEST_P(SignalAndHubTest, OneEndsTheProcessOnceRunHasReturned) {
  EXPECT_FALSE(EndsTheProcess(GetParam()));
  running_.Stop();
  EXPECT_TRUE(EndsTheProcess(GetParam()));
}

TEST_P(SignalAndHubTest, IsHandledByTheHubThatAnswers) {
  ASSERT_EQ(::kill(::getpid(), GetParam()), 0);
  ASSERT_TRUE(Eventually([&] { return !running_.log().empty(); }));
  EXPECT_EQ(running_.log()[0],
            "stopping on signal " + std::to_string(GetParam()));
  running_.Stop();
  EXPECT_EQ(running_.log().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Signals, SignalAndHubTest,
                         ::testing::Values(SIGINT, SIGTERM));

// What goes on without the hub: all that the other loops do by themselves.
TEST(HangingHandlerTest, LeavesTheOtherLoopsAliveAndLosesNothing) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  options.watch_hub = true;
  options.ping_interval = std::chrono::milliseconds(100);
  RunningServer running(options);
  std::promise<void> free;
  running.OnHub([&, wait = free.get_future().share()] {
    running.handler().on_message = [&, wait](SessionId id,
                                             const InboundMessage& message) {
      if (message.data == "hang") wait.wait();
      running.out().Send(id, Payload(message.data), Delivery::kEvery);
    };
  });
  // Of two loops with as many connections, the one without the hub is first.
  RawSocket beside(running.port());
  ASSERT_TRUE(beside.Upgrade("/a"));
  RawSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  ASSERT_TRUE(running.handler().WaitFor(ScriptedHandler::Event::kOpen, 2));
  ASSERT_TRUE(beside.Send(ClientFrame(kText, "hang")));
  ASSERT_TRUE(running.handler().WaitFor(ScriptedHandler::Event::kMessage));
  ASSERT_TRUE(Eventually([&] {
    return StatusOf(Fetch(running.port(), "GET", "/healthz")) == 503;
  }));

  // It is pinged meanwhile, and its pings are answered.
  const auto next = [](RawSocket* client, int opcode) {
    auto frame = client->ReadFrame();
    while (frame && frame->opcode != opcode) {
      if (frame->opcode == kPing) client->Send(ClientFrame(kPong, ""));
      frame = client->ReadFrame();
    }
    return frame ? frame->payload : "(nothing)";
  };
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(beside.Send(ClientFrame(kText, std::to_string(i))));
    ASSERT_TRUE(beside.Send(ClientFrame(kPing, std::to_string(i))));
    EXPECT_EQ(next(&beside, kPong), std::to_string(i));
    const auto ping = beside.ReadFrame();
    ASSERT_TRUE(ping && ping->opcode == kPing);
    beside.Send(ClientFrame(kPong, ""));
  }
  ASSERT_TRUE(first.Send(ClientFrame(kText, "and me?")));

  free.set_value();
  EXPECT_EQ(next(&beside, kText), "hang");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(next(&beside, kText), std::to_string(i));
  }
  EXPECT_EQ(next(&first, kText), "and me?");
}

}  // namespace
}  // namespace tickerhub::testing
