// What clients may send, over real sockets: max_messages_per_second,
// max_bytes_per_second, flood_timeout, and the limits for all together.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/websocketpp/channel.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

std::string Numbered(int count, std::size_t padding = 0) {
  std::string frames;
  for (int i = 0; i < count; ++i) {
    frames += ClientFrame(kText, std::to_string(i) + std::string(padding, '.'));
  }
  return frames;
}

void ExpectInOrder(const ScriptedHandler& handler, int count) {
  int expected = 0;
  for (const Event& event : handler.events()) {
    if (event.kind != Event::kMessage) continue;
    ASSERT_EQ(std::stoi(event.data), expected);
    ++expected;
  }
  EXPECT_EQ(expected, count);
}

// A rate so low that no test gets a token during its time.
constexpr double kNever = 1e-6;

class InboundBudgetTest : public ::testing::TestWithParam<int> {
 protected:
  // With two loops, the first client is not on the hub's thread.
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    return options;
  }
};

TEST_P(InboundBudgetTest, SlowsAClientDownAndLosesNothing) {
  Server::Options options = Options();
  options.max_messages_per_second = 1'000;
  options.message_burst = 10;
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(Numbered(300)));
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage, 300));
  ExpectInOrder(running.handler(), 300);
  EXPECT_GE(running.counters().readers_slowed, 10U);
  EXPECT_EQ(running.counters().closed_flooding, 0U);
}

TEST_P(InboundBudgetTest, HandlesABurstAndNotMore) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 10;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(Numbered(300)));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == 1; }));
  // Others are served.
  RawSocket other(running.port());
  ASSERT_TRUE(other.Upgrade("/a"));
  ASSERT_TRUE(other.Send(ClientFrame(kPing, "")));
  ASSERT_TRUE(other.ReadFrame().has_value());
  EXPECT_EQ(running.counters().messages_received, 11U);
  EXPECT_EQ(running.counters().readers_slowed, 1U);
}

TEST_P(InboundBudgetTest, CountsPings) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 10;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  std::string pings;
  for (int i = 0; i < 50; ++i) pings += ClientFrame(kPing, "x");
  ASSERT_TRUE(socket.Send(pings));
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(socket.ReadFrame().has_value());
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == 1; }));
  socket.ReadAvailable();
}

TEST_P(InboundBudgetTest, CountsBytes) {
  Server::Options options = Options();
  options.max_bytes_per_second = kNever;
  options.byte_burst = 10'000;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(Numbered(100, 1'000)));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == 1; }));
  // It was read in pieces of at most 4 KiB.
  EXPECT_GE(running.counters().messages_received, 9U);
  EXPECT_LE(running.counters().messages_received, 15U);
}

TEST_P(InboundBudgetTest, CountsFramesThatMakeNoMessage) {
  Server::Options options = Options();
  options.max_bytes_per_second = kNever;
  options.byte_burst = 1'000;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  std::string frames = ClientFrame(kText, "", /*fin=*/false);
  for (int i = 0; i < 5'000; ++i) {
    frames += ClientFrame(kContinuation, "", /*fin=*/false);
  }
  ASSERT_TRUE(socket.Send(frames));
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == 1; }));
}

TEST_P(InboundBudgetTest, ClosesWhoGoesOnAndSaysWhy) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 10;
  options.flood_timeout = milliseconds(100);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(Numbered(10'000)));
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1008);
  EXPECT_EQ(close->payload.substr(2), "sent too much for too long");
  EXPECT_EQ(running.counters().closed_flooding, 1U);
  // What comes after the close is not read until the connection is cut off.
  const std::uint64_t read = running.counters().bytes_received;
  const std::string flood(64 * 1024, 'x');
  while (socket.SendWhatFits(flood) > 0) {
  }
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_EQ(running.counters().bytes_received, read);
  EXPECT_TRUE(running.handler().WaitFor(Event::kClose));
}

TEST_P(InboundBudgetTest, ChannelsHaveLimitsOfTheirOwn) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 1;
  ScriptedHandler handler;
  RunningServer running(options, [&](Server& server) {
    ChannelOptions channel_options;
    channel_options.max_messages_per_second = 0;
    server.AddChannel("/free", channel_options).SetHandler(handler);
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/free"));
  ASSERT_TRUE(socket.Send(Numbered(300)));
  EXPECT_TRUE(handler.WaitFor(Event::kMessage, 300));
  EXPECT_EQ(running.counters().readers_slowed, 0U);
  running.Stop();
}

TEST_P(InboundBudgetTest, WhenAllSendTooMuchThoseGoFirstThatSendLittle) {
  Server::Options options = Options();
  options.max_messages_per_second = 1;
  options.message_burst = 80;
  options.max_messages_per_second_total = 40.0 * options.event_loops;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  std::vector<RawSocket> flooding;
  for (int i = 0; i < 6; ++i) {
    flooding.emplace_back(running.port());
    ASSERT_TRUE(flooding.back().Upgrade("/a"));
  }
  std::vector<RawSocket> honest;  // one on each loop
  for (int i = 0; i < GetParam(); ++i) {
    honest.emplace_back(running.port());
    ASSERT_TRUE(honest.back().Upgrade("/b"));
  }
  for (RawSocket& socket : flooding) ASSERT_TRUE(socket.Send(Numbered(500)));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed >= 6; }));
  for (RawSocket& socket : honest) {
    ASSERT_TRUE(socket.Send(ClientFrame(kPing, "honest")));
    ASSERT_TRUE(socket.ReadFrame().has_value());
  }
  // Each may send an eighth of its burst without looking at the others.
  EXPECT_LT(running.counters().messages_received, 300U);
}

