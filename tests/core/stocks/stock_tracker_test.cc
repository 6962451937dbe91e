#include "stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using AddResult = StockBook::AddResult;
using SetOutcome = StockTracker::SetResult;
using SetResult = StockBook::SetResult;

class StockTrackerTest : public StockTrackerFixture {};

// Sessions and updates.

TEST_F(StockTrackerTest, GreetsWithASnapshot) {
  tracker_->AddStock("AAPL", P("150"));
  tracker_->OnOpen(kAnn, {});
  EXPECT_THAT(
      out_.TextsTo(kAnn),
      ElementsAre(R"({"type":"update","snapshot":true,"seq":1,)"
                  R"("data":{"AAPL":150},"quotes":{"AAPL":)"
                  R"({"reference":150,"high":150,"low":150,)"
                  R"("time":1767364200000}},"status":{"feed":"live"}})"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[0].delivery, Delivery::kLatest);
}

TEST_F(StockTrackerTest, JoinsChangesWithinTheWindow) {
  EXPECT_EQ(StockTracker::Options().join_window, milliseconds(5));
  tracker_->AddStock("AAPL", P("150"));
  tracker_->AddStock("TSLA", P("800"));
  Open(kAnn);
  tracker_->SetPrice("AAPL", P("151"));
  Pass(3);
  tracker_->SetPrice("TSLA", P("801.5"));
  tracker_->SetPrice("AAPL", P("150.5"));
  Pass(1);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  Pass(1);  // five after the first, not after the last
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"update","seq":5,"since":2,)"
                          R"("time":1767364200003,)"
                          R"("data":{"TSLA":801.5,"AAPL":150.5},)"
                          R"("quotes":{"AAPL":{"high":151}}})"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[0].delivery, Delivery::kLatest);
  EXPECT_EQ(tracker_->counters().ticks_published, 1u);
}

TEST_F(StockTrackerTest, JoinsForAsLongAsAnOptionSays) {
  StockTracker::Options options;
  options.join_window = milliseconds(50);
  Make(options);
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  tracker_->SetPrice("AAPL", P("151"));
  Pass(49);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  Pass(1);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
}

TEST_F(StockTrackerTest, FlushesAtOnceWhenAsked) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  tracker_->SetPrice("AAPL", P("151"));
  tracker_->Flush();
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  Pass(100);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
}

TEST_F(StockTrackerTest, SaysNothingWhenNothingChanged) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  EXPECT_EQ(tracker_->SetPrice("AAPL", P("150")), SetOutcome::kUnchanged);
  tracker_->Apply({{S("AAPL"), P("150"), scheduler_.Now()}});
  Pass(100);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  EXPECT_EQ(tracker_->counters().ticks_published, 0u);
}

TEST_F(StockTrackerTest, TellsEverybodyOfANewStockAtOnceBehindWhatIsPending) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  Open(kBob);
  tracker_->SetPrice("AAPL", P("151"));
  EXPECT_EQ(tracker_->AddStock("NVDA", P("12.5")), AddResult::kAdded);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"update","seq":2,"since":1,)"
                          R"("time":1767364200000,"data":{"AAPL":151}})",
                          R"({"type":"new-stock","seq":3,"since":2,)"
                          R"("time":1767364200000,)"
                          R"("data":{"stock":"NVDA","price":12.5}})"));
  EXPECT_EQ(out_.TextsTo(kBob), out_.TextsTo(kAnn));
}

TEST_F(StockTrackerTest, TellsEverybodyOfARemovedStockBehindWhatIsPending) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  tracker_->SetPrice("AAPL", P("151"));
  EXPECT_TRUE(tracker_->RemoveStock(tracker_->book().Find(S("AAPL"))->symbol));
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(StartsWith(R"({"type":"update","seq":2,"since":1)"),
                          R"({"type":"stock-removed","seq":3,"since":2,)"
                          R"("data":{"stock":"AAPL"}})"));
  EXPECT_FALSE(tracker_->RemoveStock(S("AAPL")));
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
}

