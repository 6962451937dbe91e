// How often one client is told of prices: `maxRate` in `subscribe`.

#include <string>
#include <utility>
#include <vector>

#include "stock_rate_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ClientRateTest : public StockRateFixture {};

TEST_F(ClientRateTest, IsTheFastestPaceWithinWhatAClientAsksFor) {
  Start({});
  Open(kAnn);
  const std::pair<const char*, const char*> cases[] = {
      {"0.1", "0.1"},  {"0.19", "0.1"}, {"0.2", "0.2"}, {"0.5", "0.5"},
      {"1", "1"},      {"1.0e0", "1"},  {"1.99", "1"},  {"2", "2"},
      {"4", "2"},      {"5", "5"},      {"10", "10"},   {"19.999", "10"},
      {"20", "20"},    {"50", "50"},    {"51", "50"},   {"1e300", "50"},
      {"0.1e0", "0.1"}};
  for (const auto& [asked, granted] : cases) {
    EXPECT_EQ(Answer(kAnn, R"({"type":"subscribe","maxRate":)" +
                               std::string(asked) + "}"),
              R"({"type":"subscribed","stocks":"all","maxRate":)" +
                  std::string(granted) + "}")
        << asked;
  }
}

TEST_F(ClientRateTest, OfAClientIsKeptAtEachPace) {
  for (const auto& [pace, interval] :
       {std::pair("50", 20), {"10", 100}, {"2", 500}, {"0.5", 2'000}}) {
    Start({});
    Open(kAnn);
    Pace(kAnn, pace);
    EXPECT_THAT(TimesToldIn(5 + interval * 2, kAnn),
                ElementsAre(5, 5 + interval, 5 + interval * 2))
        << pace;
    EXPECT_EQ(tracker_->counters().ticks_published, 3u);
  }
}

TEST_F(ClientRateTest, OfOneClientLeavesOthersAlone) {
  Open(kAnn);
  Open(kBob);
  Pace(kAnn, "10");
  EXPECT_THAT(TimesToldIn(22, kBob), ElementsAre(5, 10, 15, 20));
  EXPECT_THAT(TimesToldIn(88, kAnn), ElementsAre(83));
  EXPECT_THAT(out_.TextsTo(kAnn)[1], HasSubstr(R"("since":8,)"));
}

TEST_F(ClientRateTest, OfAClientIsKeptByLaterRequestsThatDoNotNameOne) {
  Open(kAnn);
  Pace(kAnn, "20");
  EXPECT_EQ(Answer(kAnn, R"({"type":"subscribe","stocks":["A"]})"),
            R"({"type":"subscribed","stocks":["A"],"maxRate":20})");
  EXPECT_EQ(Answer(kAnn, R"({"type":"unsubscribe","stocks":[],"maxRate":1})"),
            R"({"type":"subscribed","stocks":["A"],"maxRate":20})");
  EXPECT_EQ(Answer(kAnn, R"({"type":"subscribe","maxRate":null})"),
            R"({"type":"subscribed","stocks":"all","maxRate":20})");
  EXPECT_EQ(Answer(kAnn, R"({"type":"unsubscribe"})"),
            R"({"type":"subscribed","stocks":[],"maxRate":20})");
  Answer(kAnn, R"({"type":"subscribe"})");
  EXPECT_THAT(TimesToldIn(60, kAnn), ElementsAre(5, 55));
}

TEST_F(ClientRateTest, OfAClientIsTakenBackWithZero) {
  Open(kAnn);
  Pace(kAnn, "1");
  EXPECT_EQ(Answer(kAnn, R"({"type":"subscribe","stocks":["A"],"maxRate":0})"),
            R"({"type":"subscribed","stocks":["A"]})");
  EXPECT_THAT(TimesToldIn(12, kAnn), ElementsAre(5, 10));
  EXPECT_EQ(Answer(kAnn, R"({"type":"subscribe","maxRate":0})"),
            R"({"type":"subscribed","stocks":"all"})");
  EXPECT_THAT(TimesToldIn(10, kAnn), ElementsAre(3, 8));
}

TEST_F(ClientRateTest, OfAClientIsRefusedWithItsFieldAndNothingHappens) {
  Open(kAnn);
  Answer(kAnn, R"({"type":"subscribe","stocks":["A"],"maxRate":20})");
  for (const char* bad :
       {"-1", "-0.5", "\"5\"", "true", "[5]", "{}", "0.05", "1e-9"}) {
    const std::string request =
        R"({"type":"subscribe","stocks":["B"],"maxRate":)" + std::string(bad) +
        "}";
    ExpectError(request, "invalid-field");
    EXPECT_THAT(out_.LastTextTo(kAnn), HasSubstr("'maxRate' must be"));
  }
  ExpectError(R"({"type":"subscribe","stocks":["X"],"maxRate":1})",
              "unknown-stock");
  out_.ClearMessages();
  Change("B");
  EXPECT_THAT(TimesToldIn(60, kAnn), ElementsAre(5, 55));
  EXPECT_THAT(out_.TextsTo(kAnn)[1], HasSubstr(R"("data":{"A":)"));
  EXPECT_THAT(Ask(kAnn, R"({"type":"unsubscribe","stocks":[]})")[0],
              R"({"type":"subscribed","stocks":["A"],"maxRate":20})");
}

TEST_F(ClientRateTest, OfAClientDelaysNoSnapshot) {
  Open(kAnn);
  Pace(kAnn, "0.1");
  Change("A");
  Pass(5);
  Change("A");
  const std::vector<std::string> answers =
      Ask(kAnn, R"({"type":"subscribe","maxRate":0.1})");
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_THAT(answers[1], HasSubstr(R"("snapshot":true,"seq":5,)"));
}

TEST_F(ClientRateTest, OfAClientHoldsForTheStocksThatItNames) {
  Open(kAnn);
  Open(kBob);
  Answer(kAnn, R"({"type":"subscribe","stocks":["A","C"],"maxRate":10})");
  Answer(kBob, R"({"type":"subscribe","stocks":["A","B"]})");
  Change("A");
  Pass(5);
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  for (const char* name : {"A", "B", "C", "A"}) {
    Change(name);
    Pass(10);
  }
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(4));
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  Pass(60);
  // One message for each; both continue from the last of their own symbol.
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("seq":4,"since":3,)"),
                          AllOf(HasSubstr(R"("seq":8,"since":3,)"),
                                HasSubstr(R"("data":{"C":)")),
                          AllOf(HasSubstr(R"("seq":8,"since":4,)"),
                                HasSubstr(R"("data":{"A":)"))));
}

