// What happens in the middle of a broadcast: the loop does other work between
// its turns, and clients cannot observe that.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/scripted_kernel.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

// Several turns, however many a turn has.
constexpr std::size_t kCrowd = 1'500;
constexpr std::size_t kLast = kCrowd - 1;

// Followers of topic 1, who are written to in the order of their
// numbers. Each was greeted.
class BroadcastTurnsTest : public ::testing::Test {
 protected:
  BroadcastTurnsTest() {
    scripted_kernel::Reset();
    running_.OnHub([this] {
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Subscribe(id, 1);
        running_.out().Send(id, Payload("hello"), Delivery::kEvery);
      };
    });
    for (std::size_t i = 0; i < kCrowd; ++i) {
      crowd_.emplace_back(running_.port());
      EXPECT_TRUE(crowd_.back().Upgrade("/a"));
      EXPECT_TRUE(Receives(&crowd_.back(), {"hello"}));
    }
    scripted_kernel::StopAtWrite(1);
  }
  // No test waits for a loop that is stopped.
  ~BroadcastTurnsTest() override { scripted_kernel::Go(); }

  // Lets the loop make `writes` more of them.
  static void GoOn(std::size_t writes) {
    scripted_kernel::StopAtWrite(writes);
    scripted_kernel::Go();
    ASSERT_TRUE(scripted_kernel::WaitForStop());
  }

  // Begins a broadcast, in the middle of which the loop stops. It is the hub's
  // thread too, so what is posted now runs between two turns.
  void Begin() {
    running_.server().Post([this] {
      running_.out().Publish({{1, Payload("update")}}, Delivery::kEvery, 0);
    });
    ASSERT_TRUE(scripted_kernel::WaitForStop());
    writes_before_ = scripted_kernel::Writes().size();
  }

  // Who was written to since Begin(), once there have been `count` writes.
  std::vector<std::size_t> WrittenTo(std::size_t count) const {
    EXPECT_TRUE(Eventually([&] {
      return scripted_kernel::Writes().size() >= writes_before_ + count;
    }));
    std::vector<std::size_t> writes = scripted_kernel::Writes();
    writes.erase(writes.begin(),
                 writes.begin() + static_cast<std::ptrdiff_t>(writes_before_));
    return writes;
  }

  static ::testing::AssertionResult Receives(
      RawSocket* client, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto frame = client->ReadFrame();
      if (!frame) return ::testing::AssertionFailure() << "no " << text;
      if (frame->payload != text) {
        return ::testing::AssertionFailure()
               << frame->payload << " instead of " << text;
      }
    }
    return ::testing::AssertionSuccess();
  }

  void EverybodyReceives(const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < kCrowd; ++i) {
      ASSERT_TRUE(Receives(&crowd_[i], texts)) << i;
    }
  }

  SessionId Session(std::size_t i) { return running_.handler().Opened(i); }

  RunningServer running_;
  std::vector<RawSocket> crowd_;
  std::size_t writes_before_ = 0;
};

TEST_F(BroadcastTurnsTest, WhoComesMeanwhileIsServedBeforeItsEnd) {
  Begin();
  RawSocket newcomer(running_.port());
  ASSERT_TRUE(newcomer.Send(UpgradeRequest("/a")));
  GoOn(kCrowd - 400);  // writes, the answer to the handshake among them
  ASSERT_TRUE(running_.handler().WaitFor(Event::kOpen, kCrowd + 1));
  scripted_kernel::Go();

  // Its handshake is answered and it is greeted before the last share.
  const std::vector<std::size_t> written = WrittenTo(kCrowd + 2);
  const auto last = std::find(written.begin(), written.end(), kLast);
  EXPECT_EQ(std::count(written.begin(), last, kCrowd),
            std::count(written.begin(), written.end(), kCrowd));
  EverybodyReceives({"update"});
  // What was published before it came is not for it.
  EXPECT_EQ(StatusOf(newcomer.ReadUntil("\r\n\r\n")), 101);
  running_.Publish("next update", Delivery::kEvery);
  EXPECT_TRUE(Receives(&newcomer, {"hello", "next update"}));
}