TEST_F(StockTrackerTest, AnswersWhatBecameOfAPrice) {
  StockTracker::Options options;
  options.book.max_symbols = 1;
  Make(options);
  EXPECT_EQ(tracker_->AddStock("A;B", P("1")), AddResult::kInvalidSymbol);
  EXPECT_EQ(tracker_->SetPrice("<b>", P("1")), SetOutcome::kInvalidSymbol);
  EXPECT_EQ(tracker_->SetPrice("A", P("1")), SetOutcome::kAdded);
  EXPECT_EQ(tracker_->AddStock("A", P("2")), AddResult::kAlreadyTracked);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("1"));
  EXPECT_EQ(tracker_->SetPrice("A", P("1")), SetOutcome::kUnchanged);
  EXPECT_EQ(tracker_->SetPrice("A", P("2")), SetOutcome::kSet);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("2"));
  EXPECT_EQ(tracker_->SetPrice("B", P("1")), SetOutcome::kFull);
  EXPECT_EQ(tracker_->AddStock("B", P("1")), AddResult::kFull);
}

TEST_F(StockTrackerTest, TakesASymbolAsTextOrParsed) {
  EXPECT_EQ(tracker_->AddStock(S("A"), P("1")), AddResult::kAdded);
  EXPECT_EQ(tracker_->AddStock(std::string("A"), P("2")),
            AddResult::kAlreadyTracked);
  EXPECT_EQ(tracker_->SetPrice(S("A"), P("2")), SetOutcome::kSet);
  EXPECT_EQ(tracker_->SetPrice(S("B"), P("1")), SetOutcome::kAdded);
  EXPECT_EQ(tracker_->SetPrice(std::string("A"), P("2")),
            SetOutcome::kUnchanged);
  EXPECT_TRUE(tracker_->RemoveStock("A"));
  EXPECT_FALSE(tracker_->RemoveStock("A"));
  EXPECT_FALSE(tracker_->RemoveStock("A;B"));
  EXPECT_TRUE(tracker_->RemoveStock(S("B")));
  EXPECT_EQ(tracker_->book().size(), 0u);
}

TEST_F(StockTrackerTest, AnswersWhatBecameOfABatch) {
  StockTracker::Options options;
  options.book.max_symbols = 2;
  Make(options);
  tracker_->AddStock("A", P("1"));
  const Timestamp now = scheduler_.Now();
  const auto result = tracker_->Apply({{S("A"), P("1"), now},
                                       {S("A"), P("2"), now},
                                       {S("B"), P("1"), now},
                                       {S("B"), P("1"), now},
                                       {S("B"), P("2"), now},
                                       {S("C"), P("1"), now},
                                       {S("D"), P("1"), now},
                                       {S("C"), P("1"), now}});
  EXPECT_EQ(result.set, 2u);
  EXPECT_EQ(result.unchanged, 2u);
  EXPECT_EQ(result.added, 1u);
  EXPECT_EQ(result.full, 3u);
  EXPECT_EQ(result.taken(), 5u);
  EXPECT_EQ(result.refused(), 3u);
  EXPECT_EQ(tracker_->counters().stocks_refused, 3u);
}

TEST_F(StockTrackerTest, AppliesABatchAsOneChangeAndAddsWhatIsMissing) {
  tracker_->AddStock("A", P("1"));
  Open(kAnn);
  const Timestamp now = scheduler_.Now();
  tracker_->Apply({{S("NEW"), P("10"), now},
                   {S("A"), P("2"), now},
                   {S("NEW"), P("12"), now},
                   {S("A"), P("3"), now},
                   {S("NEW"), P("11"), now}});
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("seq":2,"since":1,)"),
                          HasSubstr(R"("seq":3,"since":2,"time":1767364200000,)"
                                    R"("data":{"stock":"NEW","price":10})")));
  Pass(5);
  ASSERT_THAT(out_.TextsTo(kAnn), SizeIs(3));
  EXPECT_THAT(out_.TextsTo(kAnn)[2],
              HasSubstr(R"("data":{"NEW":11},"quotes":{"NEW":{"high":12}})"));
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("3"));
}

