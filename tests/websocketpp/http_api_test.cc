// The services over HTTP (docs/protocol.md), with the real services.

#include "tickerhub/websocketpp/http_api.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::testing {
namespace {

constexpr const char* kJsonType = "Content-Type: application/json\r\n";

class NotificationApiTest : public ::testing::Test {
 protected:
  void Start(NotificationApiOptions api, Notifier::Options options = {}) {
    log_.emplace(log_options_);
    running_.emplace(RunningServer::AnyPort(), [&](Server& server) {
      Channel& channel = server.AddChannel("/notifications");
      notifier_.emplace(channel, server.scheduler(), *log_, options);
      channel.SetHandler(*notifier_);
      AddNotificationApi(server, *notifier_, api);
    });
  }
  void TearDown() override {
    if (running_) running_->Stop();
    notifier_.reset();
  }

  std::string Submit(const std::string& body,
                     const std::string& headers = kJsonType) {
    return Exchange(running_->port(),
                    "POST /api/notifications HTTP/1.1\r\nHost: x\r\n" +
                        headers + "Content-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // An error has the status, the code, and the form of the protocol.
  void ExpectError(const std::string& response, int status,
                   const std::string& code) {
    EXPECT_EQ(StatusOf(response), status);
    EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/json");
    const std::string begin =
        "{\"error\":{\"code\":\"" + code + "\",\"message\":\"";
    EXPECT_EQ(BodyOf(response).substr(0, begin.size()), begin) << response;
    EXPECT_EQ(BodyOf(response).substr(BodyOf(response).size() - 3), "\"}}");
  }

  InMemoryNotificationLog::Options log_options_;
  std::optional<InMemoryNotificationLog> log_;
  std::optional<RunningServer> running_;
  std::optional<Notifier> notifier_;
};

const std::string kToAll = R"({"recipientId":"all","message":"hello"})";

TEST_F(NotificationApiTest, RefusesAStreamTooManyAndTakesTheNextOneAgain) {
  Notifier::Options options;
  options.max_followers = 1;
  Start({}, options);
  constexpr const char* kStream = "/api/notifications/stream";
  RawSocket open(running_->port());
  ASSERT_TRUE(open.Send("GET " + std::string(kStream) +
                        " HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(StatusOf(open.ReadUntil("retry: 2000\n\n")), 200);
  ExpectError(Fetch(running_->port(), "GET", kStream), 503, "busy");
  open.Close();
  EXPECT_TRUE(Eventually([&] {
    Notifier::Counters counters;
    running_->OnHub([&] { counters = notifier_->counters(); });
    return counters.followers == 0 && counters.followers_refused == 1;
  }));
  RawSocket next(running_->port());
  ASSERT_TRUE(next.Send("GET " + std::string(kStream) +
                        " HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(StatusOf(next.ReadUntil("retry: 2000\n\n")), 200);
}

TEST_F(NotificationApiTest, DeliversToThoseWhoAreConnected) {
  Start({});
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_->port(), "/notifications"));
  ASSERT_NE(client.NextText().find("\"type\":\"id\""), std::string::npos);
  const std::string response = Submit(kToAll);
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
  EXPECT_NE(BodyOf(response).find("\"delivered\":1,\"queued\":0}"),
            std::string::npos)
      << response;
  std::string text;
  do {
    text = client.NextText();
    ASSERT_NE(text, "(nothing)");
  } while (text.find("\"message\":\"hello\"") == std::string::npos);
  EXPECT_NE(text.find("\"from\":\"api\""), std::string::npos) << text;
}

TEST_F(NotificationApiTest, AnswersErrorsWithTheStatusOfTheProtocol) {
  Start({});
  ExpectError(Submit("not json"), 400, "invalid-json");
  ExpectError(Submit(""), 400, "invalid-json");
  ExpectError(Submit("\xff\xfe"), 400, "invalid-json");
  ExpectError(Submit(R"({"message":"for nobody"})"), 400, "missing-field");
  ExpectError(Submit(R"({"recipientId":"all"})"), 400, "missing-field");
  ExpectError(Submit(R"({"recipientId":7,"message":"x"})"), 400,
              "invalid-field");
  ExpectError(Submit(R"({"recipientId":"all","message":"x","level":"loud"})"),
              400, "invalid-field");
  ExpectError(Submit(R"({"recipientId":"all","message":"  "})"), 400,
              "empty-message");
  ExpectError(Submit(R"({"recipientId":"all","message":")" +
                     std::string(2'001, 'x') + "\"}"),
              413, "message-too-long");
  ExpectError(Submit(R"({"recipientId":"no\"bo\\dy","message":"x"})"), 404,
              "unknown-recipient");
}

TEST_F(NotificationApiTest, SaysThatTheLogHasTooMuchToDo) {
  log_options_.max_in_flight = 0;
  Start({});
  ExpectError(Submit(kToAll), 503, "busy");
}

TEST_F(NotificationApiTest, SaysThatTheLogHasNoSpace) {
  log_options_.max_scheduled = 0;
  Start({});
  const Timestamp later =
      ToTimestamp(std::chrono::system_clock::now()) + std::chrono::hours(1);
  ExpectError(Submit(R"({"recipientId":"all","message":"x","deliverAt":)" +
                     std::to_string(later.time_since_epoch().count()) + "}"),
              507, "not-kept");
  EXPECT_EQ(StatusOf(Submit(kToAll)), 200) << "the rest goes on";
}

TEST_F(NotificationApiTest, WantsJson) {
  Start({});
  ExpectError(Submit(kToAll, ""), 415, "unsupported-media-type");
  ExpectError(Submit(kToAll, "Content-Type: text/plain\r\n"), 415,
              "unsupported-media-type");
  ExpectError(Submit(kToAll, "Content-Type: application/json5\r\n"), 415,
              "unsupported-media-type");
  for (const char* type :
       {"application/json;charset=utf-8", "application/json ; charset=utf-8",
        "Application/JSON"}) {
    EXPECT_EQ(
        StatusOf(Submit(kToAll, "Content-Type: " + std::string(type) + "\r\n")),
        200)
        << type;
  }
}

TEST_F(NotificationApiTest, WantsTheTokenWhereThereIsOne) {
  NotificationApiOptions api;
  api.token = "s3cret";
  Start(api);
  const auto submit_with = [&](const std::string& authorization) {
    return Submit(kToAll, kJsonType + authorization);
  };
  for (const char* wrong :
       {"", "Authorization: Bearer s3cre\r\n",
        "Authorization: Bearer s3cret2\r\n", "Authorization: Bearer S3CRET\r\n",
        "Authorization: Bearer\r\n", "Authorization: s3cret\r\n",
        "Authorization: Basic s3cret\r\n", "Authorization: Bearer  x\r\n"}) {
    const std::string response = submit_with(wrong);
    ExpectError(response, 401, "unauthorized");
    EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(StatusOf(submit_with("Authorization: Bearer s3cret\r\n")), 200);
  // The scheme's name has no case (RFC 9110 §11.1).
  EXPECT_EQ(StatusOf(submit_with("authorization: bearer s3cret\r\n")), 200);
  // Who may not write is told so before anything else about the request.
  ExpectError(Submit("garbage", ""), 401, "unauthorized");
  EXPECT_EQ(StatusOf(Fetch(running_->port(), "GET", "/api/users")), 200);
}

TEST_F(NotificationApiTest, IsClosedWhereATokenIsRequiredAndNoneSet) {
  NotificationApiOptions api;
  api.require_token = true;
  Start(api);
  ExpectError(Submit(kToAll), 403, "api-closed");
  ExpectError(
      Submit(kToAll, kJsonType + std::string("Authorization: Bearer \r\n")),
      403, "api-closed");
  EXPECT_EQ(StatusOf(Fetch(running_->port(), "GET", "/api/users")), 200);
}

TEST_F(NotificationApiTest, TakesNoBodyBeyondTheLimit) {
  Start({});
  EXPECT_EQ(StatusOf(Submit(std::string(65 * 1024, ' '))), 413);
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.http_bodies_refused == 1; }));
}

TEST_F(NotificationApiTest, ListsWhoIsOnline) {
  Start({});
  const std::string before = Fetch(running_->port(), "GET", "/api/users");
  EXPECT_EQ(StatusOf(before), 200);
  EXPECT_EQ(HeaderOf(before, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(before, "Cache-Control"), "no-store");
  EXPECT_EQ(BodyOf(before), R"({"type":"users","total":0,"data":[]})");
  WebSocketClient ann;
  ASSERT_TRUE(ann.Connect(running_->port(), "/notifications"));
  ASSERT_TRUE(ann.SendText(R"({"type":"set-identifier","identifier":"ann"})"));
  while (ann.NextText().find("\"identified\"") == std::string::npos) {
  }
  EXPECT_NE(BodyOf(Fetch(running_->port(), "GET", "/api/users"))
                .find(R"("identifier":"ann")"),
            std::string::npos);
}

TEST_F(NotificationApiTest, OneKeyIsOneNotification) {
  Start({});
  const std::string headers =
      kJsonType + std::string("Idempotency-Key: k-1\r\n");
  const std::string first = Submit(kToAll, headers);
  EXPECT_EQ(StatusOf(first), 200);
  EXPECT_EQ(BodyOf(Submit(kToAll, headers)), BodyOf(first));
  EXPECT_NE(BodyOf(Submit(kToAll)), BodyOf(first));
  EXPECT_EQ(log_->size(), 2u);
}

TEST_F(NotificationApiTest, TakesABatchAndAnswersEachOfIt) {
  Start({});
  const std::string response =
      Submit("[" + kToAll + R"(, {"recipientId":"nobody","message":"x"},)" +
             kToAll + "]");
  EXPECT_EQ(StatusOf(response), 200);
  const std::string begin =
      R"([{"id":1,"delivered":0,"queued":0},{"error":{"code":"unknown-)";
  EXPECT_EQ(BodyOf(response).substr(0, begin.size()), begin) << response;
  EXPECT_EQ(log_->size(), 2u);
  EXPECT_EQ(BodyOf(Submit("[]")), "[]");
  ExpectError(Submit("[1]"), 400, "invalid-json");
  ExpectError(Submit("[{}"), 400, "invalid-json");
}

TEST_F(NotificationApiTest, TakesNoMoreInABatchThanItMay) {
  Notifier::Options options;
  EXPECT_EQ(options.max_batch, 100u);
  options.max_batch = 1;
  Start({}, options);
  EXPECT_EQ(StatusOf(Submit("[" + kToAll + "]")), 200);
  ExpectError(Submit("[" + kToAll + "," + kToAll + "]"), 413,
              "too-many-notifications");
  EXPECT_EQ(log_->size(), 1u);
}

TEST_F(NotificationApiTest, ReadsAnInboxInPages) {
  NotificationApiOptions api;
  api.token = "s3cret";
  Notifier::Options options;
  options.unknown_users = Notifier::Options::UnknownUsers::kQueue;
  Start(api, options);
  const std::string token = "Authorization: Bearer s3cret\r\n";
  for (const char* to : {"all", "ann", "bob", "Ann"}) {
    EXPECT_EQ(StatusOf(Submit(
                  R"({"message":"x","recipientId":")" + std::string(to) + "\"}",
                  kJsonType + token)),
              200);
  }
  const auto get = [&](const std::string& query, const std::string& headers) {
    return Exchange(running_->port(), "GET /api/notifications" + query +
                                          " HTTP/1.1\r\nHost: x\r\n" + headers +
                                          "\r\n");
  };
  const std::string all = get("", "");
  EXPECT_EQ(StatusOf(all), 200);
  EXPECT_EQ(BodyOf(all).find("personal"), std::string::npos);
  ExpectError(get("?user=ann", ""), 401, "unauthorized");
  const std::string page = BodyOf(get("?user=ANN&after=1&limit=1", token));
  EXPECT_NE(page.find(R"("unread":3,"complete":true,"more":true)"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find(R"([{"type":"notification","id":2,)"), std::string::npos);
  const std::string newest = BodyOf(get("?user=ann&before=9&limit=1", token));
  EXPECT_NE(newest.find(R"([{"type":"notification","id":4,)"),
            std::string::npos);
  ExpectError(get("?user=ann&after=x", token), 400, "invalid-field");
}

TEST_F(NotificationApiTest, NobodyReadsAnInboxWithoutAToken) {
  Start({});
  EXPECT_EQ(
      StatusOf(Fetch(running_->port(), "GET", "/api/notifications?user=ann")),
      403);
}

TEST_F(NotificationApiTest, KnowsNoOtherMethods) {
  Start({});
  const std::string got = Fetch(running_->port(), "PUT", "/api/notifications");
  EXPECT_EQ(StatusOf(got), 405);
  EXPECT_EQ(HeaderOf(got, "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(StatusOf(Fetch(running_->port(), "DELETE", "/api/users")), 405);
}

TEST(StockApiTest, AnswersWithTheSnapshotMessage) {
  std::optional<StockTracker> tracker;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    Channel& channel = server.AddChannel("/stocks");
    tracker.emplace(channel, server.scheduler());
    channel.SetHandler(*tracker);
    AddStockApi(server, *tracker);
    tracker->AddStock("AAPL", Price::Parse("150.25").value());
  });
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/stocks"));
  const std::string snapshot = client.NextText();
  EXPECT_NE(snapshot.find("\"AAPL\":150.25"), std::string::npos);
  const std::string response = Fetch(running.port(), "GET", "/api/stocks");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
  EXPECT_EQ(BodyOf(response), snapshot);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "POST", "/api/stocks")), 405);
  running.Stop();
  tracker.reset();
}

