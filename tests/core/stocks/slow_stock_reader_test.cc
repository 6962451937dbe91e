// What a client gets that was skipped, once it can take data again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stock_tracker_fixture.h"
#include "stocks/shared_messages.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The snapshot of this moment for one who missed `changes`.
std::string Skipped(std::string snapshot, int changes) {
  return snapshot.insert(snapshot.find(R"(,"seq")"),
                         R"(,"skipped":)" + std::to_string(changes));
}

class SlowStockReaderTest : public StockTrackerFixture {
 protected:
  SlowStockReaderTest() {
    for (const char* name : {"A", "B", "C", "D"}) {
      tracker_->AddStock(name, P("1"));
    }
    Open(kAnn);
  }

  void Set(const char* name, const char* price) {
    tracker_->SetPrice(name, P(price));
    tracker_->Flush();
  }

  void Stall() { out_.SetStalled(kAnn, true); }

  // What brings it up to date.
  std::vector<std::string> Drain() {
    out_.SetStalled(kAnn, false);
    out_.ClearMessages();
    tracker_->OnDrained(kAnn, out_.SkippedSince(kAnn));
    EXPECT_FALSE(out_.WasSkipped(kAnn));
    return out_.TextsTo(kAnn);
  }
};

TEST_F(SlowStockReaderTest, GetsOneUpdateWithAllThatHasChanged) {
  Set("A", "2");
  Stall();
  for (const char* price : {"3", "9", "4"}) Set("A", price);
  Set("C", "0.5");
  EXPECT_THAT(Drain(),
              ElementsAre(HasSubstr(
                  R"(,"data":{"A":4,"C":0.5},"quotes":{"A":{"high":9}})"
                  "}")));
  EXPECT_THAT(out_.TextsTo(kAnn)[0],
              HasSubstr(R"({"type":"update","seq":9,"since":5,"time":)"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[0].delivery, Delivery::kLatest);
  EXPECT_EQ(tracker_->counters().resyncs, 1u);
  EXPECT_EQ(tracker_->counters().resyncs_by_snapshot, 0u);
}

TEST_F(SlowStockReaderTest, GetsWhatIsNotYetPublishedToo) {
  Stall();
  Set("A", "2");
  tracker_->SetPrice("B", P("3"));
  EXPECT_THAT(Drain(), ElementsAre(HasSubstr(R"("data":{"A":2,"B":3})")));
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn)[1],
              HasSubstr(R"("seq":6,"since":5,)"));  // it repeats B
}

TEST_F(SlowStockReaderTest, GetsASnapshotIfAStockWasAdded) {
  Stall();
  tracker_->AddStock("E", P("1"));
  Set("A", "2");
  EXPECT_THAT(Drain(), ElementsAre(Skipped(SnapshotText(), 2)));
  EXPECT_EQ(tracker_->counters().resyncs_by_snapshot, 1u);
}

TEST_F(SlowStockReaderTest, GetsASnapshotIfAStockWasRemoved) {
  Stall();
  Set("A", "2");
  tracker_->RemoveStock(S("B"));
  EXPECT_THAT(Drain(), ElementsAre(Skipped(SnapshotText(), 2)));
  EXPECT_EQ(tracker_->counters().resyncs_by_snapshot, 1u);
}

TEST_F(SlowStockReaderTest, GetsAnUpdateIfThatWasBeforeItWasSkipped) {
  tracker_->AddStock("E", P("1"));
  tracker_->RemoveStock(S("B"));
  Stall();
  Set("E", "2");
  EXPECT_THAT(Drain(), ElementsAre(HasSubstr(R"("since":6,)")));
}

TEST_F(SlowStockReaderTest, GetsAHeartbeatIfNothingElseWasSkipped) {
  Stall();
  Pass(15'000);
  ASSERT_TRUE(out_.WasSkipped(kAnn));
  EXPECT_THAT(Drain(), ElementsAre(R"({"type":"heartbeat","seq":4})"));
}

// As from a Broadcaster that does not keep numbers.
TEST_F(SlowStockReaderTest, GetsASnapshotForANumberThatSaysNothing) {
  for (const std::uint64_t since : {0U, 5U}) {
    out_.ClearMessages();
    tracker_->OnDrained(kAnn, since);
    EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(Skipped(SnapshotText(), 4)));
  }
}

TEST_F(SlowStockReaderTest, OfOtherPaceIsToldSinceTheLowestNumberOfTheTick) {
  Open(kBob);
  Ask(kBob, R"({"type":"subscribe","maxRate":1})");
  Set("A", "2");  // to both
  Set("A", "3");  // to Ann
  out_.SetStalled(kBob, true);
  // Bob gets what his pace still held back before everybody is told of E.
  tracker_->AddStock("E", P("1"));
  EXPECT_EQ(out_.SkippedSince(kBob), 5u);
}

// Of some stocks.

