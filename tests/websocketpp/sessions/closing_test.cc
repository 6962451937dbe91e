// Closing, from either side; pings and silence.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

class ClosingTest : public ::testing::Test {
 protected:
  void Connect() {
    ASSERT_TRUE(client_.Connect(running_.port(), "/a"));
    session_ = running_.handler().Opened();
  }
  void CloseWith(CloseCode code, const std::string& reason) {
    running_.OnHub([&] { running_.out().Close(session_, code, reason); });
  }

  RunningServer running_;
  WebSocketClient client_;
  SessionId session_;
};

TEST_F(ClosingTest, GivesCodeAndReason) {
  Connect();
  CloseWith(CloseCode::kPolicy, "not allowed");
  const auto close = client_.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1008);
  EXPECT_EQ(close->reason, "not allowed");
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
}

TEST_F(ClosingTest, ComesBehindWhatWasSentBeforeAndNothingComesBehindIt) {
  Connect();
  const std::string large(200'000, 'x');
  running_.OnHub([&] {
    Broadcaster& out = running_.out();
    out.Subscribe(session_, 1);
    out.Send(session_, Payload(large), Delivery::kEvery);
    out.Send(session_, Payload("last"), Delivery::kEvery);
    out.Close(session_, CloseCode::kNormal, "bye");
    out.Send(session_, Payload("too late"), Delivery::kEvery);
    out.Publish({{1, Payload("too late")}}, Delivery::kEvery, 0);
    out.Close(session_, CloseCode::kPolicy, "closed already");
  });
  EXPECT_TRUE(client_.NextText() == large);
  EXPECT_EQ(client_.NextText(), "last");
  const auto close = client_.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1000);
  EXPECT_EQ(close->reason, "bye");
}

TEST_F(ClosingTest, KeepsAReasonOf123Bytes) {
  Connect();
  const std::string reason(123, 'r');
  CloseWith(CloseCode::kNormal, reason);
  const auto close = client_.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->reason, reason);
}

TEST_F(ClosingTest, CutsALongerReasonBetweenCharacters) {
  Connect();
  // Byte 123 is inside a character of four bytes, U+1F4C8.
  const std::string kept(121, 'r');
  CloseWith(CloseCode::kNormal, kept + "\xf0\x9f\x93\x88 and more");
  const auto close = client_.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1000);
  EXPECT_EQ(close->reason, kept);
}

TEST_F(ClosingTest, AnswersAClientsCloseWithItsCode) {
  const std::vector<std::uint16_t> codes{1000, 1001, 1003, 1008, 1011, 1012,
                                         1013, 1014, 3000, 3210, 4999};
  for (const std::uint16_t code : codes) {
    RawSocket socket(running_.port());
    ASSERT_TRUE(socket.Upgrade("/a"));
    ASSERT_TRUE(
        socket.Send(ClientFrame(kCloseOpcode, ClosePayload(code, "x"))));
    const auto close = socket.ReadFrame();
    ASSERT_TRUE(close.has_value()) << code;
    EXPECT_EQ(close->close_code(), code);
    // The server hangs up by itself, long before its timeout for closing.
    socket.ReadToEnd();
    EXPECT_TRUE(socket.ended());
  }
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose, codes.size()));
  EXPECT_EQ(running_.counters().messages_refused, 0U);
}

TEST_F(ClosingTest, AnswersAClientsCloseWithoutACode) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(ClientFrame(kCloseOpcode, "")));
  const auto close = socket.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->opcode, kCloseOpcode);
  EXPECT_EQ(close->payload, "");
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
}

TEST_F(ClosingTest, AnswersWhatCameBeforeAClientsClose) {
  running_.OnHub([&] {
    running_.handler().on_message = [&](SessionId from, const auto& message) {
      running_.out().Send(from, Payload(message.data), Delivery::kEvery);
    };
  });
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "one") +
                          ClientFrame(kText, "two") +
                          ClientFrame(kCloseOpcode, ClosePayload(1000))));
  for (const char* expected : {"one", "two"}) {
    const auto answer = socket.ReadFrame();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->payload, expected);
  }
  const auto close = socket.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1000);
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST(ClosingTestWithTwoLoops, AnswersWhatCameBeforeABadFrame) {
  // The first client is on the loop that is not the hub's thread.
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  RunningServer running(options);
  running.OnHub([&] {
    running.handler().on_message = [&](SessionId from, const auto& message) {
      // The loop has seen the bad frame before the answer is made.
      EXPECT_TRUE(running.Counts(
          [](const Server::Counters& c) { return c.messages_refused == 1; }));
      running.out().Send(from, Payload(message.data), Delivery::kEvery);
    };
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "one") + ClientFrame(3, "")));
  const auto answer = socket.ReadFrame();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->payload, "one");
  const auto close = socket.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1002);
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST_F(ClosingTest, DoesntCountAsRefusedWhatTheClientItselfClosed) {
  for (const std::uint16_t code :
       std::vector<std::uint16_t>{1002, 1007, 1009}) {
    RawSocket socket(running_.port());
    ASSERT_TRUE(socket.Upgrade("/a"));
    ASSERT_TRUE(socket.Send(ClientFrame(kCloseOpcode, ClosePayload(code))));
    ASSERT_TRUE(socket.ReadCloseFrame().has_value());
  }
  ASSERT_TRUE(running_.handler().WaitFor(Event::kClose, 3));
  EXPECT_EQ(running_.counters().messages_refused, 0U);
}

