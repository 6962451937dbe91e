// A server behind proxies: whom it takes a client for, by what the proxy says.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

Server::Options Trusting(const std::string& range) {
  Server::Options options = RunningServer::AnyPort();
  options.trusted_proxies = {range};
  return options;
}

// "/who" answers with the client's address.
void AddWho(Server& server) {
  const HttpHandler who = [](const HttpRequest& request,
                             const HttpReply& reply) {
    HttpResponse response;
    response.body = request.remote_address.ToString() + ":" +
                    std::to_string(request.remote_address.port());
    reply(std::move(response));
  };
  server.Route("GET", "/who", who);
  server.Route("POST", "/who", who);
}

constexpr char kGetWho[] = "GET /who HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(BehindProxyTest, AClientIsWhoTheProxySays) {
  RunningServer running(Trusting("127.0.0.1"), AddWho);
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/who",
                         "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n")),
            "203.0.113.7:0");
  RawSocket socket(running.port());
  std::string request = UpgradeRequest("/a");
  request.insert(request.size() - 2, "X-Forwarded-For: 203.0.113.7\r\n");
  ASSERT_TRUE(socket.Send(request));
  ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101);
  ASSERT_TRUE(running.handler().WaitFor(ScriptedHandler::Event::kOpen));
  EXPECT_EQ(
      running.handler().events()[0].info.request.remote_address.ToString(),
      "203.0.113.7");
}

TEST(BehindProxyTest, NobodyElseIsBelieved) {
  RunningServer running(Trusting("10.0.0.0/8"), AddWho);
  const std::string told = BodyOf(
      Fetch(running.port(), "GET", "/who", "X-Forwarded-For: 203.0.113.7\r\n"));
  EXPECT_EQ(told.substr(0, 10), "127.0.0.1:");
}

TEST(BehindProxyTest, AConnectionCountsForItsClient) {
  Server::Options options = Trusting("127.0.0.1");
  options.max_connections_per_address = 1;
  RunningServer running(options, AddWho);
  const auto connect = [&](RawSocket* socket, const std::string& client) {
    std::string request = UpgradeRequest("/a");
    request.insert(request.size() - 2, "X-Forwarded-For: " + client + "\r\n");
    EXPECT_TRUE(socket->Send(request));
    return StatusOf(socket->ReadUntil("\r\n\r\n"));
  };
  RawSocket first(running.port());
  EXPECT_EQ(connect(&first, "203.0.113.7"), 101);
  RawSocket other(running.port());
  EXPECT_EQ(connect(&other, "203.0.113.8"), 101);
  RawSocket second(running.port());
  EXPECT_EQ(connect(&second, "203.0.113.7"), 503);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/who",
                           "X-Forwarded-For: 203.0.113.7\r\n")),
            503);
  first.Close();
  EXPECT_TRUE(Eventually([&] {
    return StatusOf(Fetch(running.port(), "GET", "/who",
                          "X-Forwarded-For: 203.0.113.7\r\n")) == 200;
  }));
}

// The page of https://example.com, by a proxy that has done the TLS.
TEST(BehindProxyTest, TheOriginIsComparedWithWhatTheClientSees) {
  RunningServer running(Trusting("127.0.0.1"), AddWho);
  const auto status = [&](std::string_view origin, std::string_view headers) {
    return StatusOf(
        Fetch(running.port(), "POST", "/who",
              "Content-Length: 0\r\nOrigin: " + std::string(origin) + "\r\n" +
                  std::string(headers)));
  };
  constexpr char kSeen[] =
      "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
      "X-Forwarded-Host: example.com\r\n";
  EXPECT_EQ(status("https://example.com", kSeen), 200);
  EXPECT_EQ(status("http://example.com", kSeen), 403);
  EXPECT_EQ(status("https://evil.example", kSeen), 403);
  EXPECT_EQ(status("https://localhost", kSeen), 403);
  EXPECT_EQ(status("https://example.com", ""), 403);
}

TEST(BehindProxyTest, HttpsIsKeptWhereTheClientHasIt) {
  Server::Options options = Trusting("127.0.0.1");
  options.hsts_max_age = std::chrono::hours(24);
  RunningServer running(options, AddWho);
  const auto told = [&](const std::string& headers) {
    return HeaderOf(Fetch(running.port(), "GET", "/who", headers),
                    "Strict-Transport-Security");
  };
  EXPECT_EQ(told("X-Forwarded-Proto: https\r\n"), "max-age=86400");
  EXPECT_EQ(told("X-Forwarded-Proto: http\r\n"), "");
  EXPECT_EQ(told(""), "");
}

class ProxyProtocolTest : public ::testing::Test {
 protected:
  static Server::Options Options() {
    Server::Options options = Trusting("127.0.0.1");
    options.proxy_protocol = true;
    return options;
  }
  // What "/who" answers to someone whom this header announces.
  static std::string Who(RunningServer& running, const std::string& header) {
    return BodyOf(Exchange(running.port(), header + kGetWho));
  }
  static constexpr char kHeader[] =
      "PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n";
};

