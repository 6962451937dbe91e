// What a line says beside its price.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fields/known_names.h"
#include "tickerhub/line_source.h"
#include "tickerhub/replay_source.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "SYMBOL price=1 bid=2", each only if it is set.
std::string TextOf(const QuoteUpdate& update) {
  std::string text = update.symbol.ToString();
  for (const auto& [name, value] : {std::pair(" price=", update.price),
                                    {" open=", update.open},
                                    {" high=", update.high},
                                    {" low=", update.low},
                                    {" previousClose=", update.previous_close},
                                    {" bid=", update.bid},
                                    {" ask=", update.ask},
                                    {" bidSize=", update.bid_size},
                                    {" askSize=", update.ask_size},
                                    {" volume=", update.volume}}) {
    if (value) text += name + value->ToString();
  }
  if (update.name) text += " name=" + update.name->value();
  if (update.currency) text += " currency=" + update.currency->value();
  return text;
}

class DetailLinesTest : public ::testing::Test {
 protected:
  std::vector<std::string> Read(std::string_view lines,
                                LineSource::Options options = {}) {
    std::vector<std::string> texts;
    options.on_bad_line = [&](std::uint64_t, std::string_view why) {
      texts.push_back("bad: " + std::string(why));
    };
    LineSource source(std::move(options));
    source.Push(lines);
    source.End();
    std::vector<PriceUpdate> prices;
    std::vector<QuoteUpdate> quotes;
    source.PollQuotes({Timestamp(), {}}, &prices, &quotes);
    plain_ = prices.size();
    for (const PriceUpdate& price : prices) {
      texts.push_back(TextOf(QuoteUpdate(price)));
    }
    for (const QuoteUpdate& quote : quotes) texts.push_back(TextOf(quote));
    return texts;
  }

  std::size_t plain_ = 0;  // of those, the ones that came as prices only
};

TEST_F(DetailLinesTest, ColumnsOfAHeaderAreTaken) {
  EXPECT_THAT(
      Read("symbol,price,open,high,low,previousClose,bid,ask,bidSize,askSize,"
           "volume,name,currency\n"
           "AAPL,151.25,150,152,149.5,150.10,151.24,151.26,100,0.00013,"
           "70790813,\"Apple, Inc.\",USD\n"),
      ElementsAre("AAPL price=151.25 open=150 high=152 low=149.5 "
                  "previousClose=150.10 bid=151.24 ask=151.26 bidSize=100 "
                  "askSize=0.00013 volume=70790813 name=Apple, Inc. "
                  "currency=USD"));
}

TEST_F(DetailLinesTest, FieldsOfJsonAreTakenAndNumbersStayAsWritten) {
  EXPECT_THAT(Read(R"({"symbol":"AAPL","price":1,"bid":0.990,"volume":"7",)"
                   R"("name":"\"A\" & <b>","currency":null,"open":true})"),
              ElementsAre("AAPL price=1 bid=0.990 volume=7 name=\"A\" & <b>"));
}

TEST_F(DetailLinesTest, LinesOfPricesStayPrices) {
  EXPECT_THAT(
      Read("A 1\nB 2\n{\"symbol\":\"A\",\"price\":3,\"bid\":2}\nB 4\n"),
      ElementsAre("A price=1", "B price=2", "A price=3 bid=2", "B price=4"));
  EXPECT_EQ(plain_, 2u);  // the rest keeps the order
  Read("symbol,price,bid\nA,1,\nB,2,-\nC,3,null\n");
  EXPECT_EQ(plain_, 3u);
}

TEST_F(DetailLinesTest, ALineMayLackAPriceIfItSaysSomethingElse) {
  EXPECT_THAT(Read(R"({"symbol":"A","bid":1})"
                   "\nsymbol,price,bid\nA,,2\n"),
              ElementsAre("A bid=1", "A bid=2"));
  EXPECT_THAT(Read("symbol,price,bid\nA,,\n"),
              ElementsAre(HasSubstr("bad: the price is missing")));
  EXPECT_THAT(Read(R"({"symbol":"A","price":null,"ask":3})"),
              ElementsAre("A ask=3"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":null})"),
              ElementsAre(HasSubstr("bad: the price is missing")));
  EXPECT_THAT(Read(R"({"symbol":"A","bid":null})"),
              ElementsAre(HasSubstr("bad: the price is missing")));
}