TEST_F(SlowStockReaderTest, OfSomeStocksGetsAnUpdateOfEachThatHasChanged) {
  Ask(kAnn, R"({"type":"subscribe","stocks":["A","B","C","D"]})");
  Set("A", "5");
  Stall();
  Set("A", "7");
  Set("A", "2");
  Set("C", "3");
  EXPECT_THAT(
      Drain(),
      ElementsAre(HasSubstr(R"("data":{"A":2},"quotes":{"A":{"high":7}}})"),
                  HasSubstr(R"("data":{"C":3}})")));
  for (const std::string& text : out_.TextsTo(kAnn)) {
    EXPECT_THAT(text, HasSubstr(R"({"type":"update","seq":8,"since":0,)"));
  }
  EXPECT_EQ(tracker_->counters().resyncs_by_snapshot, 0u);
}

TEST_F(SlowStockReaderTest, OfSomeStocksGetsASnapshotIfMostHaveChanged) {
  Ask(kAnn, R"({"type":"subscribe","stocks":["C","A","B"]})");
  Stall();
  Set("A", "2");
  Set("C", "2");
  EXPECT_THAT(Drain(),
              ElementsAre(HasSubstr(R"("snapshot":true,"skipped":2,"seq":6,)"
                                    R"("data":{"A":2,"B":1,"C":2},)")));
  EXPECT_EQ(tracker_->counters().resyncs_by_snapshot, 1u);
}

TEST_F(SlowStockReaderTest, OfSomeStocksGetsASnapshotIfOneWasRemoved) {
  Ask(kAnn, R"({"type":"subscribe","stocks":["A","B","C"]})");
  Stall();
  tracker_->RemoveStock(S("B"));
  EXPECT_THAT(Drain(), ElementsAre(HasSubstr(R"("data":{"A":1,"C":1},)")));
}

TEST_F(SlowStockReaderTest, OfSomeStocksGetsAHeartbeatIfOthersHaveChanged) {
  Ask(kAnn, R"({"type":"subscribe","stocks":["A","B"]})");
  Stall();
  Pass(15'000);
  Set("C", "2");
  EXPECT_THAT(Drain(), ElementsAre(R"({"type":"heartbeat","seq":5})"));
}

class SharedMessagesTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kMostKept = internal::SharedMessages::kMostKept;

  SharedMessagesTest() {
    for (const char* name : {"A", "B"}) {
      book_.Add(name, P("1"), Timestamp());
      messages_.OnAdded(*book_.Find(S(name)));
    }
  }

  void Set(int units) {
    book_.SetPrice(S("A"), Price::Of(units, 8), Timestamp());
  }

  // Whether two payloads are one.
  static bool Same(const Payload& a, const Payload& b) {
    return a.frame().data() == b.frame().data();
  }

  StockBook book_;
  testing::ManualScheduler scheduler_;
  internal::FeedWatch watch_{scheduler_, milliseconds(0), [] {}};
  internal::SharedMessages messages_{book_, watch_};
};

TEST_F(SharedMessagesTest, AreEncodedOnceForAllThatStandAtOneNumber) {
  Set(5);
  Set(6);
  const Payload snapshot = messages_.Snapshot();
  const Payload since_2 = messages_.CatchUp(2);
  const Payload since_3 = messages_.CatchUp(3);
  EXPECT_FALSE(Same(since_2, since_3));
  EXPECT_TRUE(Same(messages_.CatchUp(2), since_2));
  EXPECT_TRUE(Same(messages_.CatchUp(3), since_3));
  EXPECT_TRUE(Same(messages_.Snapshot(), snapshot));
  const Payload skipped = messages_.CatchUp(1);
  EXPECT_EQ(skipped.text(), Skipped(std::string(snapshot.text()), 3));
  EXPECT_TRUE(Same(messages_.CatchUp(1), skipped));
}

TEST_F(SharedMessagesTest, AreEncodedAnewAfterAChange) {
  Set(5);
  const Payload snapshot = messages_.Snapshot();
  const Payload update = messages_.CatchUp(2);
  Set(6);
  EXPECT_THAT(std::string(messages_.CatchUp(2).text()),
              HasSubstr(R"("seq":4,"since":2,)"));
  EXPECT_THAT(std::string(messages_.Snapshot().text()),
              HasSubstr(R"("seq":4)"));
  EXPECT_THAT(std::string(update.text()), HasSubstr(R"("seq":3,)"));
}

TEST_F(SharedMessagesTest, OfTheOldestNumbersAreForgottenWhenThereAreMany) {
  for (int i = 0; i < 40; ++i) Set(10 + i);
  const Payload first = messages_.CatchUp(2);
  for (Sequence since = 3; since < 2 + kMostKept; ++since) {
    messages_.CatchUp(since);
  }
  EXPECT_TRUE(Same(messages_.CatchUp(2), first));
  const Payload newest = messages_.CatchUp(2 + kMostKept);
  EXPECT_FALSE(Same(messages_.CatchUp(2), first));
  EXPECT_TRUE(Same(messages_.CatchUp(2 + kMostKept), newest));
  EXPECT_EQ(messages_.CatchUp(2).text(), first.text());
}

TEST_F(SharedMessagesTest, AreNeverLongerThanTheSnapshot) {
  for (const char* name : {"A", "B"}) {
    for (const char* price :
         {"99999.12345678", "0.00000001", "12345.87654321"}) {
      book_.SetPrice(S(name), P(price), Timestamp());
    }
  }
  EXPECT_LT(messages_.CatchUp(2).text().size(),
            messages_.Snapshot().text().size());
}

}  // namespace
}  // namespace tickerhub
