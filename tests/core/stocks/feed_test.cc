// How the tracker says whether prices still come.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <sstream>

#include "stock_tracker_fixture.h"
#include "tickerhub/line_source.h"
#include "tickerhub/replay_source.h"

namespace tickerhub {
namespace {

class FeedTest : public ::testing::Test {
 protected:
  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster broadcaster_;
  StockTracker tracker_{broadcaster_, scheduler_};
};

TEST_F(FeedTest, HasNoAgeBeforeTheFirstPrice) {
  EXPECT_EQ(tracker_.feed().newest_price_age, std::nullopt);
  tracker_.AddStock("AAPL", P("150"));  // where it starts is no news
  EXPECT_EQ(tracker_.feed().newest_price_age, std::nullopt);
  EXPECT_EQ(tracker_.feed().sources, 0U);
}

TEST_F(FeedTest, TellsTheAgeOfTheNewestPriceAlsoIfItChangedNothing) {
  tracker_.SetPrice("AAPL", P("150"));
  scheduler_.Advance(milliseconds(700));
  EXPECT_EQ(tracker_.feed().newest_price_age, milliseconds(700));
  tracker_.Apply({{S("AAPL"), P("150"), Timestamp()}});
  EXPECT_EQ(tracker_.feed().newest_price_age, milliseconds(0));
  scheduler_.Advance(milliseconds(50));
  tracker_.Apply(std::vector<PriceUpdate>());
  EXPECT_EQ(tracker_.feed().newest_price_age, milliseconds(50));
}

TEST_F(FeedTest, CountsPricesOfASource) {
  FakeSource source;
  tracker_.Follow(source);
  EXPECT_EQ(tracker_.feed().sources, 1U);
  EXPECT_EQ(tracker_.feed().newest_price_age, std::nullopt);
  source.Bring("AAPL", "150");
  source.wake();
  scheduler_.Advance(milliseconds(30));
  EXPECT_EQ(tracker_.feed().newest_price_age, milliseconds(30));
  EXPECT_EQ(tracker_.feed().ended, 0U);
  tracker_.Unfollow(source);
  EXPECT_EQ(tracker_.feed().sources, 0U);
}

TEST_F(FeedTest, CountsSourcesThatHaveEnded) {
  LineSource lines{LineSource::Options()};
  ReplaySource replay(std::make_unique<std::istringstream>(""), {});
  tracker_.Follow(lines);
  tracker_.Follow(replay);
  scheduler_.Advance(milliseconds(1'000));
  EXPECT_EQ(tracker_.feed().sources, 2U);
  EXPECT_EQ(tracker_.feed().ended, 1U);
  lines.End();
  EXPECT_EQ(tracker_.feed().ended, 2U);
  // They end before the tracker does.
  tracker_.Unfollow(lines);
  tracker_.Unfollow(replay);
}

}  // namespace
}  // namespace tickerhub
