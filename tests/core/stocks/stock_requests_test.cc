#include "stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class StockRequestsTest : public StockTrackerFixture {};

TEST_F(StockRequestsTest, RefusesWhatItCannotRead) {
  Open(kAnn);
  ExpectError("{", "invalid-json");
  ExpectError("[]", "invalid-json");
  ExpectError("\xFF", "invalid-json");
  ExpectError("{}", "missing-field");
  ExpectError(R"({"type":"add-stock"})", "missing-field");
  ExpectError(R"({"type":"add-stock","stock":null})", "missing-field");
  ExpectError(R"({"type":7})", "invalid-field");
  ExpectError(R"({"type":"add-stock","stock":7})", "invalid-field");
  ExpectError(R"({"type":"subscribe","stocks":"A"})", "invalid-field");
  ExpectError(R"({"type":"subscribe","requestId":1.5})", "invalid-field");
  ExpectError(R"({"type":"add-stock","stock":"A"})", "binary", true);
  EXPECT_EQ(tracker_->counters().requests, 11u);
  EXPECT_EQ(out_.ClosedOf(kAnn), nullptr);
}

TEST_F(StockRequestsTest, RefusesTypesOfOtherChannelsWhateverTheirFields) {
  Open(kAnn);
  ExpectError(R"({"type":"dance"})", "unknown-type");
  ExpectError(R"({"type":""})", "unknown-type");
  ExpectError(R"({"type":"set-identifier","identifier":"ann"})",
              "unknown-type");
  ExpectError(R"({"type":"send-notification","message":7})", "unknown-type");
  ExpectError(R"({"type":"resume","after":-1})", "unknown-type");
  ExpectError(R"({"type":"dance","requestId":[]})", "invalid-field");
}

TEST_F(StockRequestsTest, HasTheRightsOfTheTokenThatWasShownLast) {
  StockTracker::Options options = NeverQuiet();
  options.may_add = ClientsWith(kMayAddStock);
  options.refresh.check = [](std::string_view token) {
    TokenAnswer answer;
    answer.identity = {"ann", {std::string(token)}, Timestamp::max()};
    return answer;
  };
  Make(options);
  source_.prices["A"] = source_.prices["B"] = P("1");
  tracker_->Follow(source_);
  SessionInfo info;
  info.identity = "ann";
  info.expires = Timestamp::max();
  tracker_->OnOpen(kAnn, info);
  out_.ClearMessages();
  ExpectError(R"({"type":"add-stock","stock":"A"})", "adding-disabled");
  Ask(kAnn, R"({"type":"refresh","token":"add-stock"})");
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"A"})"),
              ElementsAre(HasSubstr("new-stock")));
  Pass(5'000);
  Ask(kAnn, R"({"type":"refresh","token":"read"})");
  ExpectError(R"({"type":"add-stock","stock":"B"})", "adding-disabled");
  tracker_.reset();
}

TEST_F(StockRequestsTest, CarriesTheRequestIdBack) {
  Open(kAnn);
  EXPECT_THAT(Ask(kAnn, R"({"requestId":"r<1","type":"dance"})"),
              ElementsAre(HasSubstr(R"(,"requestId":"r\u003c1"})")));
  EXPECT_THAT(Ask(kAnn, R"({"requestId":12,"type":"subscribe"})")[0],
              R"({"type":"subscribed","stocks":"all","requestId":12})");
  EXPECT_THAT(Ask(kAnn, R"({"requestId":1,"type":"subscribe","stocks":[]})")[0],
              R"({"type":"subscribed","stocks":[],"requestId":1})");
}

TEST_F(StockRequestsTest, AddsAStockForAClientAndTellsEverybody) {
  source_.prices["NVDA"] = P("12.5");
  tracker_->Follow(source_);
  Open(kAnn);
  Open(kBob);
  EXPECT_THAT(Ask(kAnn, R"({"type":"add-stock","stock":"nvda","requestId":1})"),
              ElementsAre(R"({"type":"new-stock","seq":1,"since":0,)"
                          R"("time":1767364200000,)"
                          R"("data":{"stock":"NVDA","price":12.5}})"));
  EXPECT_EQ(out_.TextsTo(kBob), out_.TextsTo(kAnn));
  EXPECT_THAT(source_.tracked, ElementsAre("NVDA 12.5"));
  EXPECT_EQ(tracker_->counters().errors, 0u);
}

