// A server that lets its clients go before it stops.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Server::Options WithLoops(int loops) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = loops;
  return options;
}

// The milliseconds of "the server restarts; come back in 3250 ms"; -1 if the
// frame is another.
long TimeAway(const std::optional<RawSocket::Frame>& frame) {
  if (!frame || frame->close_code() != 4004) return -1;
  const std::string reason = frame->payload.substr(2);
  const std::string begin = "the server restarts; come back in ";
  if (reason.rfind(begin, 0) != 0) return -1;
  return std::strtol(reason.c_str() + begin.size(), nullptr, 10);
}

TEST(DrainTest, TellsEachClientWhenToComeBackAndThenStops) {
  RunningServer running(WithLoops(2));
  std::vector<RawSocket> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
  }
  running.server().Drain(milliseconds(400));
  std::set<long> times;
  for (RawSocket& client : clients) {
    const long away = TimeAway(client.ReadCloseFrame());
    ASSERT_GE(away, 0);
    EXPECT_LE(away, 400 + 500 + 1'000);  // drain, start, window
    times.insert(away);
    client.Close();
  }
  EXPECT_GT(times.size(), 10U);  // not all at the same moment
  running.Stop();
  EXPECT_EQ(running.counters().sessions, 0U);
}

TEST(DrainTest, ClosesInSlicesAndNotAllAtOnce) {
  RunningServer running(WithLoops(1));
  std::vector<RawSocket> clients;
  for (int i = 0; i < 40; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
  }
  running.server().Drain(std::chrono::hours(1));
  ASSERT_GE(TimeAway(clients.front().ReadCloseFrame()), 0);
  EXPECT_TRUE(running.server().draining());
  EXPECT_GE(running.counters().sessions, 38U);
}

TEST(DrainTest, AsksForAWindowThatGrowsWithTheClients) {
  Server::Options options = WithLoops(1);
  options.reconnects_per_second = 1;
  RunningServer running(options);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
  }
  running.server().Drain(milliseconds(0));
  long last = 0;
  for (RawSocket& client : clients) {
    last = std::max(last, TimeAway(client.ReadCloseFrame()));
  }
  EXPECT_GT(last, 10'000);  // of 20 seconds; less once in a million runs
  EXPECT_LE(last, 20'500);
}

TEST(DrainTest, AnswersHttpButNoHandshakeAndIsNotReady) {
  for (const int loops : {1, 2}) {
    RunningServer running(WithLoops(loops));
    running.server().Drain(std::chrono::hours(1));
    ASSERT_TRUE(Eventually([&] { return running.server().draining(); }));
    const std::string ready = Fetch(running.port(), "GET", "/readyz");
    EXPECT_EQ(StatusOf(ready), 503);
    EXPECT_EQ(BodyOf(ready), "the server is about to stop\n");
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
    const std::string late = Exchange(running.port(), UpgradeRequest("/a"));
    EXPECT_EQ(StatusOf(late), 503);
    EXPECT_GE(std::strtol(HeaderOf(late, "Retry-After").c_str(), nullptr, 10),
              3'500);
  }
}

TEST(DrainTest, SendsWhatWasPublishedBeforeTheClose) {
  RunningServer running(WithLoops(1));
  RawSocket client(running.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  const SessionId session = running.handler().Opened();
  running.OnHub([&] { running.out().Subscribe(session, 1); });
  running.Publish("last words", Delivery::kEvery);
  running.server().Drain(milliseconds(0));
  const auto frame = client.ReadFrame();
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->payload, "last words");
  EXPECT_GE(TimeAway(client.ReadFrame()), 0);
}

TEST(DrainTest, StopEndsItAtOnce) {
  RunningServer running(WithLoops(2));
  RawSocket first(running.port());
  RawSocket second(running.port());
  ASSERT_TRUE(first.Upgrade("/a") && second.Upgrade("/a"));
  running.server().Drain(std::chrono::hours(1));
  running.server().Drain(milliseconds(0));  // has no effect
  running.server().Stop();
  first.ReadCloseFrame();
  second.ReadCloseFrame();
  first.Close();
  second.Close();
  running.Stop();  // returns
}

TEST(DrainTest, TheFirstSigtermDrainsAndTheSecondEndsAtOnce) {
  Server::Options options = WithLoops(2);
  options.drain = std::chrono::hours(1);
  options.stop_timeout = std::chrono::hours(1);
  RunningServer running(options,
                        [](Server& server) { server.StopOnSignals(); });
  RawSocket never_answers(running.port());
  ASSERT_TRUE(never_answers.Upgrade("/a"));
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(Eventually([&] { return running.server().draining(); }));
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/readyz")), 503);
  ::kill(::getpid(), SIGTERM);
  never_answers.ReadToEnd();
  EXPECT_TRUE(never_answers.ended());
  running.Stop();  // returns
}

TEST(DrainTest, SigintStopsWithoutDraining) {
  Server::Options options = WithLoops(1);
  options.drain = std::chrono::hours(1);
  RunningServer running(options,
                        [](Server& server) { server.StopOnSignals(); });
  RawSocket client(running.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  ::kill(::getpid(), SIGINT);
  const auto close = client.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1001);
  client.Close();
  running.Stop();  // returns
}

}  // namespace
}  // namespace tickerhub::testing
