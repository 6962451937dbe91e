// Which web pages may use the server.

#include "http/origin.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using internal::JudgeOrigin;
using internal::OriginVerdict;

const std::vector<std::string> kNobody;

OriginVerdict Judge(std::string_view origin, std::string_view host,
                    std::string_view scheme = "") {
  return JudgeOrigin(origin, {kNobody, host, scheme});
}

TEST(OriginTest, APageOfTheServerItselfIsItsOwn) {
  constexpr auto kOwn = OriginVerdict::kOwn;
  EXPECT_EQ(Judge("http://h:8080", "h:8080"), kOwn);
  EXPECT_EQ(Judge("http://h", "h"), kOwn);
  EXPECT_EQ(Judge("http://h", "h:80"), kOwn);
  EXPECT_EQ(Judge("https://h", "h:443"), kOwn);
  EXPECT_EQ(Judge("https://h", "h"), kOwn) << "something did the TLS";
  EXPECT_EQ(Judge("http://example.com", "EXAMPLE.com"), kOwn);
  EXPECT_EQ(Judge("http://[::1]:8080", "[::1]:8080"), kOwn);
  EXPECT_EQ(Judge("https://h", "h", "https"), kOwn);
}

TEST(OriginTest, EveryOtherPageIsForeign) {
  constexpr auto kForeign = OriginVerdict::kForeign;
  EXPECT_EQ(Judge("https://evil.example", "h:8080"), kForeign);
  EXPECT_EQ(Judge("http://h:8081", "h:8080"), kForeign);
  EXPECT_EQ(Judge("http://h", "h:443"), kForeign);
  EXPECT_EQ(Judge("http://h", "h", "https"), kForeign);
  EXPECT_EQ(Judge("http://h.evil.example", "h"), kForeign);
  EXPECT_EQ(Judge("http://evil-h", "h"), kForeign);
  EXPECT_EQ(Judge("chrome-extension://h", "h"), kForeign);
  EXPECT_EQ(Judge("http://u@h", "h"), kForeign);
  EXPECT_EQ(Judge("http://h/", "h"), kForeign);
  EXPECT_EQ(Judge("http://[::1]:8080", "[::2]:8080"), kForeign);
  for (const char* odd : {"null", "h", "http://", "://h", "http://[", "http",
                          "http://h, http://evil.example"}) {
    EXPECT_EQ(Judge(odd, "h"), kForeign) << odd;
    EXPECT_EQ(Judge(odd, ""), kForeign) << odd;
  }
}

TEST(OriginTest, AProgramHasNone) {
  EXPECT_EQ(Judge("", "h"), OriginVerdict::kNoPage);
}

TEST(OriginTest, AnAllowedOriginIsComparedExactly) {
  const std::vector<std::string> allowed = {"https://a.example:8443"};
  const auto judge = [&](std::string_view origin) {
    return JudgeOrigin(origin, {allowed, "h", ""});
  };
  EXPECT_EQ(judge("https://a.example:8443"), OriginVerdict::kAllowed);
  EXPECT_EQ(judge("http://a.example:8443"), OriginVerdict::kForeign);
  EXPECT_EQ(judge("https://a.example"), OriginVerdict::kForeign);
  EXPECT_EQ(judge("https://b.a.example:8443"), OriginVerdict::kForeign);
}

// The name of another site leads to this machine, and its page comes from
// there: then Origin and Host agree.
TEST(OriginTest, ANameThatLeadsToThisMachineIsNotItsOwnOnLoopback) {
  const auto judge = [&](const std::string& host) {
    return JudgeOrigin("http://" + host, {kNobody, host, {}, true});
  };
  for (const char* host : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080",
                           "LOCALHOST", "app.localhost:8080", "localhost."}) {
    EXPECT_EQ(judge(host), OriginVerdict::kOwn) << host;
  }
  for (const char* host : {"evil.example:8080", "localhost.evil.example",
                           "evillocalhost", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(judge(host), OriginVerdict::kForeign) << host;
  }
}

TEST(OriginTest, TheListOfOptionsTakesWhatBrowsersWrite) {
  for (const char* origin :
       {"http://h", "https://example.com", "https://example.com:8443",
        "http://127.0.0.1:3000", "http://[::1]:3000",
        "chrome-extension://abcdef"}) {
    EXPECT_TRUE(IsOrigin(origin)) << origin;
  }
  for (const char* text :
       {"", "*", "null", "example.com", "https://", "https://*.example.com",
        "https://example.com/", "https://Example.com", "http://h:80",
        "https://h:443", "http://h:", "http://h:x", "://h", "http://a b",
        "http://a,b", "http://u@h"}) {
    EXPECT_FALSE(IsOrigin(text)) << text;
  }
}