TEST_F(StockRequestsTest, TakesWhatIsTypedExactlyThenInUpperCase) {
  tracker_->AddStock("AAMpA", P("25.10"));
  tracker_->AddStock("M&M.NS", P("3100.5"));
  Open(kAnn);
  ExpectError(R"({"type":"add-stock","stock":"AAMpA"})", "already-tracked");
  ExpectError(R"({"type":"add-stock","stock":"AAMPA"})", "no-price");
  ExpectError(R"({"type":"subscribe","stocks":["aampa"]})", "unknown-stock");
  EXPECT_THAT(
      Ask(kAnn, R"({"type":"subscribe","stocks":["AAMpA","m&m.ns"]})")[0],
      StartsWith(R"({"type":"subscribed","stocks":["AAMpA","M&M.NS"])"));
}

TEST_F(StockRequestsTest, RefusesAStockThatIsNoneOrTrackedOrWithoutAPrice) {
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  ExpectError(R"({"type":"add-stock","stock":"A;B"})", "invalid-symbol");
  ExpectError(R"({"type":"add-stock","stock":""})", "invalid-symbol");
  ExpectError(R"({"type":"add-stock","stock":"A\u0000"})", "invalid-symbol");
  ExpectError(R"({"type":"add-stock","stock":"aapl"})", "already-tracked");
  ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "no-price");
  tracker_->Follow(source_);
  ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "no-price");
  EXPECT_EQ(tracker_->book().size(), 1u);
  EXPECT_EQ(tracker_->book().sequence(), 1u);
}

TEST_F(StockRequestsTest, LetsThoseClientsAddThatTheRuleNames) {
  EXPECT_TRUE(StockTracker::Options().may_add(SessionInfo()));
  for (const bool by_name : {false, true}) {
    StockTracker::Options options;
    options.may_add = IdentifiedClients;
    if (by_name) {
      options.may_add = [](const SessionInfo& client) {
        return client.identity == "ann";
      };
    }
    Make(options);
    source_.prices["NVDA"] = P("12.5");
    tracker_->Follow(source_);
    SessionInfo ann;
    ann.identity = "ann";
    tracker_->OnOpen(kAnn, {});
    tracker_->OnOpen(kBob, ann);
    out_.ClearMessages();
    ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "adding-disabled");
    EXPECT_THAT(Ask(kBob, R"({"type":"add-stock","stock":"NVDA"})"),
                ElementsAre(HasSubstr("new-stock")));
  }
}

TEST_F(StockRequestsTest, LetsNobodyAddWithoutARule) {
  StockTracker::Options options;
  options.may_add = nullptr;
  Make(options);
  source_.prices["NVDA"] = P("12.5");
  tracker_->Follow(source_);
  Open(kAnn);
  ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "adding-disabled");
}

TEST_F(StockRequestsTest, LetsNoClientAddIfAnOptionSaysSo) {
  StockTracker::Options options;
  options.may_add = NoClients;
  options.book.max_symbols = 1;
  Make(options);
  source_.prices["NVDA"] = P("12.5");
  tracker_->Follow(source_);
  tracker_->AddStock("AAPL", P("150"));
  Open(kAnn);
  // Which is told first does not depend on the book.
  ExpectError(R"({"type":"add-stock","stock":"A;B"})", "invalid-symbol");
  ExpectError(R"({"type":"add-stock","stock":"AAPL"})", "already-tracked");
  ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "adding-disabled");
  EXPECT_EQ(tracker_->counters().stocks_refused, 0u);
}

TEST_F(StockRequestsTest, ChecksForRoomBeforeItAsksForAPrice) {
  StockTracker::Options options;
  options.book.max_symbols = 0;
  Make(options);
  Open(kAnn);
  ExpectError(R"({"type":"add-stock","stock":"NVDA"})", "too-many-stocks");
}

class SubscriptionTest : public StockTrackerFixture {
 protected:
  SubscriptionTest() {
    for (const char* name : {"A", "B", "C"}) tracker_->AddStock(name, P("1"));
    Open(kAnn);
  }

  // The `stocks` of the answer, as JSON; checks that a snapshot follows.
  std::string Followed(std::string_view request) {
    const std::vector<std::string> answers = Ask(kAnn, request);
    if (answers.size() != 2) return "error";
    EXPECT_THAT(answers[1], StartsWith(R"({"type":"update","snapshot":true)"));
    const std::string before = R"({"type":"subscribed","stocks":)";
    EXPECT_THAT(answers[0], StartsWith(before));
    EXPECT_EQ(out_.MessagesTo(kAnn).rbegin()[1].delivery, Delivery::kEvery);
    return answers[0].substr(before.size(),
                             answers[0].size() - before.size() - 1);
  }

