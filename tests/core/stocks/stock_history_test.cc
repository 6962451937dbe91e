// What clients and programs get of the past.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "stock_tracker_fixture.h"
#include "tickerhub/remote_address.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StockHistoryTest : public StockTrackerFixture {
 protected:
  StockHistoryTest() {
    options_ = NeverQuiet();
    options_.history.max_prices = 60;
    options_.history.max_candles = 1'440;
    Start();
  }

  void Start() {
    Make(options_);
    for (const char* price : {"1", "2.50"}) {
      tracker_->SetPrice("A", P(price));
      Pass(60'000);
    }
    tracker_->SetPrice("B", P("7"));
    Open(kAnn);
  }

  std::string Get(std::string_view symbol, std::string_view query,
                  const char* address = "") {
    const auto answer = tracker_->HistoryFor(
        symbol, query, RemoteAddress::Parse(address).value_or(RemoteAddress()));
    if (const auto* refusal = std::get_if<Rejection>(&answer)) {
      return std::string(Name(refusal->code)) + ": " + refusal->message;
    }
    return std::string(std::get<Payload>(answer).text());
  }

  StockTracker::Options options_;
};

TEST_F(StockHistoryTest, AnswersWithThePricesOfEachStock) {
  EXPECT_THAT(
      Ask(kAnn, R"({"type":"history","stocks":["b","A"],"requestId":5})"),
      ElementsAre(R"({"type":"history","data":{)"
                  R"("A":[[1767364200000,1],[1767364260000,2.50]],)"
                  R"("B":[[1767364320000,7]]},"requestId":5})"));
  EXPECT_EQ(out_.MessagesTo(kAnn).back().delivery, Delivery::kEvery);
}

TEST_F(StockHistoryTest, AnswersWithCandles) {
  EXPECT_THAT(Ask(kAnn, R"({"type":"history","stocks":["A"],"interval":"1m"})"),
              ElementsAre(R"({"type":"history","interval":"1m","data":{)"
                          R"("A":[[1767364200000,1,1,1,1],)"
                          R"([1767364260000,2.50,2.50,2.50,2.50]]}})"));
}

TEST_F(StockHistoryTest, HasTheVolumeWhereTheFeedHasIt) {
  QuoteUpdate update(S("A"), scheduler_.Now());
  update.price = P("3");
  update.volume = P("100");
  tracker_->Apply(std::vector<QuoteUpdate>{update});
  update.volume = P("130");
  tracker_->Apply(std::vector<QuoteUpdate>{update});
  EXPECT_THAT(Get("A", "interval=1m&limit=1"),
              HasSubstr(R"("A":[[1767364320000,3,3,3,3,30]])"));
}

TEST_F(StockHistoryTest, GivesTheNewestUpToTheLimitAndNoneBefore) {
  EXPECT_THAT(Get("A", "limit=1"), HasSubstr(R"("A":[[1767364260000,2.50]])"));
  EXPECT_THAT(Get("A", "limit=0"), HasSubstr(R"("A":[])"));
  EXPECT_THAT(Get("A", "since=1767364200001"),
              HasSubstr(R"("A":[[1767364260000,2.50]])"));
  EXPECT_THAT(Get("A", "since=18446744073709551615"), HasSubstr(R"("A":[])"));
}

TEST_F(StockHistoryTest, RefusesWithASentence) {
  EXPECT_EQ(Get("X", ""), "unknown-stock: X is not tracked.");
  EXPECT_EQ(Get("A", "limit=-1"),
            "invalid-field: 'limit' must be a whole number that is not "
            "negative.");
  EXPECT_EQ(Get("A", "since=yesterday"),
            "invalid-field: 'since' must be a whole number that is not "
            "negative.");
  EXPECT_EQ(Get("A", "interval=1h"),
            "invalid-field: 'interval' must be 1m, or absent for single "
            "prices.");
  EXPECT_EQ(Get("A", "limit=3001"),
            "invalid-field: 'limit' must be at most 3000 for so many stocks.");
  EXPECT_EQ(Get("A", "interval=1m&limit=1001"),
            "invalid-field: 'limit' must be at most 1000 for so many stocks.");
  ExpectError(R"({"type":"history"})", "missing-field");
  ExpectError(R"({"type":"history","stocks":["X"]})", "unknown-stock");
  ExpectError(R"({"type":"history","stocks":["A"],"limit":"many"})",
              "invalid-field");
  ExpectError(R"({"type":"history","stocks":["A","B"],"limit":1501})",
              "invalid-field");
}

