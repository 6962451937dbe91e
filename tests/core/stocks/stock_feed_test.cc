#include "stock_tracker_fixture.h"
#include "tickerhub/line_source.h"
#include "tickerhub/simulated_market.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StockFeedTest : public StockTrackerFixture {};

TEST_F(StockFeedTest, TellsASourceWhatTheBookHolds) {
  tracker_->AddStock("A", P("1"));
  tracker_->Follow(source_);
  EXPECT_THAT(source_.tracked, ElementsAre("A 1"));
  tracker_->SetPrice("B", P("2"));
  EXPECT_THAT(source_.tracked, ElementsAre("A 1", "B 2"));
}

TEST_F(StockFeedTest, PollsASourceWhenItIsDue) {
  source_.interval = milliseconds(100);
  source_.Bring("A", "1");
  tracker_->Follow(source_);
  EXPECT_EQ(source_.polls, 1);
  EXPECT_NE(tracker_->book().Find(S("A")), nullptr);
  Pass(5);  // once more, because of the new symbol
  EXPECT_EQ(source_.polls, 2);
  Open(kAnn);
  source_.Bring("A", "2");
  Pass(99);
  EXPECT_EQ(source_.polls, 2);
  Pass(1);
  EXPECT_EQ(source_.polls, 3);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(HasSubstr(R"({"A":2})")));
}

TEST_F(StockFeedTest, DoesNotSpinOverASourceThatIsAlwaysDue) {
  source_.interval = milliseconds(0);
  tracker_->Follow(source_);
  Pass(10);
  EXPECT_EQ(source_.polls, 11);
}

TEST_F(StockFeedTest, PollsOnceForManyWakesAndPublishesAtOnce) {
  tracker_->AddStock("A", P("1"));
  tracker_->Follow(source_);
  Open(kAnn);
  source_.Bring("A", "2");
  source_.wake();
  source_.wake();
  Pass(4);
  source_.Bring("A", "3");
  source_.wake();
  EXPECT_EQ(source_.polls, 1);
  Pass(1);
  EXPECT_EQ(source_.polls, 2);
  EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(HasSubstr(R"("data":{"A":3})")));
  Pass(100);
  EXPECT_EQ(source_.polls, 2);
}

TEST_F(StockFeedTest, FollowsAnotherSourceInstead) {
  source_.interval = milliseconds(10);
  tracker_->Follow(source_);
  ASSERT_TRUE(source_.wake);
  source_.wake();
  tracker_->Follow(other_source_);
  EXPECT_FALSE(source_.wake);
  EXPECT_TRUE(other_source_.wake);
  Pass(100);
  EXPECT_EQ(source_.polls, 1);
  EXPECT_EQ(other_source_.polls, 1);
  other_source_.prices["A"] = P("1");
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"A"})"),
              ElementsAre(HasSubstr("new-stock")));
  EXPECT_THAT(source_.tracked, IsEmpty());
}

TEST_F(StockFeedTest, LetsItsSourceGoWhenItGoes) {
  source_.interval = milliseconds(10);
  tracker_->Follow(source_);
  Open(kAnn);
  tracker_->SetPrice("A", P("1"));
  tracker_.reset();
  EXPECT_FALSE(source_.wake);
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(StockFeedTest, DoesNotLetTheSourceBringBackWhatWasRemoved) {
  source_.interval = milliseconds(10);
  source_.prices["A"] = P("5");
  tracker_->AddStock("A", P("1"));
  tracker_->AddStock("B", P("1"));
  tracker_->Follow(source_);
  tracker_->RemoveStock(S("A"));
  EXPECT_EQ(source_.untracked, std::vector<std::string>{"A"});
  source_.Bring("A", "2");
  source_.Bring("B", "2");
  Pass(20);
  EXPECT_EQ(tracker_->book().Find(S("A")), nullptr);
  EXPECT_EQ(tracker_->book().Find(S("B"))->price, P("2"));
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"A"})"), SizeIs(1));
  source_.Bring("A", "6");
  Pass(10);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("6"));
}

TEST_F(StockFeedTest, RemembersAsManyRemovedOnesAsTheBookMayHold) {
  StockTracker::Options options;
  options.book.max_symbols = 1;
  Make(options);
  tracker_->Follow(source_);
  for (const char* name : {"A", "B"}) {
    tracker_->AddStock(name, P("1"));
    tracker_->RemoveStock(S(name));
  }
  source_.Bring("B", "1");
  source_.Bring("A", "1");
  source_.wake();
  Pass(5);
  EXPECT_EQ(tracker_->book().Find(S("B")), nullptr);
  EXPECT_NE(tracker_->book().Find(S("A")), nullptr);
}

TEST_F(StockFeedTest, LetsANewSourceBringWhatWasRemovedBefore) {
  tracker_->Follow(source_);
  tracker_->AddStock("A", P("1"));
  tracker_->RemoveStock(S("A"));
  other_source_.Bring("A", "2");
  tracker_->Follow(other_source_);
  EXPECT_NE(tracker_->book().Find(S("A")), nullptr);
}

TEST_F(StockFeedTest, GetsPricesFromAMarketThatHadNothingToSimulateAtFirst) {
  SimulatedMarket market;
  tracker_->Follow(market);
  Pass(60'000);
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"NVDA"})"), SizeIs(1));
  Pass(10'000);
  EXPECT_GT(tracker_->stats().ticks_published, 2u);
  const Quote* quote = tracker_->book().Find(S("NVDA"));
  EXPECT_LT(quote->low, quote->high);
  tracker_.reset();
}

TEST_F(StockFeedTest, PublishesExactlyWhatALineSaysWithinTheWindow) {
  LineSource lines;
  tracker_->Follow(lines);
  Open(kAnn);
  lines.Push("AAPL 151.25\nNVDA 12.5\n");
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("data":{"stock":"AAPL","price":151.25)"),
                          HasSubstr(R"("data":{"stock":"NVDA","price":12.5)")));
  lines.Push("AAPL 151.30\n");
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn).back(), HasSubstr(R"("data":{"AAPL":151.3})"));
  tracker_.reset();
}

}  // namespace
}  // namespace tickerhub