TEST_F(BroadcastTurnsTest, WhatIsSaidToOneComesBehindItAndDoesNotWait) {
  Begin();
  running_.server().Post([this] {
    Broadcaster& out = running_.out();
    out.Send(Session(kLast), Payload("to you"), Delivery::kEvery);
    out.Close(Session(kLast - 1), CloseCode::kPolicy, "out");
    out.Unsubscribe(Session(kLast - 2), 1);
  });
  scripted_kernel::Go();

  EverybodyReceives({"update"});
  EXPECT_TRUE(Receives(&crowd_[kLast], {"to you"}));
  const auto close = crowd_[kLast - 1].ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1008);
  const std::vector<std::size_t> written = WrittenTo(kCrowd + 2);
  const auto first_of = [&](std::size_t socket) {
    return std::find(written.begin(), written.end(), socket);
  };
  EXPECT_LT(first_of(kLast), first_of(kLast - 3));
  EXPECT_LT(first_of(kLast - 1), first_of(kLast - 3));
}

TEST_F(BroadcastTurnsTest, WhatOneTickHasForASessionGoesOutByOneWrite) {
  const std::vector<std::string> texts = {"one", std::string(200, '2'), "",
                                          "four"};
  writes_before_ = scripted_kernel::Writes().size();
  scripted_kernel::StopAtWrite(0);
  running_.OnHub([&] {
    std::vector<Publication> tick;
    for (const std::string& text : texts) tick.push_back({1, Payload(text)});
    running_.out().Publish(tick, Delivery::kEvery, 0);
  });
  EverybodyReceives(texts);
  std::vector<std::size_t> written = WrittenTo(kCrowd);
  std::sort(written.begin(), written.end());
  EXPECT_EQ(written.size(), kCrowd);
  EXPECT_EQ(std::unique(written.begin(), written.end()), written.end());
}

TEST_F(BroadcastTurnsTest, TheNextOneComesBehindIt) {
  Begin();
  running_.server().Post([this] {
    running_.out().Publish({{1, Payload("two")}, {1, Payload("three")}},
                           Delivery::kEvery, 0);
    running_.out().Publish({{1, Payload("four")}}, Delivery::kLatest, 0);
  });
  scripted_kernel::Go();
  EverybodyReceives({"update", "two", "three", "four"});
}

TEST_F(BroadcastTurnsTest, WhoGetsThePlaceOfOneThatWentHasNoShareInIt) {
  Begin();
  crowd_[kLast].Reset();
  GoOn(600);
  // Its connection is over, and the place free, unless nobody has a turn
  // before the broadcast is through.
  EXPECT_EQ(running_.counters().connections, kCrowd - 1);
  RawSocket newcomer(running_.port());
  ASSERT_TRUE(newcomer.Send(UpgradeRequest("/a")));
  GoOn(600);
  ASSERT_TRUE(running_.handler().WaitFor(Event::kOpen, kCrowd + 1));
  scripted_kernel::Go();

  crowd_.pop_back();
  for (RawSocket& client : crowd_) ASSERT_TRUE(Receives(&client, {"update"}));
  EXPECT_EQ(StatusOf(newcomer.ReadUntil("\r\n\r\n")), 101);
  running_.Publish("next update", Delivery::kEvery);
  EXPECT_TRUE(Receives(&newcomer, {"hello", "next update"}));
}

TEST_F(BroadcastTurnsTest, WhoFallsBehindMeanwhileIsSkippedOnce) {
  scripted_kernel::Take(kLast, 0);
  scripted_kernel::StopAtWrite(2);
  running_.Send(Session(kLast), "waits", Delivery::kEvery);
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.queued_bytes > 0; }));
  running_.server().Post([this] {
    running_.out().Publish({{1, Payload("one")}, {1, Payload("two")}},
                           Delivery::kLatest, 0);
  });
  ASSERT_TRUE(scripted_kernel::WaitForStop());
  scripted_kernel::Go();
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.messages_skipped == 2; }));
  scripted_kernel::TakeAgain(kLast, scripted_kernel::kAll);
  ASSERT_TRUE(running_.handler().WaitFor(Event::kDrained));
  running_.Send(Session(kLast), "newest", Delivery::kLatest);
  EXPECT_TRUE(Receives(&crowd_[kLast], {"waits", "newest"}));
  EXPECT_EQ(running_.handler().Count(Event::kDrained), 1U);
  crowd_.pop_back();
  for (RawSocket& client : crowd_) {
    ASSERT_TRUE(Receives(&client, {"one", "two"}));
  }
}

TEST_F(BroadcastTurnsTest, StoppingFinishesItFirst) {
  Begin();
  std::thread stop([this] { running_.server().Stop(); });
  stop.join();
  scripted_kernel::Go();
  for (RawSocket& client : crowd_) {
    ASSERT_TRUE(Receives(&client, {"update"}));
    const auto close = client.ReadFrame();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->close_code(), 1001);
  }
}

}  // namespace
}  // namespace tickerhub::testing
