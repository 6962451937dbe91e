// Readers that stop, and what the two classes of delivery do about it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

constexpr std::size_t kPaddingBytes = 8 * 1024;
// A stalled reader is full long before.
constexpr int kPlenty = 5'000;

std::string NumberedText(int number) {
  return std::to_string(number) + ":" + std::string(kPaddingBytes, 'x');
}
int NumberOf(const std::string& text) { return std::stoi(text); }
// What whoever has got everything before that message has, in this test.
std::uint64_t SinceOf(int number) {
  return 1'000 + static_cast<std::uint64_t>(number);
}

class SlowReaderTest : public ::testing::Test {
 protected:
  static Server::Options SmallQueues() {
    Server::Options options = RunningServer::AnyPort();
    options.socket_send_buffer_bytes = 8 * 1024;
    // A session that is skipped because the kernel has yet to send drains by
    // itself. These tests want one that drains when its client reads.
    options.socket_unsent_bytes = 0;
    options.max_queued_bytes = 64 * 1024;
    options.handshake_timeout = std::chrono::minutes(1);
    options.stop_timeout = std::chrono::milliseconds(100);
    return options;
  }

  SlowReaderTest() : running_(SmallQueues()) {
    running_.OnHub([this] {
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Subscribe(id, 1);
      };
    });
  }

  // A client that reads nothing until the test does.
  void ConnectStalled() {
    stalled_ = RawSocket(running_.port(), /*receive_buffer_bytes=*/4096);
    ASSERT_TRUE(stalled_.Upgrade("/a"));
    stalled_session_ = running_.handler().Opened();
  }

  // Publishes numbers from 0 on, kLatest, until one has been skipped; returns
  // how many that took.
  int PublishUntilSkipped() {
    for (int i = 0; i < kPlenty; ++i) {
      running_.Publish(NumberedText(i), Delivery::kLatest, SinceOf(i));
      if (running_.counters().messages_skipped > 0) return i + 1;
    }
    ADD_FAILURE() << "no message was skipped";
    return kPlenty;
  }

  RunningServer running_;
  RawSocket stalled_;
  SessionId stalled_session_;
};

// Whatever the send buffer is.
TEST_F(SlowReaderTest, HasFewBytesThatAreOldByTheTimeItReadsThem) {
  RunningServer running;
  running.OnHub([&] {
    running.handler().on_open = [&](SessionId id) {
      running.out().Subscribe(id, 1);
    };
  });
  RawSocket stalled(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(stalled.Upgrade("/a"));
  running.handler().Opened();
  constexpr std::size_t kBytes = 1024;
  std::size_t taken = 0;
  while (running.counters().messages_skipped == 0 && taken < 1'000'000) {
    running.Publish(std::string(kBytes, 'x'), Delivery::kLatest);
    taken += kBytes;
  }
  EXPECT_LT(taken, 24U * 1024);
  EXPECT_EQ(running.counters().queued_bytes, 0U);
}

TEST_F(SlowReaderTest, IsSkippedAndToldOnceThenBroughtUpToDate) {
  ConnectStalled();
  running_.OnHub([this] {
    running_.handler().on_drained = [this](SessionId id,
                                           std::uint64_t /*since*/) {
      running_.out().Send(id, Payload("fresh"), Delivery::kLatest);
    };
  });
  const int published = PublishUntilSkipped();
  EXPECT_EQ(running_.handler().Count(Event::kDrained), 0U);

  // What was sent before the skip comes whole and in order, then what OnDrained
  // sent.
  int received = 0;
  std::string text;
  for (;;) {
    const auto frame = stalled_.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
    if (text == "fresh") break;
    ASSERT_EQ(NumberOf(text), received);
    ++received;
  }
  EXPECT_LT(received, published);
  EXPECT_EQ(running_.counters().messages_skipped,
            static_cast<std::uint64_t>(published - received));
  running_.Publish("and on", Delivery::kLatest);
  const auto next = stalled_.ReadFrame();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->payload, "and on");
  EXPECT_EQ(running_.handler().Count(Event::kDrained), 1U);
  EXPECT_EQ(running_.counters().closed_slow, 0U);
}

