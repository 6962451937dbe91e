// What one session gets, and in which order.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

std::vector<std::string> NextTexts(WebSocketClient* client, std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(client->NextText());
  return texts;
}

using Texts = std::vector<std::string>;

class DeliveryTest : public ::testing::Test {
 protected:
  void Connect() {
    ASSERT_TRUE(client_.Connect(running_.port(), "/a"));
    session_ = running_.handler().Opened();
  }

  RunningServer running_;
  WebSocketClient client_;
  SessionId session_;
};

TEST_F(DeliveryTest, KeepsTheOrderOfSendsAndPublications) {
  Connect();
  running_.OnHub([&] {
    Broadcaster& out = running_.out();
    out.Publish({{1, Payload("too early")}}, Delivery::kEvery, 0);
    out.Subscribe(session_, 1);
    out.Publish({{1, Payload("a")}}, Delivery::kEvery, 0);
    out.Send(session_, Payload("b"), Delivery::kLatest);
    out.Publish({{1, Payload("c")}}, Delivery::kEvery, 0);
    out.Unsubscribe(session_, 1);
    out.Publish({{1, Payload("too late")}}, Delivery::kEvery, 0);
    out.Send(session_, Payload("d"), Delivery::kEvery);
  });
  EXPECT_EQ(NextTexts(&client_, 4), (Texts{"a", "b", "c", "d"}));
}

TEST_F(DeliveryTest, GivesABatchInItsOrderWhateverTheTopics) {
  Connect();
  running_.OnHub([&] {
    Broadcaster& out = running_.out();
    for (const TopicId topic : {3U, 1U, 2U}) out.Subscribe(session_, topic);
    out.Publish({{1, Payload("one")},
                 {9, Payload("nobody's")},
                 {2, Payload("two")},
                 {3, Payload("three")},
                 {1, Payload("one more")}},
                Delivery::kLatest, 0);
    out.Publish({}, Delivery::kEvery, 0);
    out.Send(session_, Payload("end"), Delivery::kEvery);
  });
  EXPECT_EQ(NextTexts(&client_, 5),
            (Texts{"one", "two", "three", "one more", "end"}));
}

TEST_F(DeliveryTest, GivesABatchOfManyMessagesWhole) {
  Connect();
  std::vector<Publication> batch;
  Texts expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(i));
    batch.push_back({static_cast<TopicId>(i % 7), Payload(expected.back())});
  }
  running_.OnHub([&] {
    for (TopicId topic = 0; topic < 7; ++topic) {
      running_.out().Subscribe(session_, topic);
    }
    running_.out().Publish(batch, Delivery::kEvery, 0);
  });
  EXPECT_EQ(NextTexts(&client_, expected.size()), expected);
}

TEST_F(DeliveryTest, FollowingTwiceIsFollowingOnce) {
  Connect();
  running_.OnHub([&] {
    Broadcaster& out = running_.out();
    out.Subscribe(session_, 1);
    out.Subscribe(session_, 1);
    out.Publish({{1, Payload("once")}}, Delivery::kEvery, 0);
    out.Unsubscribe(session_, 1);
    out.Unsubscribe(session_, 1);
    out.Publish({{1, Payload("never")}}, Delivery::kEvery, 0);
    out.Send(session_, Payload("end"), Delivery::kEvery);
  });
  EXPECT_EQ(NextTexts(&client_, 2), (Texts{"once", "end"}));
}

TEST_F(DeliveryTest, CountsWhatItSends) {
  Connect();
  running_.Send(session_, std::string(10, 'x'));      // header of 2 bytes
  running_.Send(session_, std::string(1000, 'x'));    // header of 4 bytes
  running_.Send(session_, std::string(70'000, 'x'));  // header of 10 bytes
  for (int i = 0; i < 3; ++i) ASSERT_NE(client_.NextText(), "(nothing)");
  const Server::Counters counters = running_.counters();
  EXPECT_EQ(counters.messages_sent, 3U);
  EXPECT_EQ(counters.bytes_sent, 12U + 1004U + 70'010U);
  EXPECT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.queued_bytes == 0; }));
}

