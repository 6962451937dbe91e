#include "protocol/token_refresh.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::internal::protocol {
namespace {

constexpr SessionId kAnn{1};
constexpr Timestamp kSoon{std::chrono::seconds(1'000)};
constexpr Timestamp kLater{std::chrono::seconds(2'000)};

class TokenRefreshTest : public ::testing::Test {
 protected:
  // Good tokens are the names of users.
  static TokenAnswer Check(std::string_view token) {
    TokenAnswer answer;
    if (token == "bad") answer.refusal = "it is bad";
    answer.identity.user = token == "endless" ? "ann" : token;
    answer.identity.rights = {"read", "more"};
    if (token != "endless") answer.identity.expires = kLater;
    return answer;
  }
  void Open(std::optional<Timestamp> expires = kSoon) {
    SessionInfo info;
    info.identity = "ann";
    info.expires = expires;
    info.request.remote_address = *RemoteAddress::Parse("203.0.113.7", 4711);
    refresh_.OnOpen(kAnn, info);
  }
  // The code of the refusal; nothing if it was answered.
  std::optional<ErrorCode> Refresh(const std::string& token) {
    ClientMessage message;
    message.request_id = "7";
    if (!token.empty()) message.token = token;
    const auto refusal = refresh_.Handle(kAnn, message);
    scheduler_.Advance(options_.interval);
    return refusal ? std::optional(refusal->code) : std::nullopt;
  }

  tickerhub::testing::ManualScheduler scheduler_;
  tickerhub::testing::RecordingBroadcaster out_;
  RefreshOptions options_{&TokenRefreshTest::Check};
  std::optional<SessionInfo> told_;
  TokenRefresh refresh_{out_, scheduler_, options_,
                        [this](SessionId session, const SessionInfo& info) {
                          EXPECT_EQ(session, kAnn);
                          told_ = info;
                        }};
};

TEST_F(TokenRefreshTest, AGoodTokenSetsTheEndAnew) {
  Open();
  EXPECT_EQ(Refresh("ann"), std::nullopt);
  EXPECT_EQ(out_.ExpiryOf(kAnn), kLater);
  EXPECT_EQ(out_.TextsTo(kAnn).back(),
            R"({"type":"refreshed","expires":2000000,"requestId":7})");
}

TEST_F(TokenRefreshTest, TellsWhatTheSessionMayFromNowOn) {
  Open();
  EXPECT_EQ(Refresh("ann"), std::nullopt);
  ASSERT_TRUE(told_.has_value());
  EXPECT_EQ(told_->identity, "ann");
  EXPECT_EQ(told_->rights, (std::vector<std::string>{"read", "more"}));
  EXPECT_EQ(told_->expires, kLater);
  EXPECT_EQ(told_->request.remote_address.ToString(), "203.0.113.7");
}

TEST_F(TokenRefreshTest, AServerWithoutACheckSaysThatItTakesNoToken) {
  const RefreshOptions none;
  TokenRefresh without(out_, scheduler_, none, nullptr);
  SessionInfo info;
  info.expires = kSoon;
  without.OnOpen(kAnn, info);
  ClientMessage message;
  message.token = "ann";
  const auto refusal = without.Handle(kAnn, message);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kTokenRefused);
  EXPECT_EQ(refusal->message,
            "This server does not extend sessions by a token.");
}

TEST_F(TokenRefreshTest, OthersAreRefused) {
  Open();
  EXPECT_EQ(Refresh("bad"), ErrorCode::kTokenRefused);
  EXPECT_EQ(Refresh("bob"), ErrorCode::kTokenRefused) << "somebody else's";
  EXPECT_EQ(Refresh(""), ErrorCode::kMissingField);
  EXPECT_EQ(Refresh("endless"), ErrorCode::kTokenRefused);
  EXPECT_EQ(out_.ExpiryOf(kAnn), std::nullopt);
  EXPECT_FALSE(told_.has_value());
}

TEST_F(TokenRefreshTest, ASessionWithoutAnEndNeedsNoToken) {
  Open(std::nullopt);
  EXPECT_EQ(Refresh("ann"), ErrorCode::kTokenRefused);
}

TEST_F(TokenRefreshTest, IsCheckedOnceInTheInterval) {
  Open();
  ClientMessage message;
  message.token = "bad";
  EXPECT_EQ(refresh_.Handle(kAnn, message)->code, ErrorCode::kTokenRefused);
  EXPECT_EQ(refresh_.Handle(kAnn, message)->code, ErrorCode::kRateLimited);
  scheduler_.Advance(options_.interval);
  EXPECT_EQ(refresh_.Handle(kAnn, message)->code, ErrorCode::kTokenRefused);
}

TEST_F(TokenRefreshTest, ForgetsAClosedSession) {
  Open();
  refresh_.OnClose(kAnn);
  EXPECT_EQ(Refresh("ann"), ErrorCode::kTokenRefused);
}

}  // namespace
}  // namespace tickerhub::internal::protocol