TEST_F(SlowReaderTest, IsToldWithTheNumberOfTheFirstPublicationThatItMissed) {
  ConnectStalled();
  int published = PublishUntilSkipped();
  std::vector<std::uint64_t> first_skipped;
  for (std::size_t times = 1; times <= 2; ++times) {
    first_skipped.push_back(SinceOf(published - 1));
    // Skipped as well; not the first.
    running_.Publish("stale", Delivery::kLatest, SinceOf(published++));
    running_.Publish("stale", Delivery::kLatest, SinceOf(published++));
    ASSERT_TRUE(Eventually([&] {
      stalled_.ReadAvailable();
      return running_.handler().Count(Event::kDrained) == times;
    }));
    running_.Publish("stale", Delivery::kLatest, SinceOf(published++));
    running_.Send(stalled_session_, "fresh", Delivery::kLatest);
    const std::uint64_t skipped = running_.counters().messages_skipped;
    while (running_.counters().messages_skipped == skipped) {
      running_.Publish(NumberedText(published), Delivery::kLatest,
                       SinceOf(published));
      ++published;
    }
  }
  std::vector<std::uint64_t> told;
  for (const Event& event : running_.handler().events()) {
    if (event.kind == Event::kDrained) told.push_back(event.since);
  }
  EXPECT_EQ(told, first_skipped);
}

TEST_F(SlowReaderTest, GetsNothingPublishedUntilItIsBroughtUpToDate) {
  ConnectStalled();
  PublishUntilSkipped();
  ASSERT_TRUE(Eventually([&] {
    stalled_.ReadAvailable();
    return running_.handler().Count(Event::kDrained) > 0;
  }));
  const std::uint64_t skipped = running_.counters().messages_skipped;
  for (int i = 0; i < 3; ++i) running_.Publish("stale", Delivery::kLatest);
  // Large enough to wait in the queue, so that the session drains once more.
  const std::string answer(200'000, 'a');
  running_.Send(stalled_session_, answer, Delivery::kEvery);
  std::string text;
  do {
    const auto frame = stalled_.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
    ASSERT_NE(text, "stale");
  } while (text != answer);
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.queued_bytes == 0; }));
  running_.Publish("stale", Delivery::kLatest);
  running_.Send(stalled_session_, "fresh", Delivery::kLatest);
  running_.Publish("next", Delivery::kLatest);
  const auto fresh = stalled_.ReadFrame();
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->payload, "fresh");
  const auto next = stalled_.ReadFrame();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->payload, "next");
  EXPECT_EQ(running_.counters().messages_skipped, skipped + 4);
  EXPECT_EQ(running_.handler().Count(Event::kDrained), 1U);
}

