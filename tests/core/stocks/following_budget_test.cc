// How often clients change what they follow.

#include <cstdint>
#include <string>

#include "stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class FollowingBudgetTest : public StockTrackerFixture {
 protected:
  static constexpr ClientBudget::Rate kUnlimited{};
  static constexpr SessionId kCid{3};
  static constexpr char kNothingMore[] =
      R"({"type":"unsubscribe","stocks":[]})";

  void Start(const ClientBudget& budget) {
    StockTracker::Options options;
    options.following = budget;
    Make(options);
    tracker_->AddStock("A", P("1"));
  }
  void OpenFrom(std::string_view address, SessionId session) {
    SessionInfo info;
    info.request.remote_address = *RemoteAddress::Parse(address);
    info.request.query = "stocks=A";
    tracker_->OnOpen(session, info);
    out_.ClearMessages();
  }
  // Whether the client gets a snapshot, and not an error.
  bool Follows(SessionId session, const char* request = kNothingMore) {
    out_.ClearMessages();
    tracker_->OnMessage(session, {request, false});
    const auto texts = out_.TextsTo(session);
    if (texts.size() == 2) return true;
    EXPECT_THAT(
        texts,
        ElementsAre(StartsWith(R"({"type":"error","code":"rate-limited")")));
    return false;
  }
};

TEST_F(FollowingBudgetTest, HasDefaults) {
  const StockTracker::Options options;
  EXPECT_EQ(options.following.client.per_second, 5);
  EXPECT_EQ(options.following.client.burst, 50);
  EXPECT_EQ(options.following.address.per_second, 50);
  EXPECT_EQ(options.following.address.burst, 500);
  EXPECT_EQ(options.following.all.per_second, 1'000);
  EXPECT_EQ(options.following.all.burst, 5'000);
}

TEST_F(FollowingBudgetTest, AClientMayChangeSoOftenAndNoMore) {
  Start({{1, 2}, kUnlimited, kUnlimited});
  OpenFrom("203.0.113.7", kAnn);
  OpenFrom("203.0.113.7", kBob);
  EXPECT_TRUE(Follows(kAnn)) << "the first one is free";
  EXPECT_TRUE(Follows(kAnn));
  EXPECT_TRUE(Follows(kAnn, R"({"type":"subscribe","stocks":["A"]})"));
  EXPECT_FALSE(Follows(kAnn));
  EXPECT_FALSE(Follows(kAnn, R"({"type":"subscribe"})"));
  EXPECT_TRUE(Follows(kBob));
  EXPECT_EQ(tracker_->counters().following_limited, 2u);
  Pass(1'000);
  EXPECT_TRUE(Follows(kAnn));
  EXPECT_FALSE(Follows(kAnn));
}

TEST_F(FollowingBudgetTest, IsBoundedForEachAddressAndForAll) {
  Start({kUnlimited, {0.1, 1}, {0.1, 2}});
  OpenFrom("2001:db8::1", kAnn);
  OpenFrom("2001:db8::2", kBob);  // the same network
  OpenFrom("203.0.113.7", kCid);
  for (const SessionId session : {kAnn, kBob, kCid}) Follows(session);
  EXPECT_TRUE(Follows(kAnn));
  EXPECT_FALSE(Follows(kBob));
  EXPECT_TRUE(Follows(kCid));
  Pass(10'000);
  EXPECT_TRUE(Follows(kBob));
}

TEST_F(FollowingBudgetTest, TheFirstChoiceIsFreeForThousandsThatReconnect) {
  Start({{1, 1}, {1, 1}, {1, 1}});
  for (std::uint64_t i = 100; i < 3'100; ++i) {
    OpenFrom("203.0.113.7", {i});
    ASSERT_TRUE(Follows({i}));
  }
}

}  // namespace
}  // namespace tickerhub