TEST_F(ClosingTest, DoesntCountAsRefusedWhatTheServiceClosed) {
  std::size_t index = 0;
  for (const CloseCode code :
       {CloseCode::kInvalidPayload, CloseCode::kTooBig}) {
    WebSocketClient client;
    ASSERT_TRUE(client.Connect(running_.port(), "/a"));
    const SessionId session = running_.handler().Opened(index++);
    running_.OnHub([&] { running_.out().Close(session, code, "not liked"); });
    const auto close = client.WaitForClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->code, static_cast<std::uint16_t>(code));
    client.Vanish();
    ASSERT_TRUE(running_.Counts(
        [](const Server::Counters& c) { return c.connections == 0; }));
  }
  EXPECT_EQ(running_.counters().messages_refused, 0U);
}

TEST(ClosingTimeoutTest, CutsOffWhoDoesntAnswerAClose) {
  Server::Options options = RunningServer::AnyPort();
  options.handshake_timeout = milliseconds(50);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const SessionId session = running.handler().Opened();
  running.OnHub(
      [&] { running.out().Close(session, CloseCode::kNormal, "bye"); });
  const auto close = socket.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1000);
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  EXPECT_TRUE(running.handler().WaitFor(Event::kClose));
}

TEST_F(ClosingTest, DropsWhatAClientSendsAfterItWasClosed) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  session_ = running_.handler().Opened();
  CloseWith(CloseCode::kNormal, "bye");
  ASSERT_TRUE(socket.ReadCloseFrame().has_value());
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "still talking") +
                          ClientFrame(kPing, "ping") +
                          ClientFrame(kCloseOpcode, ClosePayload(1000))));
  EXPECT_EQ(socket.ReadToEnd(), "");
  socket.Close();
  ASSERT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_EQ(running_.handler().Count(Event::kMessage), 0U);
}

TEST_F(ClosingTest, AnswersAPingWithItsPayload) {
  Connect();
  ASSERT_TRUE(client_.Ping("payload of a ping"));
  ASSERT_TRUE(client_.Ping(""));
  ASSERT_TRUE(client_.WaitForPongs(2));
  EXPECT_EQ(client_.pongs()[0], "payload of a ping");
  EXPECT_EQ(client_.pongs()[1], "");
}

TEST_F(ClosingTest, AnswersEachOfTenPingsInOrder) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  std::string pings;
  for (int i = 0; i < 10; ++i) pings += ClientFrame(kPing, std::to_string(i));
  ASSERT_TRUE(socket.Send(pings));
  for (int i = 0; i < 10; ++i) {
    const auto pong = socket.ReadFrame();
    ASSERT_TRUE(pong.has_value());
    EXPECT_EQ(pong->opcode, kPong);
    EXPECT_EQ(pong->payload, std::to_string(i));
  }
}

Server::Options WithSilence(milliseconds ping_interval,
                            milliseconds idle_timeout) {
  Server::Options options = RunningServer::AnyPort();
  options.ping_interval = ping_interval;
  options.idle_timeout = idle_timeout;
  return options;
}

TEST(SilenceTest, IsPingedAndThenClosedWith4002) {
  RunningServer running(WithSilence(milliseconds(40), milliseconds(400)));
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const auto ping = socket.ReadFrame();
  ASSERT_TRUE(ping.has_value());
  EXPECT_EQ(ping->opcode, kPing);
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 4002);
  EXPECT_EQ(close->payload.substr(2), "nothing was heard from you; come back");
  EXPECT_EQ(running.counters().closed_idle, 1U);
  EXPECT_EQ(running.handler().Count(Event::kMessage), 0U);
}

TEST(SilenceTest, IsBrokenByAPong) {
  RunningServer running(WithSilence(milliseconds(100), milliseconds(4000)));
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  // More pings than fit into the idle timeout, each answered by Beast.
  ASSERT_TRUE(client.WaitForPings(45));
  EXPECT_EQ(running.counters().closed_idle, 0U);
  EXPECT_EQ(running.counters().sessions, 1U);
}

TEST(SilenceTest, IsBrokenByAPingAndByAMessage) {
  RunningServer running(WithSilence(milliseconds(0), milliseconds(2000)));
  RawSocket silent(running.port());
  ASSERT_TRUE(silent.Upgrade("/a"));
  RawSocket pinging(running.port());
  ASSERT_TRUE(pinging.Upgrade("/a"));
  RawSocket talking(running.port());
  ASSERT_TRUE(talking.Upgrade("/a"));
  // Until the silent one, which is as old, has been closed.
  ASSERT_TRUE(Eventually([&] {
    EXPECT_TRUE(pinging.Send(ClientFrame(kPing, "p")));
    EXPECT_TRUE(talking.Send(ClientFrame(kText, "t")));
    pinging.ReadAvailable();
    return running.counters().closed_idle > 0;
  }));
  EXPECT_EQ(silent.ReadCloseFrame()->close_code(), 4002);
  EXPECT_EQ(running.counters().closed_idle, 1U);
  EXPECT_FALSE(pinging.ended());
}

TEST(SilenceTest, IsAllowedWhereNothingIsSetAgainstIt) {
  RunningServer running(WithSilence(milliseconds(0), milliseconds(0)));
  RawSocket silent(running.port());
  ASSERT_TRUE(silent.Upgrade("/a"));
  // As long as another server takes to close such a client.
  RunningServer strict(WithSilence(milliseconds(0), milliseconds(300)));
  RawSocket closed(strict.port());
  ASSERT_TRUE(closed.Upgrade("/a"));
  ASSERT_TRUE(closed.ReadCloseFrame().has_value());
  ASSERT_TRUE(silent.Send(ClientFrame(kPing, "here")));
  const auto first = silent.ReadFrame();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->opcode, kPong);
}

}  // namespace
}  // namespace tickerhub::testing
