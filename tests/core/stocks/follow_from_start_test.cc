#include <string>
#include <variant>

#include "stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Clients that say with their query what they follow.
class FollowFromStartTest : public StockTrackerFixture {
 protected:
  FollowFromStartTest() { AddStocks(); }

  void AddStocks() {
    for (const char* name : {"A", "B", "C"}) tracker_->AddStock(name, P("1"));
  }

  // What a client gets that connects with `query`.
  std::vector<std::string> Connect(std::string_view query,
                                   SessionId session = kAnn) {
    SessionInfo info;
    info.request.path = "/stocks";
    info.request.query = query;
    tracker_->OnOpen(session, info);
    return out_.TextsTo(session);
  }

  // Connects, and is refused with `code`; then it follows nothing.
  void ExpectRefusal(std::string_view query, const std::string& code) {
    const SessionId session{++last_session_};
    const std::uint64_t errors = tracker_->counters().errors;
    EXPECT_THAT(
        Connect(query, session),
        ElementsAre(StartsWith(R"({"type":"error","code":")" + code + "\""),
                    R"({"type":"subscribed","stocks":[]})",
                    R"({"type":"update","snapshot":true,"seq":3,)"
                    R"("data":{},"quotes":{},"status":{"feed":"live"}})"))
        << query;
    EXPECT_EQ(tracker_->counters().errors, errors + 1);
    EXPECT_EQ(out_.ClosedOf(session), nullptr);
    out_.ClearMessages();
    tracker_->OnMessage(session,
                        {R"({"type":"subscribe","stocks":["B"]})", false});
    EXPECT_THAT(out_.TextsTo(session),
                ElementsAre(R"({"type":"subscribed","stocks":["B"]})",
                            HasSubstr(R"("data":{"B":1})")));
    tracker_->OnClose(session);
  }

  // The sentence of the error that `text` holds.
  static std::string Sentence(const std::string& text) {
    const std::string before = R"("message":")";
    const std::size_t start = text.find(before) + before.size();
    return text.substr(start, text.find('"', start) - start);
  }

  std::uint64_t last_session_ = 100;
};

TEST_F(FollowFromStartTest, SendsTheSnapshotOfTheStocksThatAreAskedFor) {
  EXPECT_THAT(Connect("stocks=c,A"),
              ElementsAre(R"({"type":"subscribed","stocks":["A","C"]})",
                          R"({"type":"update","snapshot":true,"seq":3,)"
                          R"("data":{"A":1,"C":1},"quotes":{)"
                          R"("A":{"reference":1,"high":1,"low":1,)"
                          R"("time":1767364200000},)"
                          R"("C":{"reference":1,"high":1,"low":1,)"
                          R"("time":1767364200000}},)"
                          R"("status":{"feed":"live"}})"));
  EXPECT_EQ(out_.MessagesTo(kAnn)[0].delivery, Delivery::kEvery);
  EXPECT_EQ(out_.MessagesTo(kAnn)[1].delivery, Delivery::kLatest);
  out_.ClearMessages();
  tracker_->SetPrice("A", P("2"));
  tracker_->SetPrice("B", P("2"));
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn),
              ElementsAre(HasSubstr(R"("since":3,"time":1767364200000,)"
                                    R"("data":{"A":2})")));
  EXPECT_EQ(tracker_->counters().requests, 1u);
  EXPECT_EQ(tracker_->counters().errors, 0u);
}

