// The budgets of clients over HTTP: of users, of strangers, and none of the
// operator's programs. No bucket gets a token back while a test runs.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/http_api.h"

namespace tickerhub::testing {
namespace {

constexpr double kNoRefill = 1e-6;
constexpr char kFromStranger[] = "X-Forwarded-For: 203.0.113.7\r\n";
constexpr char kWithToken[] = "Authorization: Bearer s3cret\r\n";
constexpr char kOne[] = R"({"recipientId":"all","message":"hello"})";

// The tests come through a proxy that the server trusts, so X-Forwarded-For
// says from where. A guard believes the field User.
Server::Options BehindProxy() {
  Server::Options options = RunningServer::AnyPort();
  options.trusted_proxies = {"127.0.0.1"};
  return options;
}

class NotificationBudgetTest : public ::testing::Test {
 protected:
  NotificationBudgetTest() {
    options_.notifications = {{kNoRefill, 2}, {kNoRefill, 3}, {kNoRefill, 4}};
  }

  void Start(const std::string& token = "") {
    running_.emplace(BehindProxy(), [&](Server& server) {
      Channel& channel = server.AddChannel("/notifications");
      notifier_.emplace(channel, server.scheduler(), log_, options_);
      channel.SetHandler(*notifier_);
      server.Guard("/api/*",
                   [](HttpRequest& request) -> std::optional<HttpResponse> {
                     request.identity.user = request.Header("user");
                     return std::nullopt;
                   });
      NotificationApiOptions api;
      api.token = token;
      AddNotificationApi(server, *notifier_, api);
    });
  }
  void TearDown() override {
    if (running_) running_->Stop();
    notifier_.reset();
  }

  std::string Submit(const std::string& headers,
                     const std::string& body = kOne) {
    return Exchange(running_->port(),
                    "POST /api/notifications HTTP/1.1\r\nHost: x\r\n"
                    "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n" + headers +
                        "\r\n" + body);
  }
  std::uint64_t Limited() {
    std::uint64_t count = 0;
    running_->OnHub(
        [&] { count = notifier_->counters().notifications_limited; });
    return count;
  }

  InMemoryNotificationLog log_;
  Notifier::Options options_;
  std::optional<RunningServer> running_;
  std::optional<Notifier> notifier_;
};

void ExpectLimited(const std::string& response) {
  EXPECT_EQ(StatusOf(response), 429) << response;
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "86400") << "a day at most";
  constexpr std::string_view kBegin = R"({"error":{"code":"rate-limited",)";
  EXPECT_EQ(BodyOf(response).substr(0, kBegin.size()), kBegin);
}

TEST_F(NotificationBudgetTest, AUserGets429BeyondItsBudget) {
  Start();
  EXPECT_EQ(StatusOf(Submit("User: ann\r\n")), 200);
  EXPECT_EQ(StatusOf(Submit("User: ann\r\nX-Forwarded-For: 192.0.2.1\r\n")),
            200);
  ExpectLimited(Submit("User: ann\r\nX-Forwarded-For: 198.51.100.1\r\n"));
  ExpectLimited(Submit("User: ann\r\n"));
  EXPECT_EQ(StatusOf(Submit("User: bob\r\n")), 200);
  EXPECT_EQ(Limited(), 2u);
  EXPECT_EQ(log_.size(), 3u);
}

TEST_F(NotificationBudgetTest, AStrangerGets429BeyondThatOfItsAddress) {
  Start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StatusOf(Submit(kFromStranger)), 200);
  ExpectLimited(Submit(kFromStranger));
  EXPECT_EQ(StatusOf(Submit("X-Forwarded-For: 192.0.2.1\r\n")), 200);
  ExpectLimited(Submit("X-Forwarded-For: 198.51.100.1\r\n"));  // of all
  EXPECT_EQ(Limited(), 2u);
  EXPECT_EQ(log_.size(), 4u);
}

TEST_F(NotificationBudgetTest, EachOfABatchThatIsTooManyIsRefused) {
  Start();
  const std::string one = kOne;
  const std::string response =
      Submit("User: ann\r\n", "[" + one + "," + one + "," + one + "]");
  EXPECT_EQ(StatusOf(response), 200);
  constexpr std::string_view kBegin =
      R"([{"id":1,"delivered":0,"queued":0},{"id":2,"delivered":0,"queued":0},)"
      R"({"error":{"code":"rate-limited",)";
  EXPECT_EQ(BodyOf(response).substr(0, kBegin.size()), kBegin);
  EXPECT_EQ(Limited(), 1u);
}

TEST_F(NotificationBudgetTest, ProgramsOfThisMachineAreNotBounded) {
  Start();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(StatusOf(Submit("")), 200);
  EXPECT_EQ(Limited(), 0u);
}

TEST_F(NotificationBudgetTest, ProgramsWithTheApiTokenAreNotBounded) {
  Start("s3cret");
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(StatusOf(Submit(std::string(kWithToken) + kFromStranger)), 200);
  }
  EXPECT_EQ(StatusOf(Submit(kFromStranger)), 401);
  EXPECT_EQ(Limited(), 0u);
}

TEST_F(NotificationBudgetTest, PagesOfInboxesHaveABudgetWithoutTheApiToken) {
  options_.readings = {{kNoRefill, 1}, {kNoRefill, 2}, {0, 0}};
  Start("s3cret");
  const auto read = [&](const std::string& path, const std::string& headers) {
    return Fetch(running_->port(), "GET", "/api/notifications" + path, headers);
  };
  EXPECT_EQ(StatusOf(read("", "User: ann\r\n")), 200);
  ExpectLimited(read("?user=ann", "User: ann\r\n"));
  ExpectLimited(read("/stream", "User: ann\r\n"));
  EXPECT_EQ(StatusOf(read("", kFromStranger)), 200);
  EXPECT_EQ(StatusOf(read("", kFromStranger)), 200);
  ExpectLimited(read("", kFromStranger));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        StatusOf(read("?user=ann", std::string(kWithToken) + kFromStranger)),
        200);
  }
  std::uint64_t limited = 0;
  running_->OnHub([&] { limited = notifier_->counters().readings_limited; });
  EXPECT_EQ(limited, 3u);
}

TEST(HistoryBudgetTest, AnAddressGets429BeyondItsBudget) {
  std::optional<StockTracker> tracker;
  RunningServer running(BehindProxy(), [&](Server& server) {
    StockTracker::Options options;
    options.history.max_prices = 1;
    options.history.requests = {{kNoRefill, 1}, {kNoRefill, 2}, {kNoRefill, 3}};
    Channel& channel = server.AddChannel("/stocks");
    tracker.emplace(channel, server.scheduler(), options);
    channel.SetHandler(*tracker);
    AddStockApi(server, *tracker);
    tracker->AddStock("AAPL", Price::Parse("150.25").value());
  });
  const auto get = [&](const std::string& headers) {
    return Fetch(running.port(), "GET", "/api/stocks/AAPL/history", headers);
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(StatusOf(get(kFromStranger)), 200);
  ExpectLimited(get(kFromStranger));
  EXPECT_EQ(StatusOf(get("X-Forwarded-For: 192.0.2.1\r\n")), 200);
  ExpectLimited(get("X-Forwarded-For: 198.51.100.1\r\n"));  // of all
  EXPECT_EQ(StatusOf(get("")), 200) << "a program of this machine";
  std::uint64_t limited = 0;
  running.OnHub([&] { limited = tracker->counters().history_limited; });
  EXPECT_EQ(limited, 2u);
  running.Stop();
  tracker.reset();
}

}  // namespace
}  // namespace tickerhub::testing