TEST_F(StockTrackerTest, RefusesStocksBeyondTheBooksBound) {
  StockTracker::Options options;
  options.book.max_symbols = 2;
  Make(options);
  tracker_->Apply({{S("A"), P("1"), scheduler_.Now()},
                   {S("B"), P("1"), scheduler_.Now()},
                   {S("C"), P("1"), scheduler_.Now()}});
  EXPECT_EQ(tracker_->counters().stocks_refused, 1u);
  EXPECT_EQ(tracker_->AddStock("D", P("1")), AddResult::kFull);
  EXPECT_EQ(tracker_->SetPrice("D", P("1")), SetOutcome::kFull);
  EXPECT_EQ(tracker_->counters().stocks_refused, 3u);
  EXPECT_EQ(tracker_->book().size(), 2u);
  source_.prices["D"] = P("1");
  tracker_->Follow(source_);
  Open(kAnn);
  ExpectError(R"({"type":"add-stock","stock":"D"})", "too-many-stocks");
  EXPECT_EQ(tracker_->counters().stocks_refused, 4u);
}

TEST_F(StockTrackerTest, EncodesASnapshotOnceForEachNumber) {
  tracker_->AddStock("AAPL", P("150"));
  tracker_->OnOpen(kAnn, {});
  tracker_->OnOpen(kBob, {});
  EXPECT_EQ(tracker_->Snapshot().text(), out_.TextsTo(kAnn)[0]);
  EXPECT_EQ(tracker_->Snapshot().text().data(),
            tracker_->Snapshot().text().data());
  tracker_->SetPrice("AAPL", P("151"));
  EXPECT_THAT(SnapshotText(), HasSubstr(R"("seq":2,"data":{"AAPL":151})"));
}

TEST_F(StockTrackerTest, PublishesNothingThatNobodyFollows) {
  tracker_->AddStock("A", P("1"));
  tracker_->SetPrice("A", P("2"));
  tracker_->Flush();
  tracker_->RemoveStock(S("A"));
  EXPECT_EQ(out_.publication_count(), 0u);
  tracker_->AddStock("A", P("1"));
  tracker_->AddStock("B", P("1"));
  Open(kAnn);
  Ask(kAnn, R"({"type":"subscribe","stocks":["A"]})");
  tracker_->SetPrice("B", P("2"));
  tracker_->Flush();
  EXPECT_EQ(out_.publication_count(), 0u);
  tracker_->SetPrice("A", P("2"));
  tracker_->Flush();
  EXPECT_EQ(out_.publication_count(), 1u);
}

TEST_F(StockTrackerTest, CountsSessions) {
  tracker_->OnOpen(kAnn, {});
  tracker_->OnOpen(kBob, {});
  tracker_->OnOpen(kBob, {});
  EXPECT_EQ(tracker_->counters().sessions, 2u);
  tracker_->OnClose(kAnn);
  tracker_->OnClose(kAnn);
  EXPECT_EQ(tracker_->counters().sessions, 1u);
}

TEST_F(StockTrackerTest, IgnoresSessionsThatAreGone) {
  tracker_->OnOpen(kAnn, {});
  tracker_->OnClose(kAnn);
  out_.ClearMessages();
  EXPECT_THAT(Ask(kAnn, R"({"type":"subscribe"})"), IsEmpty());
  tracker_->OnDrained(kAnn, out_.SkippedSince(kAnn));
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  EXPECT_EQ(tracker_->counters().requests, 0u);
  EXPECT_EQ(tracker_->counters().resyncs, 0u);
}

// Heartbeats.