TEST_F(ClientRateTest, OfTheServerHoldsForAClientThatAsksForMore) {
  StartWithMaxRate(10);
  Open(kAnn);
  Pace(kAnn, "50");
  EXPECT_THAT(TimesToldIn(210, kAnn), ElementsAre(5, 105, 205));
  Open(kBob);
  Pace(kBob, "2");
  EXPECT_THAT(TimesToldIn(510, kBob), ElementsAre(5, 505));
}

TEST_F(ClientRateTest, OfAClientDelaysNoNewStock) {
  Open(kAnn);
  Open(kBob);
  Pace(kAnn, "0.1");
  Change("A");
  Pass(5);
  Change("A");
  Pass(5);
  Change("B");
  out_.ClearMessages();
  tracker_->AddStock("D", P("1"));
  // Ann is told all at once, Bob only what he did not know; the new stock
  // continues from both.
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(AllOf(HasSubstr(R"("seq":6,"since":4,)"),
                                HasSubstr(R"("data":{"A":)")),
                          HasSubstr(R"("seq":7,"since":6,)")));
  EXPECT_THAT(out_.TextsTo(kBob), ElementsAre(HasSubstr(R"("seq":6,"since":5)"),
                                              out_.TextsTo(kAnn)[1]));
  Change("B");
  out_.ClearMessages();
  tracker_->RemoveStock(S("A"));
  EXPECT_EQ(out_.TextsTo(kAnn), out_.TextsTo(kBob));
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(2));
}

TEST_F(ClientRateTest, OfAClientPutsNoHeartbeatAheadOfWhatItWasSent) {
  StockTracker::Options options;
  options.heartbeat_interval = milliseconds(1'000);
  Start(options);
  Open(kAnn);
  Open(kBob);
  Pace(kAnn, "0.1");
  Change("A");
  Pass(5);
  out_.ClearMessages();
  for (int i = 0; i < 5; ++i) {
    Change("A");
    Pass(500);
  }
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"heartbeat","seq":4})",
                          R"({"type":"heartbeat","seq":4})"));
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(5));
  Answer(kAnn, R"({"type":"subscribe","stocks":["A"]})");
  Pass(1'000);
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"heartbeat","seq":4})"));
}

