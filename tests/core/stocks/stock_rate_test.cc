// How often clients are told of prices: Options::max_rate.

#include <string>
#include <utility>
#include <vector>

#include "stock_rate_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class StockRateTest : public StockRateFixture {};

TEST_F(StockRateTest, IsNotBoundedUnlessAnOptionSaysSo) {
  EXPECT_EQ(StockTracker::Options().max_rate, 0);
  Open(kAnn);
  EXPECT_THAT(TimesToldIn(22, kAnn), ElementsAre(5, 10, 15, 20));
  EXPECT_EQ(tracker_->counters().ticks_delayed, 0u);
}

TEST_F(StockRateTest, IsAtMostMaxRateFromTheFirstChangeOn) {
  StartWithMaxRate(10);
  Open(kAnn);
  EXPECT_THAT(TimesToldIn(320, kAnn), ElementsAre(5, 105, 205, 305));
  EXPECT_EQ(tracker_->counters().ticks_published, 4u);
  EXPECT_EQ(tracker_->counters().ticks_delayed, 4u);  // the fifth is on its way
}

TEST_F(StockRateTest, LosesNothingThatChangedMeanwhile) {
  StartWithMaxRate(10);
  Open(kAnn);
  Change("B");
  Pass(5);
  tracker_->SetPrice("A", P("9"));
  Pass(30);
  tracker_->SetPrice("A", P("3"));
  tracker_->SetPrice("C", P("2"));
  Pass(70);
  ASSERT_THAT(out_.TextsTo(kAnn), SizeIs(2));
  EXPECT_THAT(out_.TextsTo(kAnn)[1],
              StartsWith(R"({"type":"update","seq":7,"since":4,)"));
  EXPECT_THAT(out_.TextsTo(kAnn)[1],
              HasSubstr(R"("data":{"A":3,"C":2},"quotes":{"A":{"high":9}})"));
}

TEST_F(StockRateTest, DelaysNoFirstChangeAfterAQuietTime) {
  StartWithMaxRate(10);
  Open(kAnn);
  Change("A");
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  Pass(100);
  Change("A");
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
  EXPECT_EQ(tracker_->counters().ticks_delayed, 0u);
}

TEST_F(StockRateTest, IsNeverExceededWhateverTheNumber) {
  const std::pair<double, int> cases[] = {
      {3, 334}, {0.5, 2'000}, {400, 5}, {1e9, 5}};
  for (const auto& [rate, interval] : cases) {
    StartWithMaxRate(rate);
    Open(kAnn);
    EXPECT_THAT(TimesToldIn(5 + interval * 2, kAnn),
                ElementsAre(5, 5 + interval, 5 + interval * 2))
        << rate;
  }
}

TEST_F(StockRateTest, HoldsForWhatIsFlushedOrHasBeenJoinedAlready) {
  StartWithMaxRate(10);
  Open(kAnn);
  Change("A");
  tracker_->Flush();
  Pass(1);
  Change("A");
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  tracker_->Follow(source_);
  source_.Bring("B", "7");
  source_.wake();
  Pass(98);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  Pass(1);
  ASSERT_THAT(out_.TextsTo(kAnn), SizeIs(2));
  EXPECT_THAT(out_.TextsTo(kAnn)[1], HasSubstr(R"("B":7)"));
  Pass(1'000);
  source_.Bring("B", "8");
  source_.wake();
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(3));
  tracker_.reset();
}

TEST_F(StockRateTest, DelaysNoNewStockAndSendsWhatIsPendingBeforeIt) {
  StartWithMaxRate(10);
  Open(kAnn);
  Change("A");
  Pass(5);
  Pass(10);
  Change("B");
  out_.ClearMessages();
  tracker_->AddStock("D", P("1"));
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("seq":5,"since":4,)"),
                          HasSubstr(R"("seq":6,"since":5,)")));
  // Which was an update, so that the next has to wait.
  EXPECT_THAT(TimesToldIn(100, kAnn), ElementsAre(100));
}

TEST_F(StockRateTest, HoldsForThoseWhoFollowSome) {
  StartWithMaxRate(10);
  Open(kAnn);
  Ask(kAnn, R"({"type":"subscribe","stocks":["A"]})");
  EXPECT_THAT(TimesToldIn(210, kAnn), ElementsAre(5, 105, 205));
}

TEST_F(StockRateTest, SurvivesAClockThatIsSetBack) {
  StockTracker::Options options;
  options.max_rate = 10;
  options.heartbeat_interval = milliseconds(1'000);
  Start(options);
  Open(kAnn);
  Change("A");
  Pass(5);
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(1));
  out_.ClearMessages();
  Change("A");
  Pass(100);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(1));
  Pass(1'000);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
  EXPECT_THAT(out_.LastTextTo(kAnn), StartsWith(R"({"type":"heartbeat")"));
}

}  // namespace
}  // namespace tickerhub