TEST_F(DetailLinesTest, WhatDoesNotFitIsRefusedWithASentence) {
  const auto bad = [this](const std::string& field, const std::string& value) {
    return Read("symbol,price," + field + "\nA,1," + value + "\n").front();
  };
  EXPECT_THAT(bad("volume", "1234567890123456789"),
              HasSubstr("\"1234567890123456789\" is not a volume: it has more "
                        "than 18 digits; leave it out with --columns"));
  EXPECT_THAT(bad("bid", "12a"),
              HasSubstr("\"12a\" is not a number, as bid must be"));
  EXPECT_THAT(bad("name", "\"A\u202eB\""),
              HasSubstr("is not a name: a name or a currency has 1 to 128"));
  EXPECT_THAT(bad("currency", std::string(129, 'A')),
              HasSubstr("is not a currency: "));
}

TEST_F(DetailLinesTest, TheNamesOfTheIssueAreKnown) {
  using internal::KnownColumn;
  const std::pair<const char*, FeedField> kNames[] = {
      {"bid", FeedField::kBid},
      {"Bid Price", FeedField::kBid},
      {"ask", FeedField::kAsk},
      {"ask_price", FeedField::kAsk},
      {"bidSize", FeedField::kBidSize},
      {"bid_size", FeedField::kBidSize},
      {"ASK SIZE", FeedField::kAskSize},
      {"volume", FeedField::kVolume},
      {"<VOL>", FeedField::kVolume},
      {"prev-close", FeedField::kPreviousClose},
      {"Previous Close", FeedField::kPreviousClose},
      {"open", FeedField::kOpen},
      {"Name", FeedField::kName},
      {"CURRENCY", FeedField::kCurrency}};
  for (const auto& [name, field] : kNames) {
    const auto known = KnownColumn(name);
    ASSERT_TRUE(known) << name;
    EXPECT_EQ(known->field, field) << name;
  }
}

// What is dropped was said: the newer line says it too.
TEST_F(DetailLinesTest, ALineThatIsSupersededLeavesWhatOnlyItSays) {
  LineSource::Options options;
  options.max_pending = 3;
  EXPECT_THAT(
      Read("symbol,price,bid,name\nA,1,2,Ann\nA,,3,\nA,4,,\nA,5,,\n", options),
      ElementsAre("A price=5 bid=3 name=Ann"));
}

TEST_F(DetailLinesTest, ARecordingPlaysThem) {
  ReplaySource replay(
      std::make_unique<std::istringstream>(
          "time,symbol,price,bid\n1767364201,A,2,1\n1767364200,A,1,\n"
          "1767364202,A,,9\n"),
      ReplaySource::Options());
  std::vector<PriceUpdate> prices;
  std::vector<QuoteUpdate> quotes;
  SteadyTime now{};
  while (!replay.ended()) {
    replay.PollQuotes({Timestamp(), now}, &prices, &quotes);
    now += std::chrono::seconds(1);
  }
  ASSERT_EQ(prices.size(), 1u);
  ASSERT_EQ(quotes.size(), 2u);
  EXPECT_EQ(TextOf(quotes[0]), "A price=2 bid=1");
  EXPECT_EQ(TextOf(quotes[1]), "A bid=9");
  EXPECT_EQ(replay.PriceOf(prices[0].symbol), Price::Of(2, 0));
}

// Who implements or calls Poll() only, gets prices only.
TEST_F(DetailLinesTest, PollLeavesThemOut) {
  LineSource source;
  source.Push(R"([{"symbol":"A","price":1,"bid":2},{"symbol":"A","bid":2}])");
  source.End();
  std::vector<PriceUpdate> prices;
  source.Poll({Timestamp(), {}}, &prices);
  ASSERT_EQ(prices.size(), 1u);
  EXPECT_EQ(prices[0].price, Price::Of(1, 0));
}

}  // namespace
}  // namespace tickerhub