TEST(LargeMessageTest, BeyondEveryLimitArrivesWholeAtAGoodReader) {
  Server::Options options = RunningServer::AnyPort();
  options.max_queued_bytes = 1000;
  RunningServer running(options);
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  const SessionId session = running.handler().Opened();
  std::string large(5 * 1024 * 1024, '-');
  for (std::size_t i = 0; i < large.size(); i += 1000) {
    large.replace(i, 8, std::to_string(10'000'000 + i));
  }
  running.Send(session, "before");
  running.Send(session, large);
  EXPECT_EQ(client.NextText(), "before");
  // Not EXPECT_EQ, which would print both.
  EXPECT_TRUE(client.NextText() == large);
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.queued_bytes == 0; }));
  running.Send(session, "after");
  EXPECT_EQ(client.NextText(), "after");
  EXPECT_EQ(running.counters().closed_slow, 0U);
}

TEST(ShortWriteTest, EveryByteArrivesInOrderAmongPongsAndTheClose) {
  Server::Options options = RunningServer::AnyPort();
  options.socket_send_buffer_bytes = 4096;
  options.max_queued_bytes = 64 * 1024 * 1024;
  options.handshake_timeout = std::chrono::minutes(1);
  RunningServer running(options);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Upgrade("/a"));
  const SessionId session = running.handler().Opened();
  running.OnHub([&] { running.out().Subscribe(session, 1); });

  std::mt19937 random(7);
  Texts expected;
  std::size_t read = 0;
  Texts pongs;
  // Takes frames until `count` texts have come in all.
  const auto read_texts = [&](std::size_t count) {
    while (read < count) {
      const auto frame = socket.ReadFrame();
      ASSERT_TRUE(frame.has_value());
      ASSERT_TRUE(frame->fin);
      if (frame->opcode == kPong) {
        pongs.push_back(frame->payload);
      } else {
        ASSERT_EQ(frame->opcode, kText);
        ASSERT_TRUE(frame->payload == expected[read]) << "text " << read;
        ++read;
      }
    }
  };
  constexpr int kRounds = 40;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Publication> batch;
    const std::size_t size = 1 + random() % 100;
    for (std::size_t i = 0; i < size; ++i) {
      std::string text = std::to_string(expected.size()) + ":";
      text.append(random() % (round % 4 == 0 ? 90'000 : 3'000), 'x');
      expected.push_back(text);
      batch.push_back({1, Payload(text)});
    }
    ASSERT_TRUE(socket.Send(ClientFrame(kPing, std::to_string(round))));
    running.OnHub([&] { running.out().Publish(batch, Delivery::kEvery, 0); });
    read_texts(read + (expected.size() - read) / 2);
  }
  running.OnHub([&] {
    running.out().Send(session, Payload("last"), Delivery::kEvery);
    running.out().Close(session, CloseCode::kNormal, "done");
    running.out().Send(session, Payload("too late"), Delivery::kEvery);
  });
  expected.emplace_back("last");
  read_texts(expected.size());
  auto frame = socket.ReadFrame();
  while (frame && frame->opcode == kPong) {
    pongs.push_back(frame->payload);
    frame = socket.ReadFrame();
  }
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->opcode, kCloseOpcode);
  EXPECT_EQ(frame->close_code(), 1000);
  // Some pings may have been answered together (RFC 6455 §5.5.3), none twice.
  ASSERT_FALSE(pongs.empty());
  for (std::size_t i = 1; i < pongs.size(); ++i) {
    EXPECT_LT(std::stoi(pongs[i - 1]), std::stoi(pongs[i]));
  }
}

}  // namespace
}  // namespace tickerhub::testing