TEST_F(SlowReaderTest, IsSkippedAgainIfWhatBroughtItUpToDateStallsToo) {
  ConnectStalled();
  running_.OnHub([this] {
    running_.handler().on_drained = [this](SessionId id,
                                           std::uint64_t /*since*/) {
      running_.out().Send(id, Payload(std::string(500'000, 's')),
                          Delivery::kLatest);
      running_.out().Publish({{1, Payload("too soon")}}, Delivery::kLatest, 0);
    };
  });
  PublishUntilSkipped();
  // Every snapshot stalls, which makes for a further skip and a further call.
  ASSERT_TRUE(Eventually([&] {
    stalled_.ReadAvailable();
    return running_.handler().Count(Event::kDrained) >= 3;
  }));
  for (int snapshots = 0; snapshots < 2;) {
    const auto frame = stalled_.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    ASSERT_NE(frame->payload, "too soon");
    if (frame->payload[0] == 's') ++snapshots;
  }
}

TEST_F(SlowReaderTest, DoesNotDelayTheOthersWhenPricesAreSkipped) {
  ConnectStalled();
  WebSocketClient good;
  ASSERT_TRUE(good.Connect(running_.port(), "/a"));
  ASSERT_NE(running_.handler().Opened(1), SessionId());
  for (int i = 0; i < kPlenty; ++i) {
    running_.Publish(NumberedText(i), Delivery::kLatest);
    ASSERT_EQ(good.NextText(), NumberedText(i));
    if (running_.counters().messages_skipped >= 10) break;
  }
  EXPECT_GE(running_.counters().messages_skipped, 10U);
  EXPECT_LE(running_.counters().queued_bytes, 2 * kPaddingBytes);
}

TEST_F(SlowReaderTest, OfEveryMessageIsClosedWith4001AndTheOthersMissNothing) {
  ConnectStalled();
  WebSocketClient good;
  ASSERT_TRUE(good.Connect(running_.port(), "/a"));
  ASSERT_NE(running_.handler().Opened(1), SessionId());
  int published = 0;
  while (running_.counters().closed_slow == 0 && published < kPlenty) {
    running_.Publish(NumberedText(published), Delivery::kEvery);
    ASSERT_EQ(good.NextText(), NumberedText(published));
    // Bounded: what was over the limit, and one message.
    ASSERT_LE(running_.counters().queued_bytes, 64 * 1024 + 2 * kPaddingBytes);
    ++published;
  }
  EXPECT_EQ(running_.counters().closed_slow, 1U);
  running_.Publish("after", Delivery::kEvery);
  EXPECT_EQ(good.NextText(), "after");

  int received = 0;
  auto frame = stalled_.ReadFrame();
  for (; frame && frame->opcode == kText; frame = stalled_.ReadFrame()) {
    ASSERT_EQ(NumberOf(frame->payload), received);
    ++received;
  }
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->close_code(), 4001);
  EXPECT_EQ(frame->payload.substr(2), "did not read fast enough; come back");
  EXPECT_LT(received, published);
  ASSERT_TRUE(stalled_.Send(ClientFrame(kCloseOpcode, ClosePayload(4001))));
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.queued_bytes == 0 && c.sessions == 1;
  }));
  EXPECT_EQ(running_.counters().closed_slow, 1U);
}

TEST_F(SlowReaderTest, GetsOneMessageBeyondTheLimitWhateverItsSize) {
  ConnectStalled();
  const std::string huge(1024 * 1024, 'h');
  running_.Send(stalled_session_, "before");
  running_.Send(stalled_session_, huge);
  EXPECT_EQ(running_.counters().closed_slow, 0U);
  running_.Send(stalled_session_, huge);
  running_.Send(stalled_session_, "one too many");
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.closed_slow == 1; }));
  for (const std::string& text : {std::string("before"), huge, huge}) {
    const auto frame = stalled_.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->payload == text);
  }
  const auto close = stalled_.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 4001);
}

TEST_F(SlowReaderTest, GetsAnswersBehindAMessageThatIsLargerThanTheLimit) {
  ConnectStalled();
  const std::string huge(1024 * 1024, 'h');
  const std::string answer(32 * 1024, 'a');
  for (const std::string& text : {huge, answer, answer}) {
    running_.Send(stalled_session_, text);
  }
  for (const std::string& text : {huge, answer, answer}) {
    const auto frame = stalled_.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->payload == text);
  }
  EXPECT_EQ(running_.counters().closed_slow, 0U);
}

TEST_F(SlowReaderTest, ThatNeverReadsAgainIsCutOffAfterTheTimeout) {
  Server::Options options = SmallQueues();
  options.handshake_timeout = std::chrono::milliseconds(100);
  RunningServer impatient(options);
  RawSocket stalled(impatient.port(), 4096);
  ASSERT_TRUE(stalled.Upgrade("/a"));
  const SessionId session = impatient.handler().Opened();
  for (int i = 0; i < kPlenty && impatient.counters().closed_slow == 0; ++i) {
    impatient.Send(session, NumberedText(i));
  }
  EXPECT_TRUE(impatient.handler().WaitFor(Event::kClose));
  EXPECT_TRUE(impatient.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.queued_bytes == 0 && c.closed_slow == 1;
  }));
}

}  // namespace
}  // namespace tickerhub::testing
