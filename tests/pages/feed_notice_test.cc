#include "pages/feed_notice.h"

#include <gtest/gtest.h>

namespace tickerhub::internal {
namespace {

constexpr Timestamp kMarch2021{std::chrono::milliseconds(1'614'956'400'000)};

TEST(FeedNoticeTest, SaysTheMomentInEnglishAndUtc) {
  EXPECT_EQ(MomentText(kMarch2021), "5 March 2021, 15:00 UTC");
  EXPECT_EQ(MomentText(Timestamp()), "1 January 1970, 00:00 UTC");
}

TEST(FeedNoticeTest, SaysNothingOfLivePrices) {
  StockTracker::Feed feed;
  EXPECT_EQ(FeedNotice(feed, kMarch2021), "");
  feed.newest_time = kMarch2021;
  EXPECT_EQ(FeedNotice(feed, kMarch2021 + kOldPrice), "");
}

// As tests/browser/feed_notice.test.js expects of the script.
TEST(FeedNoticeTest, SaysWhatTheScriptSays) {
  const Timestamp later = kMarch2021 + kOldPrice + std::chrono::seconds(1);
  StockTracker::Feed feed;
  feed.newest_time = kMarch2021;
  EXPECT_EQ(FeedNotice(feed, later), "Prices as of 5 March 2021, 15:00 UTC.");
  feed.state = FeedState::kQuiet;
  EXPECT_EQ(FeedNotice(feed, kMarch2021),
            "No price has come for a while. Prices as of 5 March 2021, 15:00 "
            "UTC.");
  feed.state = FeedState::kEnded;
  EXPECT_EQ(FeedNotice(feed, later),
            "The feed has ended. Prices as of 5 March 2021, 15:00 UTC.");
  feed.state = FeedState::kFailed;
  feed.newest_time.reset();
  EXPECT_EQ(FeedNotice(feed, later), "The feed has failed.");
}

}  // namespace
}  // namespace tickerhub::internal
