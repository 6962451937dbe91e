// What an admission says of a client, and what becomes of it: rights, the end
// of the session, and the guards of routes.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

Timestamp In(std::chrono::milliseconds time) {
  return ToTimestamp(std::chrono::system_clock::now()) + time;
}

// Ann has a session that ends at `expires_`, on one event loop and on two.
class IdentityTest : public ::testing::TestWithParam<int> {
 protected:
  void Start() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    running_.emplace(options, [this](Server& server) {
      Channel& channel = server.AddChannel("/known");
      channel.SetHandler(handler_);
      channel.SetAdmission(
          [this](const ConnectRequest&, const AdmissionReply& reply) {
            reply(Admission::Accept(Identity{"ann", {"read"}, expires_}));
          });
      channel_ = &channel;
    });
  }
  void TearDown() override { running_.reset(); }
  bool Connect(WebSocketClient& client) {
    return client.Connect(running_->port(), "/known");
  }

  std::optional<Timestamp> expires_;
  ScriptedHandler handler_;
  Channel* channel_ = nullptr;
  std::optional<RunningServer> running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, IdentityTest, ::testing::Values(1, 2));

TEST_P(IdentityTest, TheHandlerHearsOfRightsAndOfTheEnd) {
  expires_ = In(std::chrono::hours(1));
  Start();
  WebSocketClient client;
  ASSERT_TRUE(Connect(client));
  ASSERT_TRUE(handler_.WaitFor(Event::kOpen));
  const SessionInfo info = handler_.events()[0].info;
  EXPECT_EQ(info.identity, "ann");
  EXPECT_EQ(info.rights, std::vector<std::string>{"read"});
  EXPECT_EQ(info.expires, expires_);
}

TEST_P(IdentityTest, ASessionIsClosedWhenItsTokenExpires) {
  expires_ = In(std::chrono::milliseconds(-1));
  Start();
  WebSocketClient client;
  ASSERT_TRUE(Connect(client));
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 4502);
  EXPECT_EQ(close->reason, "your token has expired; get a new one");
  EXPECT_TRUE(running_->Counts([](const Server::Counters& counters) {
    return counters.closed_expired == 1;
  }));
}

TEST_P(IdentityTest, TheEndCanBeSetAnew) {
  expires_ = In(std::chrono::hours(1));
  Start();
  WebSocketClient client;
  ASSERT_TRUE(Connect(client));
  const SessionId session = handler_.Opened();
  const auto set = [&](Timestamp expires) {
    running_->OnHub([&] { channel_->SetExpiry(session, expires); });
  };
  set(In(std::chrono::hours(2)));
  set(In(std::chrono::milliseconds(-1)));
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 4502);
  set(In(std::chrono::hours(1)));  // nobody has this id any more
}

TEST(HttpGuardTest, SaysWhoAsksOrRefuses) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    const auto answer = [](const HttpRequest& request, const HttpReply& reply) {
      HttpResponse response;
      response.body = "hello " + request.identity.user;
      reply(response);
    };
    server.Route("GET", "/open", answer);
    server.Route("GET", "/api/x", answer);
    server.Route("GET", "/throws", answer);
    server.Guard("/api/*",
                 [](HttpRequest& request) -> std::optional<HttpResponse> {
                   request.identity.user = request.Header("X-User");
                   if (!request.identity.user.empty()) return std::nullopt;
                   HttpResponse refusal;
                   refusal.status = 401;
                   refusal.body = "who are you?";
                   return refusal;
                 });
    server.Guard("/throws", [](HttpRequest&) -> std::optional<HttpResponse> {
      throw std::runtime_error("no");
    });
  });
  const auto fetch = [&](std::string_view path, std::string_view headers = "") {
    return Fetch(running.port(), "GET", path, headers);
  };
  EXPECT_EQ(BodyOf(fetch("/open")), "hello ");
  EXPECT_EQ(BodyOf(fetch("/api/x", "X-User: ann\r\n")), "hello ann");
  EXPECT_EQ(StatusOf(fetch("/api/x")), 401);
  EXPECT_EQ(BodyOf(fetch("/api/x")), "who are you?");
  EXPECT_EQ(StatusOf(fetch("/api/none")), 404);
  EXPECT_EQ(StatusOf(fetch("/throws")), 500);
}

TEST(HttpGuardTest, MayChangeWhatTheRouteGets) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/old",
                 [](const HttpRequest& request, const HttpReply& reply) {
                   HttpResponse response;
                   response.body = request.method + " " + request.path;
                   reply(response);
                 });
    server.Guard("/old", [](HttpRequest& request) {
      request.method = "POST";
      request.path = "/new";
      return std::optional<HttpResponse>();
    });
  });
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/old")), "POST /new");
}

}  // namespace
}  // namespace tickerhub::testing