TEST_F(ClientRateTest, OfAClientThatIsSlowEndsInOneUpdate) {
  Open(kAnn);
  Pace(kAnn, "10");
  out_.SetStalled(kAnn, true);
  EXPECT_THAT(TimesToldIn(300, kAnn), IsEmpty());
  out_.SetStalled(kAnn, false);
  tracker_->OnDrained(kAnn, out_.SkippedSince(kAnn));
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"({"type":"update","seq":)")));
  EXPECT_FALSE(out_.WasSkipped(kAnn));
  EXPECT_THAT(TimesToldIn(100, kAnn), SizeIs(1));
}

// What it costs.

TEST_F(ClientRateTest, CostsOneMessageForAllOfAPace) {
  constexpr std::uint64_t kClients = 1'000;
  for (std::uint64_t i = 1; i <= kClients; ++i) {
    Open({i});
    Pace({i}, i % 2 == 0 ? "10" : "10.5");
  }
  const std::size_t before = out_.publication_count();
  EXPECT_THAT(TimesToldIn(1'004, {kClients}), SizeIs(10));
  EXPECT_EQ(out_.publication_count(), before + 10);
  EXPECT_EQ(tracker_->counters().ticks_published, 10u);
}

TEST_F(ClientRateTest, LeavesNoTimerRunningForNobody) {
  Open(kAnn);
  Pace(kAnn, "5");
  Open(kBob);
  Change("A");
  EXPECT_EQ(scheduler_.pending(), 4u);  // for each, an update and a heartbeat
  tracker_->OnClose(kAnn);
  EXPECT_EQ(scheduler_.pending(), 2u);
  tracker_->OnClose(kBob);
  EXPECT_EQ(scheduler_.pending(), 0u);
  Change("A");
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(ClientRateTest, CostsNothingOnceNobodyHasThatPace) {
  Open(kAnn);
  Open(kBob);
  tracker_->OnClose(kBob);
  const std::size_t timers = scheduler_.pending();
  for (int i = 0; i < 20; ++i) {
    const SessionId session{100 + static_cast<std::uint64_t>(i)};
    Open(session);
    Answer(session, R"({"type":"subscribe","stocks":["A","B"],"maxRate":5})");
    Change("A");
    Pass(5);
    Change("A");
    if (i % 2 == 0) {
      tracker_->OnClose(session);
    } else {
      Answer(session, R"({"type":"subscribe","maxRate":0})");
      EXPECT_TRUE(out_.IsSubscribed(session, 1));
      EXPECT_FALSE(out_.IsSubscribed(session, 3));
      tracker_->OnClose(session);
    }
    Pass(5);
  }
  EXPECT_EQ(scheduler_.pending(), timers);
  // Its topics are used again: two of the pace, two of its symbols.
  Open(kBob);
  Answer(kBob, R"({"type":"subscribe","stocks":["A","B"],"maxRate":1})");
  for (TopicId topic = 7; topic < 1'000; ++topic) {
    EXPECT_FALSE(out_.IsSubscribed(kBob, topic)) << topic;
  }
}

TEST_F(ClientRateTest, CostOfATickFollowsWhatIsFollowedNotWhoFollows) {
  // Of a tick in which A and B change: one message for those who follow all,
  // one for each changed symbol that somebody follows by name.
  const auto cost = [this] {
    const std::size_t before = out_.publication_count();
    Change("A");
    Change("B");
    tracker_->Flush();
    return out_.publication_count() - before;
  };
  EXPECT_EQ(cost(), 0u);
  for (std::uint64_t i = 0; i < 100; ++i) {
    Open({1'000 + i});
    EXPECT_EQ(cost(), 1u);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    Open({2'000 + i});
    Answer({2'000 + i}, R"({"type":"subscribe","stocks":["A","C"]})");
    EXPECT_EQ(cost(), 2u);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    Open({3'000 + i});
    Answer({3'000 + i}, R"({"type":"subscribe","stocks":["A","B","C"]})");
    EXPECT_EQ(cost(), 3u);
  }
  EXPECT_EQ(out_.TextsTo({3'000}), out_.TextsTo({3'099}));
}

}  // namespace
}  // namespace tickerhub
