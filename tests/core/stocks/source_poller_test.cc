#include <sstream>
#include <stdexcept>
#include <string>

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

TEST_F(SourcePollerTest, FollowsSeveralSources) {
  source_.wait = milliseconds(10);
  other_source_.wait = milliseconds(25);
  tracker_->Follow(source_);
  tracker_->Follow(other_source_);
  tracker_->Follow(source_);  // no effect
  EXPECT_EQ(source_.polls, 1);
  EXPECT_EQ(other_source_.polls, 1);
  Pass(100);
  EXPECT_EQ(source_.polls, 11);
  EXPECT_EQ(other_source_.polls, 5);
  source_.Bring("A", "1");
  other_source_.Bring("B", "2");
  other_source_.wake();
  scheduler_.RunPosted();  // the one that woke, then those with new symbols
  EXPECT_EQ(source_.polls, 13);
  EXPECT_EQ(other_source_.polls, 7);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("1"));
  EXPECT_EQ(tracker_->book().Find(S("B"))->price, P("2"));
  EXPECT_THAT(source_.tracked, ElementsAre("B 2", "A 1"));
  EXPECT_THAT(other_source_.tracked, ElementsAre("B 2", "A 1"));
  tracker_->RemoveStock("A");
  EXPECT_THAT(source_.untracked, ElementsAre("A"));
  EXPECT_THAT(other_source_.untracked, ElementsAre("A"));
}

TEST_F(SourcePollerTest, AsksTheSourcesForAPriceInTheirOrder) {
  tracker_->Follow(source_);
  tracker_->Follow(other_source_);
  source_.prices["A"] = P("1");
  other_source_.prices["A"] = P("2");
  other_source_.prices["B"] = P("3");
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"A"})"),
              ElementsAre(HasSubstr(R"("price":1})")));
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"B"})"),
              ElementsAre(HasSubstr(R"("price":3})")));
  ExpectError(R"({"type":"add-stock","stock":"C"})", "no-price");
}

TEST_F(SourcePollerTest, LeavesTheStocksOfASourceThatIsUnfollowed) {
  source_.wait = milliseconds(10);
  source_.Bring("A", "1");
  tracker_->Follow(source_);
  tracker_->Follow(other_source_);
  other_source_.Bring("B", "1");
  ASSERT_TRUE(source_.wake);
  source_.wake();
  tracker_->Unfollow(source_);
  tracker_->Unfollow(source_);  // no effect
  EXPECT_FALSE(source_.wake);
  EXPECT_THAT(source_.untracked, ElementsAre("A"));
  const int polls = source_.polls;
  source_.Bring("A", "2");
  other_source_.wake();
  Pass(100);
  EXPECT_EQ(source_.polls, polls);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("1"));
  EXPECT_EQ(tracker_->book().Find(S("B"))->price, P("1"));
  tracker_->Unfollow(other_source_);
  EXPECT_EQ(scheduler_.pending(), 0u);
  tracker_->Follow(source_);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("2"));
}

TEST_F(SourcePollerTest, LetsASourceUnfollowItselfAtItsEnd) {
  const std::string header = "time,symbol,price\n";
  std::vector<std::string> texts = {header + "1000,A,1\n1001,A,2\n",
                                    header + "1000,A,3\n"};
  std::vector<std::unique_ptr<ReplaySource>> replays;
  for (const std::string& text : texts) {
    ReplaySource::Options options;
    options.format.earliest = Timestamp();
    const std::size_t i = replays.size();
    options.on_end = [this, &replays, i] {
      tracker_->Unfollow(*replays[i]);
      if (i == 0) tracker_->Follow(*replays[1]);
    };
    replays.push_back(std::make_unique<ReplaySource>(
        std::make_unique<std::istringstream>(text), options));
  }
  tracker_->Follow(*replays[0]);
  Pass(999);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("1"));
  Pass(1);  // the last price of the one, then the first of the other
  EXPECT_EQ(tracker_->book().Find(S("A"))->high, P("3"));
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("3"));
  EXPECT_EQ(tracker_->book().sequence(), 3u);
  EXPECT_TRUE(replays[1]->ended());
  scheduler_.RunPosted();
  EXPECT_EQ(scheduler_.pending(), 0u);
  tracker_.reset();
}

class ThrowingSource : public FakeSource {
 public:
  std::optional<milliseconds> Poll(const PollTime&,
                                   std::vector<PriceUpdate>*) override {
    throw std::runtime_error("the feed is gone");
  }
};

TEST_F(SourcePollerTest, PollsTheOthersWhenOneThrows) {
  ThrowingSource broken;
  source_.wait = milliseconds(10);
  EXPECT_THROW(tracker_->Follow(broken), std::runtime_error);
  tracker_->Follow(source_);
  EXPECT_EQ(source_.polls, 1);
  broken.wake();
  source_.wake();
  EXPECT_THROW(scheduler_.RunPosted(), std::runtime_error);
  scheduler_.RunPosted();
  EXPECT_EQ(source_.polls, 2);
  Pass(10);
  EXPECT_EQ(source_.polls, 3);
  tracker_.reset();
}

TEST_F(SourcePollerTest, LeavesASimulatedMarketWithNothingToDo) {
  SimulatedMarket market;
  tracker_->Follow(market);
  for (int i = 0; i < 1'000; ++i) {
    tracker_->AddStock("S" + std::to_string(i), P("1"));
  }
  tracker_->Unfollow(market);
  std::vector<PriceUpdate> updates;
  market.Poll({scheduler_.Now(), scheduler_.SteadyNow()}, &updates);
  market.Poll({scheduler_.Now(), scheduler_.SteadyNow() + milliseconds(9'999)},
              &updates);
  EXPECT_THAT(updates, IsEmpty());
  EXPECT_EQ(tracker_->book().size(), 1'000u);
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
  const std::string header = "time,symbol,price\n";
  std::vector<std::string> recordings = {
      header + "1970-01-02T00:00:00Z,A,1\n2290-01-01T00:00:00Z,A,2\n",
      header + "1000,A,1\n9332200,A,2\n",  // 108 days
      "1767364200,A,1\n1776695400,A,2\n"};
  for (const std::string& recording : recordings) {
    ReplaySource::Options options;
    options.speed = 0.001;
    options.format.earliest = Timestamp();
    options.format.max_ahead = std::chrono::hours(24 * 365);
    options.format.now = [this] { return scheduler_.Now(); };
    CountedSource<ReplaySource> replay(
        std::make_unique<std::istringstream>(recording), options);
    Make({});
    tracker_->Follow(replay);
    for (int hour = 0; hour < 24 * 30; ++hour) Pass(3'600'000);
    EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("1")) << recording;
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
  EXPECT_THAT(out_.LastTextTo(kAnn), HasSubstr(R"("data":{"AAPL":151.30})"));
  tracker_.reset();
}

}  // namespace
}  // namespace tickerhub