TEST_F(FollowFromStartTest, CostsAPhoneNoMoreThanItsStocks) {
  Make({});
  for (int i = 0; i < 2'000; ++i) {
    tracker_->AddStock("STOCK" + std::to_string(1'000 + i), P("151.25"));
  }
  std::size_t bytes = 0;
  for (const std::string& text : Connect("stocks=STOCK1000,STOCK2000,"
                                         "STOCK2999")) {
    bytes += text.size();
  }
  EXPECT_LT(bytes, 500u);
  EXPECT_GT(SnapshotText().size(), 200'000u);
}

TEST_F(FollowFromStartTest, TakesAPaceWithAndWithoutStocks) {
  EXPECT_THAT(Connect("stocks=A&maxRate=2")[0],
              R"({"type":"subscribed","stocks":["A"],"maxRate":2})");
  EXPECT_THAT(Connect("maxRate=7", kBob),
              ElementsAre(R"({"type":"subscribed","stocks":"all","maxRate":5})",
                          SnapshotText()));
  out_.ClearMessages();
  for (const char* price : {"2", "3", "4"}) {
    tracker_->SetPrice("A", P(price));
    Pass(100);
  }
  EXPECT_THAT(out_.TextsTo(kAnn), SizeIs(1));
  EXPECT_THAT(out_.TextsTo(kBob), SizeIs(2));
}

TEST_F(FollowFromStartTest, FollowsAllWithoutEither) {
  EXPECT_THAT(Connect("token=secret&Stocks=A"), ElementsAre(SnapshotText()));
  EXPECT_EQ(tracker_->counters().requests, 0u);
}

TEST_F(FollowFromStartTest, StartsWithNothingIfTheListIsEmpty) {
  EXPECT_THAT(Connect("stocks="),
              ElementsAre(R"({"type":"subscribed","stocks":[]})",
                          HasSubstr(R"("data":{},"quotes":{})")));
  out_.ClearMessages();
  tracker_->SetPrice("A", P("2"));
  tracker_->Flush();
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
  tracker_->AddStock("D", P("1"));
  EXPECT_THAT(out_.TextsTo(kAnn), ElementsAre(HasSubstr("new-stock")));
}

TEST_F(FollowFromStartTest, FollowsNothingIfItIsRefused) {
  ExpectRefusal("stocks=A,X", "unknown-stock");
  ExpectRefusal("stocks=A,", "unknown-stock");
  ExpectRefusal("stocks=A%20B", "unknown-stock");
  ExpectRefusal("stocks=%FF", "unknown-stock");
  ExpectRefusal("stocks=A&maxRate=fast", "invalid-field");
  ExpectRefusal("maxRate=nan", "invalid-field");
  ExpectRefusal("maxRate=0.01", "invalid-field");
  ExpectRefusal("stocks=A&stocks=B", "invalid-field");
}

TEST_F(FollowFromStartTest, BoundsTheListAsASubscribeDoes) {
  StockTracker::Options options;
  options.max_subscriptions = 2;
  Make(options);
  AddStocks();
  ExpectRefusal("stocks=A,B,C", "too-many-subscriptions");
  EXPECT_EQ(tracker_->counters().subscriptions_refused, 1u);
  EXPECT_THAT(Connect("stocks=A,B,A"), SizeIs(2));
}

TEST_F(FollowFromStartTest, RefusesWithTheSentencesOfASubscribe) {
  Open(kBob);
  const std::pair<const char*, const char*> requests[] = {
      {"stocks=A,X", R"({"type":"subscribe","stocks":["A","X"]})"},
      {"stocks=A,%3C", R"({"type":"subscribe","stocks":["A","<"]})"},
      {"maxRate=0.01", R"({"type":"subscribe","maxRate":0.01})"},
      {"maxRate=x", R"({"type":"subscribe","maxRate":"x"})"},
  };
  for (const auto& [query, request] : requests) {
    EXPECT_EQ(Sentence(Connect(query, {++last_session_})[0]),
              Sentence(Ask(kBob, request)[0]));
  }
}

TEST_F(FollowFromStartTest, LeavesNothingBehindWhenItCloses) {
  for (const char* query : {"stocks=A,B&maxRate=2", "stocks=X", "maxRate=5"}) {
    Connect(query);
    tracker_->OnClose(kAnn);
  }
  tracker_->SetPrice("A", P("2"));
  tracker_->Flush();
  EXPECT_EQ(out_.publication_count(), 0u);
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(FollowFromStartTest, GivesTheSnapshotOfAQueryForHttp) {
  const auto text = [&](std::string_view query) {
    return std::string(std::get<Payload>(tracker_->SnapshotFor(query)).text());
  };
  const auto refused = [&](std::string_view query) {
    return std::get<Rejection>(tracker_->SnapshotFor(query));
  };
  EXPECT_EQ(text(""), SnapshotText());
  EXPECT_EQ(text("page=2"), SnapshotText());
  EXPECT_THAT(text("stocks=c,A,a"),
              HasSubstr(R"("data":{"A":1,"C":1},"quotes":{"A":{)"));
  EXPECT_THAT(text("stocks="), HasSubstr(R"("data":{},"quotes":{},)"));
  tracker_->AddStock("M&M.NS", P("1"));
  tracker_->AddStock("\u65e5 7", P("2"));
  EXPECT_THAT(text("stocks=m%26m.ns,%E6%97%A5%207"),
              HasSubstr("\"data\":{\"M&M.NS\":1,\"\u65e5 7\":2},"));
  EXPECT_EQ(refused("stocks=A,X").code, ErrorCode::kUnknownStock);
  EXPECT_EQ(refused("stocks=A,X").message, "X is not tracked.");
  EXPECT_EQ(refused("stocks=A&stocks=B").code, ErrorCode::kInvalidField);
}

}  // namespace
}  // namespace tickerhub