// A server with a route that writes, on one event loop and on two.
class OriginOnServerTest : public ::testing::TestWithParam<int> {
 protected:
  OriginOnServerTest()
      : running_(Options(), [this](Server& server) {
          const auto answer = [this](const HttpRequest&,
                                     const HttpReply& reply) {
            ++answered_;
            reply({});
          };
          server.Route("GET", "/api/x", answer);
          server.Route("POST", "/api/x", answer);
          server.Route("GET", "/other", answer);
        }) {}

  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    options.allowed_origins = {"https://friend.example"};
    return options;
  }
  int HandshakeStatus(const std::string& origin) {
    WebSocketClient client;
    WebSocketClient::Options options;
    options.headers = {{"Origin", origin}};
    client.Connect(running_.port(), "/a", options);
    return client.handshake_status();
  }
  std::string Ask(std::string_view method, std::string_view path,
                  const std::string& origin, const std::string& more = "") {
    return Fetch(running_.port(), method, path,
                 "Origin: " + origin + "\r\nContent-Length: 0\r\n" + more);
  }
  // The clients of the tests send "Host: localhost".
  static constexpr char kOwn[] = "http://localhost";

  std::atomic<int> answered_{0};
  RunningServer running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, OriginOnServerTest, ::testing::Values(1, 2));

TEST_P(OriginOnServerTest, AHandshakeOfAnotherPageIsRefused) {
  EXPECT_EQ(HandshakeStatus("https://evil.example"), 403);
  EXPECT_EQ(HandshakeStatus("null"), 403);
  EXPECT_EQ(HandshakeStatus("http://127.0.0.1:1"), 403);
  EXPECT_EQ(HandshakeStatus(kOwn), 101);
  EXPECT_EQ(HandshakeStatus("https://friend.example"), 101);
  EXPECT_TRUE(running_.Counts([](const Server::Counters& counters) {
    return counters.refused_by_origin == 3 && counters.handshakes_failed == 0;
  }));
  EXPECT_TRUE(running_.handler().WaitFor(ScriptedHandler::Event::kOpen, 2));
}

TEST_P(OriginOnServerTest, TheRefusalSaysWhy) {
  std::string request = UpgradeRequest("/a");
  request.insert(request.size() - 2, "Origin: null\r\n");
  const std::string refusal = Exchange(running_.port(), request);
  EXPECT_EQ(StatusOf(refusal), 403);
  EXPECT_EQ(BodyOf(refusal), internal::kForeignOrigin);
}

TEST_P(OriginOnServerTest, AWriteOfAnotherPageIsRefusedBeforeTheHub) {
  for (const char* foreign : {"https://evil.example", "null"}) {
    EXPECT_EQ(StatusOf(Ask("POST", "/api/x", foreign)), 403) << foreign;
  }
  EXPECT_EQ(answered_, 0);
  EXPECT_EQ(running_.counters().refused_by_origin, 2U);
  EXPECT_EQ(StatusOf(Ask("POST", "/api/x", kOwn)), 200);
  EXPECT_EQ(StatusOf(Ask("POST", "/api/x", "https://friend.example")), 200);
  EXPECT_EQ(answered_, 2);
}

TEST_P(OriginOnServerTest, OnlyAnAllowedPageMayReadTheApi) {
  constexpr char kAllow[] = "Access-Control-Allow-Origin";
  const std::string friendly = Ask("GET", "/api/x", "https://friend.example");
  EXPECT_EQ(HeaderOf(friendly, kAllow), "https://friend.example");
  EXPECT_EQ(HeaderOf(friendly, "Vary"), "Origin");
  const std::string foreign = Ask("GET", "/api/x", "https://evil.example");
  EXPECT_EQ(StatusOf(foreign), 200);
  EXPECT_EQ(HeaderOf(foreign, kAllow), "");
  EXPECT_EQ(HeaderOf(Ask("GET", "/other", "https://friend.example"), kAllow),
            "");
  EXPECT_EQ(HeaderOf(Fetch(running_.port(), "GET", "/api/x"), kAllow), "");
}

TEST_P(OriginOnServerTest, ABrowserHearsWhetherAnAllowedPageMayWrite) {
  const std::string asks = "Access-Control-Request-Method: POST\r\n";
  const std::string yes =
      Ask("OPTIONS", "/api/x", "https://friend.example", asks);
  EXPECT_EQ(StatusOf(yes), 200);
  EXPECT_EQ(HeaderOf(yes, "Access-Control-Allow-Origin"),
            "https://friend.example");
  EXPECT_EQ(HeaderOf(yes, "Access-Control-Allow-Methods"), "GET, POST");
  EXPECT_EQ(HeaderOf(yes, "Access-Control-Allow-Headers"),
            "Authorization, Content-Type");
  const std::string no = Ask("OPTIONS", "/api/x", "https://evil.example", asks);
  EXPECT_EQ(HeaderOf(no, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(HeaderOf(no, "Access-Control-Allow-Methods"), "");
  EXPECT_EQ(answered_, 0);
}

}  // namespace
}  // namespace tickerhub::testing
