#include <sstream>

#include "stock_tracker_fixture.h"
#include "tickerhub/line_source.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/simulated_market.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SourcePollerTest : public StockTrackerFixture {};

// A source that counts its polls.
template <typename Source>
class CountedSource : public Source {
 public:
  using Source::Source;
  std::optional<milliseconds> Poll(const PollTime& now,
                                   std::vector<PriceUpdate>* updates) override {
    ++polls;
    return Source::Poll(now, updates);
  }
  int polls = 0;
};

TEST_F(SourcePollerTest, TellsASourceWhatTheBookHolds) {
  tracker_->AddStock("A", P("1"));
  tracker_->Follow(source_);
  EXPECT_THAT(source_.tracked, ElementsAre("A 1"));
  tracker_->SetPrice("B", P("2"));
  EXPECT_THAT(source_.tracked, ElementsAre("A 1", "B 2"));
}

TEST_F(SourcePollerTest, PollsASourceWhenItIsDue) {
  source_.wait = milliseconds(100);
  source_.Bring("A", "1");
  tracker_->Follow(source_);
  EXPECT_EQ(source_.polls, 1);
  EXPECT_NE(tracker_->book().Find(S("A")), nullptr);
  scheduler_.RunPosted();  // once more, because of the new symbol
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

TEST_F(SourcePollerTest, DoesNotSpinOverASourceThatIsAlwaysDue) {
  source_.wait = milliseconds(0);
  tracker_->Follow(source_);
  Pass(10);
  EXPECT_EQ(source_.polls, 11);
}

TEST_F(SourcePollerTest, PollsOnceForManyWakes) {
  tracker_->Follow(source_);
  EXPECT_EQ(source_.polls, 1);
  source_.wake();
  source_.wake();
  EXPECT_EQ(source_.polls, 1);  // not from within the source's own work
  scheduler_.RunPosted();
  EXPECT_EQ(source_.polls, 2);
  Pass(100);
  EXPECT_EQ(source_.polls, 2);
}

TEST_F(SourcePollerTest, PublishesOnceWhatWakesWithinTheWindow) {
  tracker_->AddStock("A", P("1"));
  tracker_->Follow(source_);
  Open(kAnn);
  source_.Bring("A", "2");
  source_.wake();
  Pass(4);
  source_.Bring("A", "3");
  source_.wake();
  Pass(1);
  EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(HasSubstr(R"("data":{"A":3})")));
  Pass(100);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
}

TEST_F(SourcePollerTest, FollowsAnotherSourceInstead) {
  source_.wait = milliseconds(10);
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

TEST_F(SourcePollerTest, LetsItsSourceGoWhenItGoes) {
  source_.wait = milliseconds(10);
  tracker_->Follow(source_);
  Open(kAnn);
  tracker_->SetPrice("A", P("1"));
  source_.wake();
  tracker_.reset();
  EXPECT_FALSE(source_.wake);
  EXPECT_EQ(scheduler_.pending(), 0u);
  Pass(100);
  EXPECT_EQ(source_.polls, 1);
}

TEST_F(SourcePollerTest, WaitsIdleForWhatIsFarAway) {
  std::vector<std::string> recordings = {
      "1970-01-02T00:00:00Z,A,1\n2290-01-01T00:00:00Z,A,2\n",
      "1000,A,1\n9332200,A,2\n"};  // 108 days
  for (const std::string& recording : recordings) {
    ReplaySource::Options options;
    options.speed = 0.001;
    CountedSource<ReplaySource> replay(
        std::make_unique<std::istringstream>(recording), options);
    Make({});
    tracker_->Follow(replay);
    for (int hour = 0; hour < 24 * 30; ++hour) Pass(3'600'000);
    EXPECT_LE(replay.polls, 2) << recording;  // one more for the new stock
    tracker_.reset();
  }
}

TEST_F(SourcePollerTest, FollowsTheSteadyClock) {
  source_.wait = milliseconds(10);
  tracker_->Follow(source_);
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(1));
  Pass(1'000);
  EXPECT_EQ(source_.polls, 101);
}

TEST_F(SourcePollerTest, DoesNotLetTheSourceBringBackWhatWasRemoved) {
  source_.wait = milliseconds(10);
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

TEST_F(SourcePollerTest, RemembersAsManyRemovedOnesAsTheBookMayHold) {
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

TEST_F(SourcePollerTest, LetsANewSourceBringWhatWasRemovedBefore) {
  tracker_->Follow(source_);
  tracker_->AddStock("A", P("1"));
  tracker_->RemoveStock(S("A"));
  other_source_.Bring("A", "2");
  tracker_->Follow(other_source_);
  EXPECT_NE(tracker_->book().Find(S("A")), nullptr);
}

TEST_F(SourcePollerTest, GetsPricesFromAMarketThatHadNothingToSimulateAtFirst) {
  SimulatedMarket market;
  tracker_->Follow(market);
  Pass(60'000);
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"NVDA"})"), SizeIs(1));
  Pass(10'000);
  EXPECT_GT(tracker_->counters().ticks_published, 2u);
  const Quote* quote = tracker_->book().Find(S("NVDA"));
  EXPECT_LT(quote->low, quote->high);
  tracker_.reset();
}

TEST_F(SourcePollerTest, PublishesExactlyWhatALineSaysWithinTheWindow) {
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
