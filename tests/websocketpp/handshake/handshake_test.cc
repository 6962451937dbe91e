// From the accept to the open session, and what goes wrong on the way.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

TEST(HandshakeTest, AnswersAsTheStandardHasIt) {
  RunningServer running;
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/a")));
  const std::string response = socket.ReadUntil("\r\n\r\n");
  EXPECT_EQ(StatusOf(response), 101);
  // RFC 6455 §1.3 gives the answer to this key.
  EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Accept"),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(HeaderOf(response, "Upgrade"), "websocket");
  EXPECT_EQ(HeaderOf(response, "Connection"), "Upgrade");
  EXPECT_EQ(HeaderOf(response, "Server"), "");
}

TEST(HandshakeTest, LooksAtThePathWithoutTheQuery) {
  RunningServer running;
  WebSocketClient client;
  EXPECT_TRUE(client.Connect(running.port(), "/a?token=x&y=/b"));
  EXPECT_TRUE(running.handler().WaitFor(Event::kOpen));
}

TEST(HandshakeTest, AgreesToNoExtensionAndNoSubprotocol) {
  RunningServer running;
  RawSocket socket(running.port());
  std::string request = UpgradeRequest("/a");
  request.insert(request.size() - 2,
                 "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                 "Sec-WebSocket-Protocol: chat, superchat\r\n");
  ASSERT_TRUE(socket.Send(request));
  const std::string response = socket.ReadUntil("\r\n\r\n");
  EXPECT_EQ(StatusOf(response), 101);
  EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Extensions"), "");
  EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Protocol"), "");
}

TEST(HandshakeTest, AtAnUnknownPathIs404) {
  RunningServer running;
  WebSocketClient client;
  EXPECT_FALSE(client.Connect(running.port(), "/nowhere"));
  EXPECT_EQ(client.handshake_status(), 404);
  client.Vanish();
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.handshakes_failed == 1 && c.connections == 0;
  }));
  EXPECT_EQ(running.counters().sessions, 0U);
}

TEST(HandshakeTest, OfAnotherVersionIs426AndNamesOurs) {
  RunningServer running;
  for (const char* version :
       {"0", "7", "8", "12", "14", "99", "013", "thirteen"}) {
    const std::string response =
        Exchange(running.port(), UpgradeRequest("/a", version));
    EXPECT_EQ(StatusOf(response), 426) << version;
    EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Version"), "13") << version;
    EXPECT_EQ(HeaderOf(response, "Connection"), "close") << version;
  }
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.handshakes_failed == 8; }));
}

TEST(HandshakeTest, WithoutAVersionIs426AndNamesOurs) {
  RunningServer running;
  const std::string response = Fetch(running.port(), "GET", "/a",
                                     "Upgrade: websocket\r\n"
                                     "Connection: Upgrade\r\n"
                                     "Sec-WebSocket-Key: x\r\n");
  EXPECT_EQ(StatusOf(response), 426);
  EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Version"), "13");
}

TEST(HandshakeTest, ThatIsBrokenIs400) {
  RunningServer running;
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string no_key = Fetch(running.port(), "GET", "/a",
                                   upgrade + "Sec-WebSocket-Version: 13\r\n");
  EXPECT_EQ(StatusOf(no_key), 400);
  EXPECT_EQ(HeaderOf(no_key, "Connection"), "close");
  EXPECT_EQ(StatusOf(Fetch(running.port(), "POST", "/a",
                           upgrade + "Sec-WebSocket-Version: 13\r\n"
                                     "Sec-WebSocket-Key: x\r\n")),
            400);
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.handshakes_failed == 2; }));
}

// The head of a handshake with another Connection, Upgrade and key.
std::string Handshake(const std::string& connection, const std::string& upgrade,
                      const std::string& key) {
  return "GET /a HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Version: 13\r\n"
         "Connection: " +
         connection + "\r\nUpgrade: " + upgrade +
         "\r\nSec-WebSocket-Key: " + key + "\r\n\r\n";
}
constexpr char kKey[] = "dGhlIHNhbXBsZSBub25jZQ==";

TEST(HandshakeTest, IsKnownByTokensOfAListInAnyCase) {
  RunningServer running;
  for (const auto& [connection, upgrade] :
       std::vector<std::pair<std::string, std::string>>{
           {"Upgrade", "websocket"},
           {"keep-alive, Upgrade", "WebSocket"},
           {"upgrade ,keep-alive", "h2c, websocket"},
           {",\tUPGRADE\t,", "WEBSOCKET"}}) {
    RawSocket socket(running.port());
    ASSERT_TRUE(socket.Send(Handshake(connection, upgrade, kKey)));
    EXPECT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101) << connection;
  }
  for (const auto& [connection, upgrade] :
       std::vector<std::pair<std::string, std::string>>{
           {"Upgraded", "websocket"},
           {"keep-alive", "websocket"},
           {"", "websocket"},
           {"Upgrade", "websocket2"},
           {"Upgrade", "h2c"},
           {"Upgrade", ""}}) {
    // An HTTP request then, for an address that speaks WebSocket.
    EXPECT_EQ(StatusOf(Exchange(running.port(),
                                Handshake(connection, upgrade, kKey))),
              426)
        << connection << "; " << upgrade;
  }
}