TEST(StockApiTest, AnswersWithTheSnapshotOfTheStocksThatAreNamed) {
  std::optional<StockTracker> tracker;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    Channel& channel = server.AddChannel("/stocks");
    tracker.emplace(channel, server.scheduler());
    channel.SetHandler(*tracker);
    AddStockApi(server, *tracker);
    for (const char* name : {"AAPL", "MSFT", "^GSPC"}) {
      tracker->AddStock(name, Price::Parse("150.25").value());
    }
  });
  const auto get = [&](const std::string& query) {
    return Fetch(running.port(), "GET", "/api/stocks?" + query);
  };
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/stocks?stocks=msft,%5EGSPC"));
  EXPECT_EQ(client.NextText(),
            R"({"type":"subscribed","stocks":["MSFT","^GSPC"]})");
  const std::string snapshot = client.NextText();
  EXPECT_EQ(snapshot.find("AAPL"), std::string::npos);
  EXPECT_EQ(BodyOf(get("stocks=msft,%5EGSPC")), snapshot);
  EXPECT_EQ(StatusOf(get("stocks=")), 200);
  const std::string unknown = get("stocks=AAPL,NVDA");
  EXPECT_EQ(StatusOf(unknown), 404);
  EXPECT_EQ(HeaderOf(unknown, "Content-Type"), "application/json");
  EXPECT_EQ(BodyOf(unknown), R"({"error":{"code":"unknown-stock",)"
                             R"("message":"NVDA is not tracked."}})");
  EXPECT_EQ(StatusOf(get("stocks=AAPL&stocks=MSFT")), 400);
  running.Stop();
  tracker.reset();
}

TEST(LoopbackTest, IsWhatOnlyThisMachineReaches) {
  for (const char* address :
       {"127.0.0.1", "127.1.2.3", "127.255.255.255", "::1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address :
       {"", "0.0.0.0", "::", "192.168.0.1", "128.0.0.1", "10.127.0.0.1",
        "127.example.com", "127.0.0.1.example.com", "127.0.0.256", "127.0.0.1 ",
        "::2", "localhost.example.com"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace tickerhub::testing