  // What a change of each stock sends to Ann: "A C".
  std::string Heard() {
    out_.ClearMessages();
    for (const char* name : {"A", "B", "C"}) {
      const Quote* quote = tracker_->book().Find(S(name));
      if (quote == nullptr) continue;
      tracker_->SetPrice(name, Price::Of(quote->price.mantissa() + 1,
                                         quote->price.decimals()));
      tracker_->Flush();
    }
    std::string heard;
    for (const std::string& text : out_.TextsTo(kAnn)) {
      heard += text.substr(text.find(R"("data":{)") + 9, 1);
    }
    return heard;
  }
};

TEST_F(SubscriptionTest, FollowsAllAtFirst) { EXPECT_EQ(Heard(), "ABC"); }

TEST_F(SubscriptionTest, FollowsThoseNamedBesidesThoseNamedBefore) {
  EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":["B"]})"), R"(["B"])");
  EXPECT_EQ(Heard(), "B");
  EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":["a","B","A"]})"),
            R"(["A","B"])");
  EXPECT_EQ(Heard(), "AB");
}

TEST_F(SubscriptionTest, FollowsAllAgain) {
  Followed(R"({"type":"subscribe","stocks":["B"]})");
  EXPECT_EQ(Followed(R"({"type":"subscribe"})"), "\"all\"");
  EXPECT_EQ(Heard(), "ABC");
  EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":["C"]})"), R"(["C"])");
  EXPECT_EQ(Heard(), "C");
}

TEST_F(SubscriptionTest, TakesAwayFromAll) {
  EXPECT_EQ(Followed(R"({"type":"unsubscribe","stocks":["B"]})"),
            R"(["A","C"])");
  EXPECT_EQ(Heard(), "AC");
}

TEST_F(SubscriptionTest, TakesAwayFromThoseNamed) {
  Followed(R"({"type":"subscribe","stocks":["A","B"]})");
  EXPECT_EQ(Followed(R"({"type":"unsubscribe","stocks":["B","C"]})"),
            R"(["A"])");
  EXPECT_EQ(Heard(), "A");
}

TEST_F(SubscriptionTest, FollowsNothingButTheList) {
  EXPECT_EQ(Followed(R"({"type":"unsubscribe"})"), "[]");
  EXPECT_EQ(Heard(), "");
  tracker_->AddStock("D", P("1"));
  tracker_->RemoveStock(S("D"));
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr("new-stock"), HasSubstr("stock-removed")));
  EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":[]})"), "[]");
}

TEST_F(SubscriptionTest, SendsASnapshotOfWhatIsFollowed) {
  EXPECT_THAT(Ask(kAnn, R"({"type":"subscribe","stocks":["C","A"]})")[1],
              HasSubstr(R"("seq":3,"data":{"A":1,"C":1},"quotes":{"A":)"));
  EXPECT_THAT(Ask(kAnn, R"({"type":"subscribe"})")[1], SnapshotText());
}

TEST_F(SubscriptionTest, RefusesAListWithAnUnknownStockWhole) {
  Followed(R"({"type":"subscribe","stocks":["A"]})");
  ExpectError(R"({"type":"subscribe","stocks":["B","D"]})", "unknown-stock");
  ExpectError(R"({"type":"subscribe","stocks":["B","<>"]})", "unknown-stock");
  ExpectError(R"({"type":"unsubscribe","stocks":["A","D"]})", "unknown-stock");
  EXPECT_EQ(Heard(), "A");
}

TEST_F(SubscriptionTest, BoundsWhatOneClientFollowsByName) {
  EXPECT_EQ(StockTracker::Options().max_subscriptions, 1'000u);
  StockTracker::Options options;
  options.max_subscriptions = 1;
  Make(options);
  for (const char* name : {"A", "B", "C"}) tracker_->AddStock(name, P("1"));
  Open(kAnn);
  ExpectError(R"({"type":"subscribe","stocks":["A","B"]})",
              "too-many-subscriptions");
  ExpectError(R"({"type":"unsubscribe","stocks":["A"]})",
              "too-many-subscriptions");
  EXPECT_EQ(Heard(), "ABC");
  EXPECT_EQ(Followed(R"({"type":"unsubscribe","stocks":["A","B"]})"),
            R"(["C"])");
  EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":["C","C"]})"), R"(["C"])");
  ExpectError(R"({"type":"subscribe","stocks":["A"]})",
              "too-many-subscriptions");
  EXPECT_EQ(Heard(), "C");
  EXPECT_EQ(tracker_->counters().subscriptions_refused, 3u);
}