TEST_F(StockTrackerTest, BeatsWhenNothingElseWasSent) {
  EXPECT_EQ(StockTracker::Options().heartbeat_interval, milliseconds(15'000));
  tracker_->AddStock("A", P("1"));
  Open(kAnn);
  Pass(14'999);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  Pass(1);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"heartbeat","seq":1})"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[0].delivery, Delivery::kLatest);
  Pass(15'000);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
}

TEST_F(StockTrackerTest, BeatsAnIntervalAfterTheLastMessage) {
  StockTracker::Options options;
  options.heartbeat_interval = milliseconds(100);
  Make(options);
  tracker_->AddStock("A", P("1"));
  Open(kAnn);
  Pass(60);
  tracker_->SetPrice("A", P("2"));
  tracker_->Flush();
  Pass(99);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  Pass(1);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
  EXPECT_EQ(out_.TextsTo(kAnn)[1], R"({"type":"heartbeat","seq":2})");
}

TEST_F(StockTrackerTest, BeatsForThoseWhoFollowSomeThoughOthersGetPrices) {
  StockTracker::Options options;
  options.heartbeat_interval = milliseconds(100);
  Make(options);
  tracker_->AddStock("A", P("1"));
  Open(kAnn);
  Open(kBob);
  Ask(kBob, R"({"type":"unsubscribe"})");
  out_.ClearMessages();
  for (int i = 2; i < 32; ++i) {
    Pass(10);
    tracker_->SetPrice("A", Price::Of(i, 8));
    tracker_->Flush();
  }
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(30));
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(3));
  EXPECT_THAT(out_.TextsTo(kBob)[0], StartsWith(R"({"type":"heartbeat")"));
}

TEST_F(StockTrackerTest, DoesNotBeatBehindAMessageToEverybody) {
  StockTracker::Options options;
  options.heartbeat_interval = milliseconds(100);
  Make(options);
  Open(kAnn);
  Open(kBob);
  Ask(kBob, R"({"type":"unsubscribe"})");
  out_.ClearMessages();
  Pass(90);
  tracker_->AddStock("A", P("1"));
  Pass(90);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(1));
}

TEST_F(StockTrackerTest, BeatsForNobodyOnceAllAreGone) {
  Open(kAnn);
  tracker_->OnClose(kAnn);
  Pass(60'000);
  EXPECT_EQ(out_.publication_count(), 0u);
  EXPECT_EQ(scheduler_.pending(), 0u);
  Open(kBob);
  Pass(15'000);
  EXPECT_EQ(out_.publication_count(), 1u);
}

TEST_F(StockTrackerTest, DoesNotBeatBeforeTheLongestInterval) {
  StockTracker::Options options = NeverQuiet();
  options.heartbeat_interval = milliseconds::max();
  Make(options);
  Open(kAnn);
  Pass(60'000);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
}

TEST_F(StockTrackerTest, DoesNotBeatAtAllIfTheIntervalIsZero) {
  StockTracker::Options options = NeverQuiet();
  options.heartbeat_interval = milliseconds(0);
  Make(options);
  Open(kAnn);
  Pass(60'000);
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(StockTrackerTest, AReferenceReachesTheClients) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  EXPECT_EQ(tracker_->SetReference(S("AAPL"), P("149")), SetResult::kChanged);
  EXPECT_EQ(tracker_->SetReference(S("AAPL"), P("149")), SetResult::kUnchanged);
  EXPECT_EQ(tracker_->SetReference(S("NVDA"), P("1")), SetResult::kNotTracked);
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("quotes":{"AAPL":{"reference":149,)")));
}

TEST_F(StockTrackerTest, AnUpdateWithoutAPriceAddsNoStockAndIsCounted) {
  QuoteUpdate update(S("AAPL"), scheduler_.Now());
  update.bid = P("149");
  const auto refused = tracker_->Apply({update});
  EXPECT_EQ(refused.unknown, 1u);
  EXPECT_EQ(refused.refused(), 1u);
  EXPECT_EQ(tracker_->counters().updates_unknown, 1u);
  update.price = P("150");
  EXPECT_EQ(tracker_->Apply({update}).added, 1u);
  EXPECT_EQ(tracker_->Apply({update}).unchanged, 1u);
}

}  // namespace
}  // namespace tickerhub