// Half of the burst at once would be 100 messages of each, all in one sweep.
// The rate is one that the slowest machine exceeds: where it does not, nobody
// waits.
TEST_P(InboundBudgetTest, ReadsOnInSmallPortions) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 200;
  options.max_messages_per_second_total = 500.0 * options.event_loops;
  options.flood_timeout = milliseconds(0);
  RunningServer running(options);
  std::vector<RawSocket> flooding;
  for (int i = 0; i < 8; ++i) {
    flooding.emplace_back(running.port());
    ASSERT_TRUE(flooding.back().Upgrade("/a"));
    ASSERT_TRUE(flooding.back().Send(Numbered(100)));
  }
  // Those that wait are let through in turns.
  const int all = 8 * 100;
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage, all));
  std::optional<SessionId> last;
  std::size_t rows = 0;  // of messages of one client
  for (const Event& event : running.handler().events()) {
    if (event.kind != Event::kMessage) continue;
    if (event.session != last) ++rows;
    last = event.session;
  }
  // Each client waits after an eighth of its burst. The other 75 messages come
  // in rows of a portion and a few more.
  EXPECT_GT(rows, 8U * 3);
  EXPECT_EQ(running.counters().closed_flooding, 0U);
}

TEST_P(InboundBudgetTest, TheKernelKeepsLittleOfAClientThatIsNotRead) {
  Server::Options options = Options();
  options.max_messages_per_second = kNever;
  options.message_burst = 1;
  options.flood_timeout = milliseconds(0);
  options.socket_receive_buffer_bytes = 32 * 1024;
  RunningServer running(options);
  RawSocket socket(running.port());
  const int send_buffer = 16 * 1024;
  ASSERT_EQ(setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDBUF, &send_buffer,
                       sizeof send_buffer),
            0);
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(Numbered(2)));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == 1; }));
  // Linux keeps twice as much as it is told, on both sides.
  const std::string flood(1024 * 1024, 'x');
  EXPECT_LT(socket.SendWhatFits(flood), 256U * 1024);
}

INSTANTIATE_TEST_SUITE_P(Loops, InboundBudgetTest, ::testing::Values(1, 2));

// Sees, in each turn of the loop, how many clients were closed since the last.
class CloseWatch {
 public:
  explicit CloseWatch(Server& server) : server_(server) {}

  /// Looks from now on until `count` are closed. On a slow machine some are
  /// closed already.
  void Begin(std::uint64_t count) {
    seen_ = server_.counters().closed_flooding;
    Look(count);
  }

  /// Waits until all are closed. Returns the most that were in one turn.
  std::uint64_t most() {
    EXPECT_EQ(all_.get_future().wait_for(kDeadline), std::future_status::ready);
    return most_;
  }

 private:
  void Look(std::uint64_t count) {
    const std::uint64_t closed = server_.counters().closed_flooding;
    most_ = std::max(most_, closed - seen_);
    seen_ = closed;
    if (closed >= count) {
      all_.set_value();
    } else {
      server_.Post([this, count] { Look(count); });
    }
  }

  Server& server_;
  std::promise<void> all_;
  std::uint64_t seen_ = 0;
  std::uint64_t most_ = 0;
};

TEST(FloodTimeoutTest, ClosesFewInATurn) {
  Server::Options options = RunningServer::AnyPort();
  options.max_messages_per_second = kNever;
  options.message_burst = 1;
  options.flood_timeout = milliseconds(100);
  RunningServer running(options);
  CloseWatch watch(running.server());
  constexpr std::uint64_t kClients = 40;
  std::vector<RawSocket> clients;
  for (std::uint64_t i = 0; i < kClients; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
    ASSERT_TRUE(clients.back().Send(Numbered(10)));
  }
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed == kClients; }));
  running.server().Post([&watch, &options] {
    watch.Begin(kClients);
    // All of them are due when the loop goes on.
    std::this_thread::sleep_for(2 * options.flood_timeout);
  });
  EXPECT_LE(watch.most(), 8U);
  running.Stop();
}

TEST(MaxUnhandledBytesTotalTest, BoundsWhatWaitsForAHubThatCannotKeepUp) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  options.max_unhandled_messages = 1'000'000;
  options.max_unhandled_bytes_total = 100'000;
  options.flood_timeout = milliseconds(50);
  RunningServer running(options);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
  }
  std::promise<void> release;
  running.server().Post(
      [done = release.get_future().share()] { done.wait_for(2 * kDeadline); });
  // Those on the hub's thread wait in their sockets.
  for (RawSocket& client : clients) {
    ASSERT_TRUE(client.Send(Numbered(50, 1'000)));
  }
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_slowed >= 2; }));
  EXPECT_LE(running.counters().messages_received, 120U);
  // The hub's slowness is not the clients' fault, however long it lasts.
  std::this_thread::sleep_for(4 * options.flood_timeout);
  release.set_value();
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 400));
  EXPECT_EQ(running.counters().closed_flooding, 0U);
}

}  // namespace
}  // namespace tickerhub::testing
