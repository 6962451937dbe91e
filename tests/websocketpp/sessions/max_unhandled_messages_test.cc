// Server::Options::max_unhandled_messages, over real sockets. It is about
// sessions of a loop that is not the hub's thread.

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

// The hub does nothing until it is released.
class BlockedHub {
 public:
  explicit BlockedHub(RunningServer& running) {
    std::promise<void> blocked;
    running.server().Post(
        [&blocked, released = released_.get_future().share()] {
          blocked.set_value();
          released.wait_for(2 * kDeadline);
        });
    blocked.get_future().wait();
  }
  ~BlockedHub() { Release(); }
  void Release() {
    if (!std::exchange(is_released_, true)) released_.set_value();
  }

 private:
  std::promise<void> released_;
  bool is_released_ = false;
};

// With two loops and no other connections, the first client is on the second
// loop, the next one on the hub's thread, and so on by turns.
Server::Options TwoLoops(std::size_t max_unhandled_messages) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  options.max_unhandled_messages = max_unhandled_messages;
  return options;
}

std::string HundredMessagesOfAKilobyte() {
  std::string frames;
  for (int i = 0; i < 100; ++i) {
    frames += ClientFrame(kText, std::string(1000, 'x'));
  }
  return frames;
}

TEST(MaxUnhandledMessagesTest, LeavesAFloodInTheSocketUntilTheHubCatchesUp) {
  Server::Options options = TwoLoops(8);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_NE(running.handler().Opened(), SessionId());
  BlockedHub hub(running);

  // Sends numbered messages of a kilobyte until TCP takes no more, which it
  // would as long as the server read on.
  int sent = 0;
  std::string rest;
  for (bool takes_more = true; takes_more && sent < 200'000;) {
    if (rest.empty()) {
      rest =
          ClientFrame(kText, std::to_string(sent++) + std::string(1000, '.'));
    }
    rest.erase(0, socket.SendWhatFits(rest));
    if (rest.empty()) continue;
    pollfd writable{socket.descriptor(), POLLOUT, 0};
    takes_more = ::poll(&writable, 1, 300) > 0;
  }
  EXPECT_LT(sent, 200'000);
  const Server::Counters held = running.counters();
  EXPECT_EQ(held.readers_paused, 1U);
  EXPECT_EQ(held.messages_received, 8U);
  EXPECT_EQ(running.handler().Count(Event::kMessage), 0U);

  hub.Release();
  ASSERT_TRUE(socket.Send(rest));
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage,
                                        static_cast<std::size_t>(sent)));
  int expected = 0;
  for (const Event& event : running.handler().events()) {
    if (event.kind != Event::kMessage) continue;
    ASSERT_EQ(std::stoi(event.data), expected);
    ++expected;
  }
}

TEST(MaxUnhandledMessagesTest, IsExactForMessagesThatComeInOneRead) {
  Server::Options options = TwoLoops(4);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_NE(running.handler().Opened(), SessionId());
  RawSocket on_the_hub(running.port());
  ASSERT_TRUE(on_the_hub.Upgrade("/b"));
  RawSocket other(running.port());
  ASSERT_TRUE(other.Upgrade("/b"));
  BlockedHub hub(running);
  std::string tiny;
  for (int i = 0; i < 50; ++i) tiny += ClientFrame(kText, std::to_string(i));
  ASSERT_TRUE(socket.Send(tiny));  // one segment, one read
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_paused == 1; }));
  // Another client is answered, so the loop has done with this one.
  ASSERT_TRUE(other.Send(ClientFrame(kPing, "")));
  ASSERT_TRUE(other.ReadFrame().has_value());
  EXPECT_EQ(running.counters().messages_received, 4U);
  EXPECT_EQ(running.counters().readers_paused, 1U);
  hub.Release();
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage, 50));
  int expected = 0;
  for (const Event& event : running.handler().events()) {
    if (event.kind != Event::kMessage) continue;
    EXPECT_EQ(event.data, std::to_string(expected++));
  }
}

// The hub asks for more of a session that has ended meanwhile.
TEST(MaxUnhandledMessagesTest, OutlivesTheSessionThatItHolds) {
  Server::Options options = TwoLoops(4);
  options.handshake_timeout = std::chrono::milliseconds(100);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const SessionId session = running.handler().Opened();
  bool ended = false;
  running.OnHub([&] {
    running.handler().on_message = [&](SessionId, const InboundMessage&) {
      if (std::exchange(ended, true)) return;
      running.out().Close(session, CloseCode::kNormal, "");
      EXPECT_TRUE(running.Counts(
          [](const Server::Counters& c) { return c.connections == 0; }));
    };
  });
  std::string tiny;
  for (int i = 0; i < 4; ++i) tiny += ClientFrame(kText, "x");
  ASSERT_TRUE(socket.Send(tiny));  // and it never answers the close
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 4));
  EXPECT_TRUE(running.handler().WaitFor(Event::kClose));
  RawSocket next(running.port());
  EXPECT_TRUE(next.Upgrade("/a"));
}

