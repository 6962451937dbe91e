// Requests as proxies, health checks and curl write them, over sockets.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

class HttpFormsTest : public ::testing::Test {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    // What is answered at once does not wait for this.
    options.handshake_timeout = std::chrono::minutes(10);
    return options;
  }

  std::string Ask(std::string_view request) {
    return Exchange(running_.port(), request);
  }

  // Whether a line of the log has this.
  bool Logged(std::string_view text) {
    return Eventually([&] {
      for (const std::string& line : running_.log()) {
        if (line.find(text) != std::string::npos) return true;
      }
      return false;
    });
  }

  RunningServer running_{
      Options(), [](Server& server) {
        server.Route("POST", "/echo",
                     [](const HttpRequest& request, const HttpReply& reply) {
                       HttpResponse response;
                       response.body = request.body;
                       reply(std::move(response));
                     });
      }};
};

TEST_F(HttpFormsTest, AHealthCheckOfHttp10NeedsNoHost) {
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.0\r\n\r\n")), 200);
  EXPECT_EQ(StatusOf(Ask("OPTIONS * HTTP/1.0\r\n\r\n")), 204);
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n")), 200);
  EXPECT_EQ(StatusOf(Ask("\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
}

TEST_F(HttpFormsTest, ATargetMayBeInAbsoluteForm) {
  EXPECT_EQ(StatusOf(Ask("GET http://x:80/healthz HTTP/1.1\r\nHost: x:80\r\n"
                         "Proxy-Connection: Keep-Alive\r\n\r\n")),
            200);
}

TEST_F(HttpFormsTest, WhoExpectsContinueGetsItAtOnce) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(
      socket.Send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                  "Content-Length: 5\r\n\r\n"));
  EXPECT_EQ(socket.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(socket.Send("he"));
  ASSERT_TRUE(socket.Send("llo"));
  const std::string response = socket.ReadToEnd();
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(BodyOf(response), "hello");
}

TEST_F(HttpFormsTest, WhoSendsTheBodyAtOnceGetsNoContinue) {
  const std::string response =
      Ask("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
          "Content-Length: 5\r\n\r\nhello");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(StatusOf(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n"
                         "Content-Length: 5\r\n\r\n")),
            417);
}

TEST_F(HttpFormsTest, ABodyMayComeInChunks) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(
      socket.Send("POST /echo HTTP/1.1\r\nHost: x\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"));
  ASSERT_TRUE(socket.Send("lo\r\n7;a=b\r\n, world\r\n0\r\nX: y\r\n\r\n"));
  EXPECT_EQ(BodyOf(socket.ReadToEnd()), "hello, world");
}

TEST_F(HttpFormsTest, ChunksAreRefusedWithASentence) {
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
  const std::string both =
      Ask(head + "Content-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(StatusOf(both), 400);
  EXPECT_EQ(BodyOf(both),
            "the body has a Content-Length and a Transfer-Encoding\n");
  EXPECT_EQ(StatusOf(Ask(head + "\r\n5\nhello\r\n0\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask(head + "\r\nfffff\r\n")), 413);
  EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.http_bodies_refused == 1 && c.handshakes_failed == 2;
  }));
}

TEST_F(HttpFormsTest, TlsOnAPlainPortIsClosedAtOnce) {
  // The beginning of a ClientHello.
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  EXPECT_EQ(Ask(hello), "");
  EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.handshakes_failed == 1 && c.connections == 0;
  }));
  EXPECT_TRUE(Logged("refused 127.0.0.1"));
  EXPECT_TRUE(Logged("TLS"));
}

TEST_F(HttpFormsTest, ARefusedHandshakeSaysWhyAndIsLogged) {
  std::string old = UpgradeRequest("/a");
  old.replace(old.find("HTTP/1.1"), 8, "HTTP/1.0");
  const std::string response = Ask(old);
  EXPECT_EQ(StatusOf(response), 400);
  EXPECT_NE(BodyOf(response).find("set proxy_http_version 1.1"),
            std::string::npos);
  EXPECT_TRUE(Logged("set proxy_http_version 1.1"));

  EXPECT_EQ(BodyOf(Ask(UpgradeRequest("/a/"))),
            "there is nothing at this address; there is something at /a\n");
  EXPECT_TRUE(Logged("there is something at /a"));
  EXPECT_EQ(BodyOf(Ask(UpgradeRequest("/a", "8"))),
            "this server speaks version 13 of the WebSocket protocol\n");
  EXPECT_EQ(BodyOf(Ask(OfferRequest("/a", "x;;"))),
            "the field Sec-WebSocket-Extensions is malformed\n");
  EXPECT_EQ(BodyOf(Ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
            "the first line is no request line of HTTP/1.1\n");
}

TEST_F(HttpFormsTest, AnEmptyBodyHasALength) {
  const std::string response =
      Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Length"), "0");
}

}  // namespace
}  // namespace tickerhub::testing
