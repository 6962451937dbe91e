// What clients and the program are told of whether prices still come.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "stock_tracker_fixture.h"
#include "tickerhub/line_source.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kMarch2021[] = "1614956400000";  // 5 March 2021, 15:00 UTC

class FeedStateTest : public StockTrackerFixture {
 protected:
  static StockTracker::Options Stale(int ms) {
    StockTracker::Options options;
    options.stale_after = milliseconds(ms);
    options.heartbeat_interval = milliseconds(0);
    return options;
  }

  FeedStateTest() {
    StockTracker::Options options = Stale(1'000);
    options.on_feed_state = [this](const StockTracker::Feed& feed) {
      told_.push_back(std::string(Name(feed.state)));
      fault_ = feed.fault;
    };
    Make(options);
  }
  ~FeedStateTest() override { tracker_.reset(); }  // before lines_

  FeedState State() { return tracker_->feed().state; }

  LineSource lines_;
  std::vector<std::string> told_;
  std::string fault_;
};

TEST_F(FeedStateTest, IsLiveUntilNothingHasComeForAWhile) {
  Open(kAnn);
  Pass(999);
  EXPECT_EQ(State(), FeedState::kLive);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  Pass(1);
  EXPECT_EQ(State(), FeedState::kQuiet);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"status","feed":"quiet"})"));
  EXPECT_THAT(told_, ElementsAre("quiet"));
}