TEST_F(SubscriptionTest, SendsOneMessageForEachSymbolInOnePublish) {
  Open(kBob);
  Followed(R"({"type":"subscribe","stocks":["A","C"]})");
  out_.ClearMessages();
  tracker_->Apply({{S("A"), P("2"), scheduler_.Now()},
                   {S("B"), P("2"), scheduler_.Now()},
                   {S("C"), P("2"), scheduler_.Now()}});
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(R"({"type":"update","seq":4,"since":3,)"
                          R"("time":1767364200000,"data":{"A":2}})",
                          R"({"type":"update","seq":4,"since":3,)"
                          R"("time":1767364200000,"data":{"C":2}})"));
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(1));
  tracker_->SetPrice("B", P("3"));
  tracker_->Flush();
  tracker_->SetPrice("C", P("3"));
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn)[2], HasSubstr(R"("seq":6,"since":4,)"));
}

TEST_F(SubscriptionTest, ForgetsARemovedStock) {
  Followed(R"({"type":"subscribe","stocks":["A","B"]})");
  tracker_->RemoveStock(S("A"));
  tracker_->AddStock("A", P("1"));
  EXPECT_EQ(Heard(), "B");
  EXPECT_EQ(Followed(R"({"type":"unsubscribe","stocks":["C"]})"), R"(["B"])");
}

// Counts the calls that a server hands over to the loop of a session.
class CountingBroadcaster : public testing::RecordingBroadcaster {
 public:
  void Subscribe(SessionId session, TopicId topic) override {
    ++subscriptions;
    RecordingBroadcaster::Subscribe(session, topic);
  }
  void Unsubscribe(SessionId session, TopicId topic) override {
    ++subscriptions;
    RecordingBroadcaster::Unsubscribe(session, topic);
  }
  void SetSubscriptions(SessionId session,
                        std::vector<TopicId> topics) override {
    ++subscriptions;
    RecordingBroadcaster::SetSubscriptions(session, std::move(topics));
  }
  int subscriptions = 0;
};

TEST_F(SubscriptionTest, HandsAThousandSymbolsOverAtOnce) {
  CountingBroadcaster out;
  StockTracker tracker(out, scheduler_);
  std::string names;
  for (int i = 0; i < 1'000; ++i) {
    const std::string name = "S" + std::to_string(i);
    tracker.AddStock(name, P("1"));
    names += (i == 0 ? "\"" : ",\"") + name + "\"";
  }
  tracker.OnOpen(kAnn, {});
  EXPECT_EQ(out.subscriptions, 1);
  const std::string list = R"("stocks":[)" + names + "]}";
  for (const std::string& request :
       {R"({"type":"subscribe","maxRate":2,)" + list,
        R"({"type":"subscribe","maxRate":5,)" + list,
        R"({"type":"unsubscribe",)" + list,
        std::string(R"({"type":"subscribe"})")}) {
    out.subscriptions = 0;
    tracker.OnMessage(kAnn, {request, false});
    EXPECT_EQ(out.subscriptions, 1) << request.substr(0, 40);
  }
  EXPECT_EQ(tracker.counters().errors, 0u);
}

TEST_F(SubscriptionTest, UsesTheTopicsOfThoseWhoLeftAgain) {
  Open(kBob);
  Ask(kBob, R"({"type":"subscribe","stocks":["A","B"]})");
  out_.Close(kBob, CloseCode::kGoingAway, "");
  tracker_->OnClose(kBob);
  for (int i = 0; i < 50; ++i) {
    Followed(R"({"type":"unsubscribe"})");
    EXPECT_EQ(Followed(R"({"type":"subscribe","stocks":["C","B"]})"),
              R"(["B","C"])");
    Pass(1'000);  // within the rate
  }
  EXPECT_EQ(Heard(), "BC");
  int topics = 0;
  for (TopicId topic = 0; topic < 1000; ++topic) {
    topics += out_.IsSubscribed(kAnn, topic) ? 1 : 0;
  }
  EXPECT_EQ(topics, 4);  // everybody, those by name, B and C
  EXPECT_TRUE(out_.IsSubscribed(kAnn, 4));
}

}  // namespace
}  // namespace tickerhub