TEST(MaxUnhandledMessagesTest, OfOneStillLetsEveryMessageThrough) {
  Server::Options options = TwoLoops(1);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  std::string flood;
  for (int i = 0; i < 2'000; ++i) {
    flood += ClientFrame(kText, std::to_string(i) + std::string(100, '.'));
  }
  ASSERT_TRUE(socket.Send(flood));
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 2'000));
}

TEST(MaxUnhandledMessagesTest, HoldsOneClientOnly) {
  Server::Options options = TwoLoops(8);
  RunningServer running(options);
  RawSocket flooding(running.port());
  ASSERT_TRUE(flooding.Upgrade("/a"));
  RawSocket on_the_hub(running.port());
  ASSERT_TRUE(on_the_hub.Upgrade("/b"));
  RawSocket other(running.port());
  ASSERT_TRUE(other.Upgrade("/b"));
  ASSERT_NE(running.b_handler().Opened(1), SessionId());
  BlockedHub hub(running);
  const std::string flood = HundredMessagesOfAKilobyte();
  ASSERT_TRUE(flooding.Send(flood));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_paused == 1; }));
  ASSERT_TRUE(other.Send(ClientFrame(kPing, "and me?")));
  const auto pong = other.ReadFrame();
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->payload, "and me?");
  hub.Release();
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 100));
}

TEST(MaxUnhandledMessagesTest, SurvivesAClientThatLeavesWhileItIsHeld) {
  Server::Options options = TwoLoops(8);
  options.handshake_timeout = milliseconds(50);
  RunningServer running(options);
  const std::string flood = HundredMessagesOfAKilobyte();
  {
    RawSocket leaving(running.port());
    ASSERT_TRUE(leaving.Upgrade("/a"));
    const SessionId session = running.handler().Opened();
    // Behind the block: the server closes it once the hub runs again.
    BlockedHub hub(running);
    ASSERT_TRUE(leaving.Send(flood));
    ASSERT_TRUE(running.Counts(
        [](const Server::Counters& c) { return c.readers_paused == 1; }));
    leaving.Reset();
    running.server().Post([&running, session] {
      running.out().Close(session, CloseCode::kNormal, "bye");
    });
  }
  ASSERT_TRUE(running.handler().WaitFor(Event::kClose));
  // The next one in its place is not held for what that one left.
  RawSocket next(running.port());
  ASSERT_TRUE(next.Upgrade("/a"));
  const std::size_t before = running.handler().Count(Event::kMessage);
  ASSERT_TRUE(next.Send(flood));
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, before + 100));
}

TEST(MaxUnhandledMessagesTest, HandlesOnAfterAHandlerThatThrows) {
  Server::Options options = TwoLoops(8);
  RunningServer running(options);
  running.OnHub([&] {
    running.handler().on_message = [](SessionId, const InboundMessage&) {
      throw std::runtime_error("no");
    };
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const std::string flood = HundredMessagesOfAKilobyte();
  ASSERT_TRUE(socket.Send(flood));
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 100));
}

TEST(MaxUnhandledMessagesTest, DoesntTakeAHeldClientForASilentOne) {
  Server::Options options = TwoLoops(8);
  options.ping_interval = milliseconds(0);
  options.idle_timeout = milliseconds(1'000);
  RunningServer running(options);
  RawSocket flooding(running.port());
  ASSERT_TRUE(flooding.Upgrade("/a"));
  ASSERT_NE(running.handler().Opened(), SessionId());
  RawSocket on_the_hub(running.port());
  ASSERT_TRUE(on_the_hub.Upgrade("/b"));
  // A silent one, younger than that, shows when the time is up.
  RawSocket silent(running.port());
  ASSERT_TRUE(silent.Upgrade("/b"));
  ASSERT_NE(running.b_handler().Opened(1), SessionId());
  BlockedHub hub(running);
  const std::string flood = HundredMessagesOfAKilobyte();
  ASSERT_TRUE(flooding.Send(flood));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.readers_paused == 1; }));
  ASSERT_TRUE(silent.ReadCloseFrame().has_value());
  EXPECT_EQ(running.counters().closed_idle, 1U);
  hub.Release();
  EXPECT_TRUE(running.handler().WaitFor(Event::kMessage, 100));
}

}  // namespace
}  // namespace tickerhub::testing