TEST_F(StockHistoryTest, HowMuchAnAnswerHasIsAnOption) {
  EXPECT_EQ(options_.history.max_answer, 3'000u);
  options_.history.max_answer = 2;
  Start();
  EXPECT_THAT(Get("A", "limit=2"), HasSubstr(",1],["));
  EXPECT_EQ(Get("A", "limit=3"),
            "invalid-field: 'limit' must be at most 2 for so many stocks.");
  EXPECT_EQ(Get("A", "interval=1m"),
            "invalid-field: These are too many stocks for an answer.");
}

TEST_F(StockHistoryTest, IsNotKeptIfNobodyWantsIt) {
  options_.history.max_candles = 0;
  Start();
  EXPECT_EQ(Get("A", "interval=1m"),
            "history-disabled: This server keeps no candles.");
  options_.history.max_prices = 0;
  Start();
  ExpectError(R"({"type":"history","stocks":["A"]})", "history-disabled");
  EXPECT_EQ(tracker_->counters().history_bytes, 0u);
}

TEST_F(StockHistoryTest, IsForgottenWithItsStock) {
  EXPECT_GT(tracker_->counters().history_bytes, 0u);
  tracker_->RemoveStock("A");
  tracker_->RemoveStock("B");
  EXPECT_EQ(tracker_->counters().history_bytes, 0u);
  tracker_->SetPrice("A", P("9"));
  EXPECT_THAT(Get("A", ""), HasSubstr(R"("A":[[1767364320000,9]])"));
}

TEST_F(StockHistoryTest, MayBeAskedForAsOftenAsTheBudgetAllows) {
  options_.history.requests = {{1, 2}, {0, 0}, {0, 0}};
  Start();
  const char* const request = R"({"type":"history","stocks":["A"]})";
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Ask(kAnn, request), ElementsAre(HasSubstr("data")));
  }
  ExpectError(request, "rate-limited");
  EXPECT_EQ(tracker_->counters().history_limited, 1u);
  Pass(1'000);
  EXPECT_THAT(Ask(kAnn, request), ElementsAre(HasSubstr("data")));
}

TEST_F(StockHistoryTest, OverHttpTheAddressAndAllHaveABudget) {
  options_.history.requests = {{1, 1}, {0.1, 2}, {0.1, 3}};
  Start();
  const std::string refused =
      "rate-limited: The past is asked for too often; wait a moment.";
  EXPECT_THAT(Get("A", "limit=x", "203.0.113.7"), HasSubstr("invalid-field"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Get("A", "", "203.0.113.7"), HasSubstr("data"));
  }
  EXPECT_EQ(Get("A", "", "203.0.113.7"), refused);
  EXPECT_THAT(Get("NONE", "", "192.0.2.1"), HasSubstr("unknown-stock"));
  EXPECT_EQ(Get("A", "", "192.0.2.1"), refused) << "all have used it up";
  ExpectError(R"({"type":"history","stocks":["A"]})", "rate-limited");
  EXPECT_EQ(tracker_->counters().history_limited, 3u);
  const auto answer =
      tracker_->HistoryFor("A", "", *RemoteAddress::Parse("192.0.2.1"));
  EXPECT_EQ(std::get<Rejection>(answer).retry_after, std::chrono::seconds(10));
  Pass(10'000);
  EXPECT_THAT(Get("A", "", "192.0.2.1"), HasSubstr("data"));
}

TEST_F(StockHistoryTest, ProgramsOfThisMachineAskAsOftenAsTheyLike) {
  options_.history.requests = {{1, 1}, {1, 1}, {1, 1}};
  Start();
  for (const char* address : {"", "127.0.0.1", "::1", "", "127.0.0.1"}) {
    EXPECT_THAT(Get("A", "", address), HasSubstr("data"));
  }
  EXPECT_THAT(Get("A", "", "192.0.2.1"), HasSubstr("data"));
}

TEST_F(StockHistoryTest, FitsIntoTheQueueOfAReader) {
  constexpr std::size_t kQueue = std::size_t{256} << 10;
  options_.history.max_prices = 3'000;
  options_.history.max_candles = 3'000;
  options_.history.spacing = milliseconds(0);
  options_.history.max_age = milliseconds(0);
  Make(options_);
  std::vector<QuoteUpdate> updates;
  for (int i = 0; i < 3'000; ++i) {
    QuoteUpdate update(S("A"), scheduler_.Now());
    update.price = Price::Of(-999'999'999'999'999'000 + i, 18);
    update.volume = Price::Of(100'000'000'000'000'000 + i, 18);
    tracker_->Apply(std::vector<QuoteUpdate>{update});
    Pass(60'000);
  }
  EXPECT_LT(Get("A", "limit=3000").size(), kQueue);
  EXPECT_GT(Get("A", "limit=3000").size(), kQueue / 4);
  EXPECT_LT(Get("A", "interval=1m&limit=1000").size(), kQueue);
}

}  // namespace
}  // namespace tickerhub