TEST(HandshakeTest, NeedsAKeyOfSixteenBytes) {
  RunningServer running;
  for (const char* key :
       {"", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25jZQAA",
        "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25jZSBhbmQ="}) {
    EXPECT_EQ(StatusOf(Exchange(running.port(),
                                Handshake("Upgrade", "websocket", key))),
              400)
        << key;
  }
}

// RFC 9112 §5.1: else a proxy and a server may read different fields.
TEST(HandshakeTest, RefusesFieldNamesWithWhiteSpace) {
  RunningServer running;
  for (const char* line :
       {"X : y\r\n", " X: y\r\n", "X Y: z\r\n", ": y\r\n", "no colon\r\n"}) {
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/a", line)), 400) << line;
  }
}

TEST(HandshakeTest, RefusesAHeadThatIsTooLarge) {
  RunningServer running;
  const auto with = [&](std::size_t bytes) {
    return StatusOf(Fetch(running.port(), "GET", "/healthz",
                          "X: " + std::string(bytes, 'x') + "\r\n"));
  };
  EXPECT_EQ(with(15'000), 200);
  EXPECT_EQ(with(16'000), 431);
  EXPECT_EQ(with(500'000), 431);
}

// StrictRequest::kMaxFields.
TEST(HandshakeTest, RefusesMoreThanAHundredFieldsAndCountsThat) {
  RunningServer running;
  const auto with = [&](int fields) {
    std::string lines;
    for (int i = 0; i < fields; ++i) {
      lines += "X-" + std::to_string(i) + ": y\r\n";
    }
    return StatusOf(Fetch(running.port(), "GET", "/healthz", lines));
  };
  EXPECT_EQ(with(99), 200);  // and Host
  EXPECT_EQ(with(100), 431);
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.handshakes_failed == 1 && c.connections == 0;
  }));
}

TEST(HandshakeTest, GivesNoByteOfABodyToTheSession) {
  RunningServer running;
  std::string request = UpgradeRequest("/a");
  request.insert(request.size() - 2, "Content-Length: 5\r\n");
  EXPECT_EQ(StatusOf(Exchange(running.port(),
                              request + "hello" + ClientFrame(kText, "x"))),
            400);
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.handshakes_failed == 1 && c.connections == 0;
  }));
  EXPECT_EQ(running.counters().http_bodies_refused, 0U);
}

TEST(HandshakeTest, MayComeByteByByte) {
  RunningServer running;
  RawSocket socket(running.port());
  for (const char c : UpgradeRequest("/a") + ClientFrame(kText, "slowly")) {
    ASSERT_TRUE(socket.Send(std::string(1, c)));
  }
  EXPECT_EQ(running.handler().Message(), "slowly");
}

TEST(HandshakeTest, OfAClientThatHangsUpInTheMiddleHasFailed) {
  RunningServer running;
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send("GET /a HTTP/1.1\r\nHost:"));
  socket.ShutdownSend();
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.handshakes_failed == 1;
  }));
}

class HandshakeTimeoutTest : public ::testing::Test {
 protected:
  static Server::Options Impatient() {
    Server::Options options = RunningServer::AnyPort();
    options.handshake_timeout = milliseconds(60);
    return options;
  }
  void ExpectCutOff() {
    EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
      return c.connections == 0 && c.handshakes_failed == 1;
    }));
    EXPECT_EQ(running_.counters().accepted, 1U);
    EXPECT_EQ(running_.handler().Count(Event::kOpen), 0U);
  }
  RunningServer running_{Impatient()};
};

TEST_F(HandshakeTimeoutTest, EndsAClientThatSaysNothing) {
  RawSocket socket(running_.port());
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  ExpectCutOff();
}

TEST_F(HandshakeTimeoutTest, EndsAClientThatStopsInTheMiddle) {
  RawSocket socket(running_.port());
  const std::string request = UpgradeRequest("/a");
  ASSERT_TRUE(socket.Send(request.substr(0, request.size() / 2)));
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  ExpectCutOff();
}

TEST_F(HandshakeTimeoutTest, EndsAClientThatTrickles) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: "));
  ASSERT_TRUE(Eventually([&] {
    socket.SendWhatFits("x");
    socket.ReadAvailable();
    return socket.ended();
  }));
  // It may have sent so much by then that it was told so.
  EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.handshakes_failed == 1;
  }));
}

TEST_F(HandshakeTimeoutTest, EndsAClientThatDoesntSendTheBodyItPromised) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this"));
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  ExpectCutOff();
}

TEST_F(HandshakeTimeoutTest, LeavesOpenSessionsAlone) {
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_.port(), "/a"));
  RawSocket silent(running_.port());
  EXPECT_EQ(silent.ReadToEnd(), "");
  const SessionId session = running_.handler().Opened();
  running_.Send(session, "still here");
  EXPECT_EQ(client.NextText(), "still here");
}

}  // namespace
}  // namespace tickerhub::testing