TEST_F(ProxyProtocolTest, SaysWhoConnects) {
  RunningServer running(Options(), AddWho);
  EXPECT_EQ(Who(running, kHeader), "203.0.113.7:4711");
  const std::string version2(
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x07\xC0\0\x02\x01\x12\x67\0"
      "P",
      28);
  EXPECT_EQ(Who(running, version2), "203.0.113.7:4711");
  // The proxy's own health check.
  EXPECT_EQ(Who(running, "PROXY UNKNOWN\r\n").substr(0, 10), "127.0.0.1:");
  const std::string local("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);
  EXPECT_EQ(Who(running, local).substr(0, 10), "127.0.0.1:");
}

TEST_F(ProxyProtocolTest, ItsHeaderMayComeInPieces) {
  RunningServer running(Options(), AddWho);
  RawSocket socket(running.port());
  for (const char c : std::string_view(kHeader)) {
    ASSERT_TRUE(socket.Send(std::string(1, c)));
  }
  ASSERT_TRUE(socket.Send(kGetWho));
  EXPECT_EQ(BodyOf(socket.ReadToEnd()), "203.0.113.7:4711");
}

TEST_F(ProxyProtocolTest, IsForWebSocketsToo) {
  RunningServer running(Options());
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send(kHeader + UpgradeRequest("/a") +
                          ClientFrame(kText, "hello")));
  ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101);
  EXPECT_EQ(running.handler().Message(), "hello");
  EXPECT_EQ(
      running.handler().events()[0].info.request.remote_address.ToString(),
      "203.0.113.7");
}

TEST_F(ProxyProtocolTest, WithoutItsHeaderAConnectionEndsAtOnce) {
  Server::Options options = Options();
  options.handshake_timeout = std::chrono::minutes(10);
  RunningServer running(options, AddWho);
  for (const std::string& bytes :
       {std::string(kGetWho), std::string("PROXY TCP4 203.0.113.7\r\n"),
        std::string("PROXY ") + std::string(200, 'x')}) {
    EXPECT_EQ(Exchange(running.port(), bytes), "") << bytes;
  }
  RawSocket half(running.port());
  ASSERT_TRUE(half.Send("PROXY TCP4"));
  half.ShutdownSend();
  EXPECT_EQ(half.ReadToEnd(), "");
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.handshakes_failed == 4;
  }));
}

TEST_F(ProxyProtocolTest, AHeaderThatDoesNotComeIsNotWaitedFor) {
  Server::Options options = Options();
  options.handshake_timeout = std::chrono::milliseconds(60);
  RunningServer running(options);
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send("PROXY TCP4 203"));
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST_F(ProxyProtocolTest, IsNotForOthersThanTrustedProxies) {
  Server::Options options = Options();
  options.trusted_proxies = {"10.0.0.0/8"};
  RunningServer running(options, AddWho);
  EXPECT_EQ(Who(running, kHeader), "");
}

// Its client is no proxy, so nobody has vouched for the fields.
TEST_F(ProxyProtocolTest, TheFieldsOfItsClientsAreNotBelieved) {
  RunningServer running(Options(), AddWho);
  EXPECT_EQ(Who(running, std::string(kHeader) +
                             "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
                             "198.51.100.1\r\n\r\n"),
            "203.0.113.7:4711");
  // A proxy behind a proxy.
  EXPECT_EQ(Who(running,
                "PROXY TCP4 127.0.0.1 192.0.2.1 4711 80\r\n"
                "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
                "198.51.100.1\r\n\r\n"),
            "198.51.100.1:0");
}

TEST_F(ProxyProtocolTest, AConnectionCountsForItsClient) {
  Server::Options options = Options();
  options.max_connections_per_address = 1;
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Send(kHeader + UpgradeRequest("/a")));
  ASSERT_EQ(StatusOf(first.ReadUntil("\r\n\r\n")), 101);
  EXPECT_EQ(Exchange(running.port(), kHeader + UpgradeRequest("/a")), "");
  RawSocket other(running.port());
  ASSERT_TRUE(other.Send("PROXY TCP4 203.0.113.8 192.0.2.1 4711 80\r\n" +
                         UpgradeRequest("/a")));
  EXPECT_EQ(StatusOf(other.ReadUntil("\r\n\r\n")), 101);
}

// The header may name another proxy: what that one says of its clients counts.
TEST_F(ProxyProtocolTest, AProxyThatIsAnnouncedTakesNoPlace) {
  Server::Options options = Options();
  options.trusted_proxies.emplace_back("10.0.0.0/8");
  options.max_connections_per_address = 1;
  RunningServer running(options, AddWho);
  constexpr char kFromProxy[] = "PROXY TCP4 10.0.0.7 192.0.2.1 4711 80\r\n";
  RawSocket first(running.port());
  ASSERT_TRUE(first.Send(kFromProxy + UpgradeRequest("/a")));
  ASSERT_EQ(StatusOf(first.ReadUntil("\r\n\r\n")), 101);
  EXPECT_EQ(Who(running, kFromProxy), "10.0.0.7:4711");
}

TEST(ProxySettingsTest, MistakesAreToldByListen) {
  Server::Options options = RunningServer::AnyPort();
  options.proxy_protocol = true;
  EXPECT_NE(Server(options).Listen().message().find("trusted_proxies"),
            std::string::npos);
  options.trusted_proxies = {"10.0.0.1/8"};
  EXPECT_NE(Server(options).Listen().message().find("'10.0.0.1/8'"),
            std::string::npos);
}

}  // namespace
}  // namespace tickerhub::testing
