// What the server does when a clock jumps: the wall clock because somebody sets
// it, the steady clock because the process or its machine stood still.

#include "support/clock_jumps.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/moving_time.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/shifted_clocks.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

Timestamp WallNow() { return ToTimestamp(std::chrono::system_clock::now()); }

class ClockJumpsTest : public ::testing::Test {
 protected:
  explicit ClockJumpsTest(
      const Server::Options& options = RunningServer::AnyPort())
      : options_(options), running_(options, [this](Server& server) {
          channel_ = &server.AddChannel("/known");
          channel_->SetHandler(handler_);
          channel_->SetAdmission(
              [this](const ConnectRequest&, const AdmissionReply& reply) {
                reply(Admission::Accept(Identity{"ann", {"read"}, expires_}));
              });
        }) {
    running_.OnHub([this] {
      running_.handler().on_message = [this](SessionId id,
                                             const InboundMessage& message) {
        running_.out().Send(id, Payload(message.data), Delivery::kEvery);
      };
    });
  }

  void MoveSteady(milliseconds by) { JumpBy(&running_, by); }
  void Pass(milliseconds time) { LetPass(&running_, time); }

  void ExpectAnswers(RawSocket* client) {
    ASSERT_TRUE(client->Send(ClientFrame(kText, "still there?")));
    std::optional<RawSocket::Frame> frame = client->ReadFrame();
    while (frame && frame->opcode == kPing) frame = client->ReadFrame();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->payload, "still there?");
  }

  Timestamp OpenedAt() {
    std::promise<std::vector<SessionListing>> listed;
    running_.OnHub([&] {
      running_.out().ListSessions([&](std::vector<SessionListing> sessions) {
        listed.set_value(std::move(sessions));
      });
    });
    const auto sessions = listed.get_future().get();
    return sessions.empty() ? Timestamp() : sessions[0].opened;
  }

  const Server::Options options_;
  std::optional<Timestamp> expires_;
  ScriptedHandler handler_;
  Channel* channel_ = nullptr;
  RunningServer running_;
};

// ---- the steady clock

TEST_F(ClockJumpsTest, TimeInWhichNothingRanIsNobodysSilence) {
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  RawSocket begun(running_.port());
  ASSERT_TRUE(begun.Send("GET /healthz HTTP/1.1\r\n"));
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.bytes_received > 100; }));
  for (const milliseconds time :
       {milliseconds(options_.idle_timeout * 2), milliseconds(hours(1)),
        milliseconds(kTenYears)}) {
    MoveSteady(time);
    ExpectAnswers(&client);
  }
  ASSERT_TRUE(begun.Send("Host: x\r\n\r\n"));
  EXPECT_EQ(StatusOf(begun.ReadToEnd()), 200);
  const Server::Counters counters = running_.counters();
  EXPECT_EQ(counters.closed_idle, 0U);
  EXPECT_EQ(counters.handshakes_failed, 0U);
  EXPECT_EQ(counters.sessions, 1U);
}

TEST_F(ClockJumpsTest, ASilentClientIsFoundAsLateAsItWouldHaveBeenWithout) {
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  Pass(seconds(20));
  MoveSteady(hours(1));
  Pass(options_.idle_timeout - seconds(21));
  EXPECT_EQ(running_.counters().closed_idle, 0U);
  Pass(seconds(2));
  EXPECT_EQ(running_.counters().closed_idle, 1U);
  const auto close = client.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 4002);
}

TEST_F(ClockJumpsTest, AJumpSendsOnePingAtMost) {
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  int pings = 0;
  const auto count_pings = [&] {
    ASSERT_TRUE(client.Send(ClientFrame(kText, "behind them")));
    auto frame = client.ReadFrame();
    for (; frame && frame->opcode == kPing; frame = client.ReadFrame()) ++pings;
    ASSERT_TRUE(frame.has_value());
  };
  Pass(options_.ping_interval + seconds(5));
  MoveSteady(kTenYears);
  Pass(seconds(2));
  count_pings();  // that of before
  EXPECT_EQ(pings, 1);
  Pass(options_.ping_interval - seconds(1));
  MoveSteady(kTenYears);
  Pass(seconds(2));
  count_pings();
  EXPECT_EQ(pings, 2);
}

TEST_F(ClockJumpsTest, ASessionIsListedWithTheTimeOfItsOpeningAlsoAfterPings) {
  const Timestamp before = WallNow() - milliseconds(1);
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  ASSERT_TRUE(running_.handler().WaitFor(Event::kOpen));
  const Timestamp after = WallNow() + milliseconds(1);
  Pass(options_.ping_interval + seconds(1));
  const auto ping = client.ReadFrame();
  ASSERT_TRUE(ping.has_value());
  EXPECT_EQ(ping->opcode, kPing);
  // The wall clock stood still meanwhile.
  const auto passed = options_.ping_interval + seconds(1);
  EXPECT_GE(OpenedAt() + passed, before);
  EXPECT_LE(OpenedAt() + passed, after);
}

class FloodAndClockTest : public ClockJumpsTest {
 protected:
  FloodAndClockTest() : ClockJumpsTest(Options()) {}

  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.max_messages_per_second = 0.01;
    options.message_burst = 10;
    return options;
  }
};

TEST_F(FloodAndClockTest, TimeInWhichNothingRanMakesNobodyAFlooder) {
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  for (int i = 0; i < 20; ++i) client.Send(ClientFrame(kText, "m"));
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.readers_slowed > 0; }));
  MoveSteady(hours(1));  // pays for all of the burst
  EXPECT_TRUE(running_.handler().WaitFor(Event::kMessage, 20));
  EXPECT_EQ(running_.counters().closed_flooding, 0U);
}

// ---- the wall clock

TEST_F(ClockJumpsTest, SettingTheWallClockChangesNoDeadline) {
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  for (const milliseconds by :
       {milliseconds(hours(1)), milliseconds(-hours(2)),
        milliseconds(hours(24)), milliseconds(-hours(48)),
        milliseconds(kTenYears), milliseconds(-2 * kTenYears),
        milliseconds(kTenYears + hours(25))}) {
    shifted_clocks::MoveWall(by);
    MoveSteady(seconds(1));
    ExpectAnswers(&client);
    const auto since = WallNow() - OpenedAt();
    EXPECT_GE(since, seconds(1));
    EXPECT_LT(since, hours(1));
  }
  EXPECT_EQ(running_.counters().sessions, 1U);
}

TEST_F(ClockJumpsTest, ATokenExpiresByTheWallClock) {
  expires_ = WallNow() + hours(1);
  RawSocket client(running_.port());
  ASSERT_TRUE(client.Upgrade("/known"));
  ASSERT_TRUE(handler_.WaitFor(Event::kOpen));
  shifted_clocks::MoveWall(-hours(24));
  Pass(seconds(2));
  MoveSteady(hours(2));
  EXPECT_EQ(running_.counters().closed_expired, 0U);
  shifted_clocks::MoveWall(hours(24 + 2));
  Pass(seconds(2));
  const auto close = client.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 4502);
  EXPECT_EQ(running_.counters().closed_expired, 1U);
}

}  // namespace
}  // namespace tickerhub::testing
