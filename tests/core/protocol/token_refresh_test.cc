#include "protocol/token_refresh.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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
    answer.identity.user = token;
    if (token != "endless") answer.identity.expires = kLater;
    return answer;
  }
  void Open(std::optional<Timestamp> expires = kSoon) {
    SessionInfo info;
    info.identity = "ann";
    info.expires = expires;
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
  TokenRefresh refresh_{out_, scheduler_, options_};
};

TEST_F(TokenRefreshTest, AGoodTokenSetsTheEndAnew) {
  Open();
  EXPECT_EQ(Refresh("ann"), std::nullopt);
  EXPECT_EQ(out_.ExpiryOf(kAnn), kLater);
  EXPECT_EQ(out_.TextsTo(kAnn).back(),
            R"({"type":"refreshed","expires":2000000,"requestId":7})");
}

TEST_F(TokenRefreshTest, OthersAreRefused) {
  Open();
  EXPECT_EQ(Refresh("bad"), ErrorCode::kTokenRefused);
  EXPECT_EQ(Refresh("bob"), ErrorCode::kTokenRefused) << "somebody else's";
  EXPECT_EQ(Refresh(""), ErrorCode::kMissingField);
  EXPECT_EQ(out_.ExpiryOf(kAnn), std::nullopt);
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