TEST_F(FeedStateTest, OfPricesThatGoOnStaysLive) {
  tracker_->SetPrice("A", P("1"));
  Open(kAnn);
  for (int i = 0; i < 10; ++i) {
    Pass(900);
    tracker_->SetPrice("A", P("1"));  // changes nothing, and is a sign of life
  }
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(FeedStateTest, GoesBackToLiveWithTheNextPriceAndQuietAgain) {
  tracker_->SetPrice("A", P("1"));
  Pass(1'000);
  Open(kAnn);
  tracker_->SetPrice("A", P("2"));
  Pass(5);
  ASSERT_EQ(out_.TextsTo(kAnn).size(), 2u);
  EXPECT_THAT(out_.TextsTo(kAnn)[0], HasSubstr(R"("data":{"A":2})"));
  EXPECT_THAT(out_.TextsTo(kAnn)[1],
              HasSubstr(R"({"type":"status","feed":"live","time":)"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[1].delivery, Delivery::kLatest);
  EXPECT_TRUE(out_.MessagesTo(kAnn)[1].published);
  Pass(995);
  EXPECT_THAT(told_, ElementsAre("quiet", "live", "quiet"));
}

TEST_F(FeedStateTest, IsNeverQuietIfItIsNotToBe) {
  Make(Stale(0));
  Pass(1'000'000'000);
  EXPECT_EQ(State(), FeedState::kLive);
}

TEST_F(FeedStateTest, IsInEverySnapshot) {
  tracker_->Follow(lines_);
  lines_.Push(std::string(kMarch2021) + ",A,1\n");
  Pass(5);
  const std::string time = std::string(R"("time":)") + kMarch2021;
  EXPECT_THAT(SnapshotText(),
              EndsWith(R"("status":{"feed":"live",)" + time + "}}"));
  Pass(1'000);
  const std::string quiet = R"("status":{"feed":"quiet",)" + time + "}}";
  EXPECT_THAT(SnapshotText(), EndsWith(quiet));
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"type":"subscribe","stocks":["A"]})").back(),
              EndsWith(quiet));
  EXPECT_THAT(
      std::string(std::get<Payload>(tracker_->SnapshotFor("stocks=A")).text()),
      EndsWith(quiet));
}

TEST_F(FeedStateTest, EndsWithItsSourceBehindTheLastPrice) {
  tracker_->Follow(lines_);
  lines_.Push(std::string(kMarch2021) + ",A,1\n");
  Pass(5);
  Open(kAnn);
  lines_.Push(std::to_string(1614956401) + ",A,2");
  lines_.End();
  Pass(0);
  ASSERT_EQ(out_.TextsTo(kAnn).size(), 2u);
  EXPECT_THAT(out_.TextsTo(kAnn)[0], HasSubstr(R"("data":{"A":2})"));
  EXPECT_EQ(out_.TextsTo(kAnn)[1],
            R"({"type":"status","feed":"ended","time":1614956401000})");
  Pass(100'000);
  EXPECT_THAT(told_, ElementsAre("ended"));  // and is not quiet besides
}

TEST_F(FeedStateTest, FailsWithTheFaultOfItsSource) {
  tracker_->Follow(lines_);
  lines_.End("standard input: Input/output error");
  Pass(1);
  EXPECT_EQ(State(), FeedState::kFailed);
  EXPECT_EQ(tracker_->feed().failed, 1u);
  EXPECT_EQ(fault_, "standard input: Input/output error");
}

TEST_F(FeedStateTest, GoesOnWhileOneSourceDoes) {
  tracker_->Follow(lines_);
  tracker_->Follow(source_);
  lines_.End("gone");
  Pass(1);
  EXPECT_EQ(State(), FeedState::kLive);
  EXPECT_EQ(tracker_->feed().failed, 1u);
  tracker_->Unfollow(source_);
  EXPECT_EQ(State(), FeedState::kFailed);
}

TEST_F(FeedStateTest, GoesOnWhileTheProgramSetsPrices) {
  tracker_->Follow(lines_);
  lines_.End();
  Pass(1);
  tracker_->SetPrice("A", P("1"));
  EXPECT_EQ(State(), FeedState::kLive);
  Pass(1'000);
  EXPECT_EQ(State(), FeedState::kEnded);
}

TEST_F(FeedStateTest, HasNoTimeAheadOfTheClock) {
  const Timestamp now = scheduler_.Now();
  tracker_->Apply({{S("A"), P("1"), now + std::chrono::hours(1)},
                   {S("B"), P("1"), now - std::chrono::hours(1)}});
  EXPECT_EQ(tracker_->feed().newest_time, now);
}

TEST_F(FeedStateTest, IsNoNewsWhereAStockStarts) {
  tracker_->AddStock("A", P("1"));
  EXPECT_EQ(tracker_->feed().newest_time, std::nullopt);
}

// Otherwise a feed of 2021 would look like one of today.
TEST_F(FeedStateTest, DatesAStockOfAClientLikeTheNewestPrice) {
  tracker_->Follow(lines_);
  tracker_->Follow(source_);
  source_.prices = {{"NVDA", P("12")}};
  lines_.Push(std::string(kMarch2021) + ",A,1\n");
  Pass(5);
  Open(kAnn);
  Ask(kAnn, R"({"type":"add-stock","stock":"NVDA"})");
  EXPECT_THAT(out_.LastTextTo(kAnn),
              HasSubstr(std::string(R"("time":)") + kMarch2021));
}

TEST_F(FeedStateTest, IsToldOnceToAll) {
  tracker_->SetPrice("A", P("1"));
  Open(kAnn);
  Open(kBob);
  Ask(kBob, R"({"type":"subscribe","stocks":["A"],"maxRate":1})");
  out_.ClearMessages();
  const std::size_t before = out_.publication_count();
  Pass(1'000);
  EXPECT_EQ(out_.publication_count(), before + 1);
  EXPECT_THAT(out_.LastTextTo(kAnn), HasSubstr("quiet"));
  EXPECT_THAT(out_.LastTextTo(kBob), HasSubstr("quiet"));
}

TEST_F(FeedStateTest, ReachesOneWhoWasSkipped) {
  tracker_->SetPrice("A", P("1"));
  for (const char* query : {"", "stocks=A"}) {
    Make(Stale(1'000));
    tracker_->SetPrice("A", P("1"));
    SessionInfo info;
    info.request.query = query;
    const SessionId session{7};
    tracker_->OnOpen(session, info);
    out_.SetStalled(session, true);
    Pass(1'000);
    ASSERT_TRUE(out_.WasSkipped(session));
    out_.SetStalled(session, false);
    out_.ClearMessages();
    tracker_->OnDrained(session, out_.SkippedSince(session));
    EXPECT_THAT(out_.TextsTo(session),
                ElementsAre(HasSubstr("heartbeat"),
                            HasSubstr(R"("status","feed":"quiet")")));
    tracker_->OnClose(session);
  }
}

TEST_F(FeedStateTest, IsNotRepeatedToOneWhoHasIt) {
  Pass(1'000);                      // quiet
  tracker_->SetPrice("A", P("1"));  // and live again
  Open(kAnn);
  tracker_->SetPrice("A", P("2"));
  Pass(5);
  out_.SetStalled(kAnn, true);
  tracker_->SetPrice("A", P("3"));
  Pass(5);
  out_.SetStalled(kAnn, false);
  out_.ClearMessages();
  tracker_->OnDrained(kAnn, out_.SkippedSince(kAnn));
  EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(HasSubstr(R"("data":{"A":3})")));
}

}  // namespace
}  // namespace tickerhub
