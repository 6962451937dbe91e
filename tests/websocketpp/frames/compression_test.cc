// permessage-deflate (RFC 7692) with Boost.Beast, whose zlib is its own, at the
// other end.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

constexpr int kRsv1 = 0x40;

Server::Options Compressing() {
  Server::Options options = RunningServer::AnyPort();
  options.compression = true;
  return options;
}

WebSocketClient::Options Deflate(int server_window_bits = 15) {
  WebSocketClient::Options options;
  options.deflate = true;
  options.server_window_bits = server_window_bits;
  return options;
}

std::string Prices(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "\"SYM" + std::to_string(i) + "\":" + std::to_string(i * 37 % 1000);
  }
  return text;
}

std::string Offer(std::string_view extensions) {
  return OfferRequest("/a", extensions);
}

std::string AnswerTo(RawSocket* socket, std::string_view request) {
  EXPECT_TRUE(socket->Send(request));
  return socket->ReadUntil("\r\n\r\n");
}

// Subscribes whoever opens "/a" to topic 1.
void SubscribeAll(RunningServer* running) {
  running->OnHub([&] {
    running->handler().on_open = [running](SessionId session) {
      running->out().Subscribe(session, 1);
    };
  });
}

TEST(CompressionTest, IsAgreedOnOnlyIfItIsSwitchedOnAndOffered) {
  RunningServer off;
  RunningServer on(Compressing());
  const std::string offer = Offer("permessage-deflate; client_max_window_bits");
  RawSocket a(off.port());
  EXPECT_EQ(HeaderOf(AnswerTo(&a, offer), "Sec-WebSocket-Extensions"), "");
  RawSocket b(on.port());
  EXPECT_EQ(HeaderOf(AnswerTo(&b, offer), "Sec-WebSocket-Extensions"),
            "permessage-deflate; server_no_context_takeover; "
            "client_no_context_takeover");
  RawSocket c(on.port());
  const std::string plain = AnswerTo(&c, UpgradeRequest("/a"));
  EXPECT_EQ(StatusOf(plain), 101);
  EXPECT_EQ(HeaderOf(plain, "Sec-WebSocket-Extensions"), "");
}

TEST(CompressionTest, IsDoneWithoutWhenNoOfferCanBeTaken) {
  RunningServer running(Compressing());
  RawSocket socket(running.port());
  const std::string answer =
      AnswerTo(&socket, Offer("permessage-deflate; server_max_window_bits=8"));
  EXPECT_EQ(StatusOf(answer), 101);
  EXPECT_EQ(HeaderOf(answer, "Sec-WebSocket-Extensions"), "");
  // So RSV1 is an error.
  ASSERT_TRUE(socket.Send(ClientFrame(kText | kRsv1, "x")));
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1002);
}

TEST(CompressionTest, RefusesAHeaderThatIsNoList) {
  RunningServer running(Compressing());
  RawSocket socket(running.port());
  EXPECT_EQ(StatusOf(AnswerTo(&socket, Offer("permessage-deflate; ="))), 400);
}

TEST(CompressionTest,
     ServesClientsOfEveryWindowAndPlainOnesFromOnePublication) {
  RunningServer running(Compressing());
  SubscribeAll(&running);
  std::vector<WebSocketClient> clients(8);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto options =
        i == 7 ? WebSocketClient::Options() : Deflate(9 + static_cast<int>(i));
    ASSERT_TRUE(clients[i].Connect(running.port(), "/a", options));
  }
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, clients.size()));
  for (const int count : {300, 1, 40, 0, 5000, 300}) {
    const std::string text = Prices(count);
    running.Publish(text, Delivery::kEvery);
    for (WebSocketClient& client : clients) {
      EXPECT_EQ(client.NextText(), text) << count;
    }
  }
}

TEST(CompressionTest, SavesBytesOnTheWire) {
  RunningServer running(Compressing());
  SubscribeAll(&running);
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a", Deflate()));
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, 1));
  const std::string text = Prices(300);
  running.Publish(text, Delivery::kEvery);
  EXPECT_EQ(client.NextText(), text);
  EXPECT_LT(running.counters().bytes_sent, text.size() / 2);
}

TEST(CompressionTest, LeavesSmallMessagesAsTheyAre) {
  RunningServer running(Compressing());
  SubscribeAll(&running);
  RawSocket socket(running.port());
  ASSERT_EQ(StatusOf(AnswerTo(&socket, Offer("permessage-deflate"))), 101);
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, 1));
  running.Publish(std::string(255, 'x'), Delivery::kEvery);
  running.Publish(std::string(256, 'x'), Delivery::kEvery);
  const auto small = socket.ReadFrame();
  ASSERT_TRUE(small.has_value());
  EXPECT_EQ(small->opcode, kText);
  EXPECT_EQ(small->payload, std::string(255, 'x'));
  const auto large = socket.ReadFrame();
  ASSERT_TRUE(large.has_value());
  EXPECT_EQ(large->opcode, kText | kRsv1);
  EXPECT_LT(large->payload.size(), 20U);
}

TEST(CompressionTest, KeepsTextAndBinaryApart) {
  RunningServer running(Compressing());
  SubscribeAll(&running);
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a", Deflate()));
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, 1));
  const std::string data = Prices(100);
  running.OnHub([&] {
    running.out().Publish({{1, Payload(data, Payload::Kind::kBinary)}},
                          Delivery::kEvery, 0);
  });
  const auto message = client.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->binary);
  EXPECT_EQ(message->data, data);
}

TEST(CompressionTest, InflatesWhatClientsSend) {
  RunningServer running(Compressing());
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a", Deflate()));
  const std::string text = Prices(500);
  ASSERT_TRUE(client.SendText(text));
  EXPECT_EQ(running.handler().Message(0), text);
  ASSERT_TRUE(client.SendText(text));
  EXPECT_EQ(running.handler().Message(1), text);
  ASSERT_TRUE(client.SendInFrames(text, 100));
  EXPECT_EQ(running.handler().Message(2), text);
}

TEST(CompressionTest, AppliesTheLimitToWhatIsInflated) {
  RunningServer running(Compressing());
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a", Deflate()));
  // A few kilobytes on the wire, and 16 KiB are allowed.
  client.BeginSendText(std::string(1'000'000, 'x'));
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1009);
  EXPECT_EQ(running.counters().messages_refused, 1U);
  EXPECT_EQ(running.handler().Count(Event::kMessage), 0U);
}

TEST(CompressionTest, FailsAConnectionThatSendsCorruptData) {
  RunningServer running(Compressing());
  RawSocket socket(running.port());
  ASSERT_EQ(StatusOf(AnswerTo(&socket, Offer("permessage-deflate"))), 101);
  ASSERT_TRUE(socket.Send(ClientFrame(kText | kRsv1, "\xff\xff\xff\xff")));
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1007);
}

}  // namespace
}  // namespace tickerhub::testing
