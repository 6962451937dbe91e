// Layouts of public feeds (tests/data): each is played right or refused with
// the sentence that says how.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "lines/feed_reader.h"
#include "support/symbols.h"

namespace tickerhub {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ReadFeed;
using testing::Sym;

std::string Data(const std::string& name) {
  std::ifstream file(TICKERHUB_TEST_DATA "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

FeedFormat Format(std::string_view columns, std::string_view symbol) {
  FeedFormat format;
  if (!columns.empty()) {
    EXPECT_TRUE(format.SetColumns(columns).ok());
  }
  if (!symbol.empty()) format.symbol = Sym(symbol);
  return format;
}

TEST(LayoutsTest, YahooDaily) {
  EXPECT_THAT(ReadFeed(Data("yahoo-daily.csv"), Format("", "MSFT")),
              ElementsAre("MSFT 226.73@2021-03-04T00:00:00Z",
                          "MSFT 231.63@2021-03-05T00:00:00Z",
                          HasSubstr("4 bad: \"null\" is not a price")));
  EXPECT_THAT(ReadFeed(Data("yahoo-daily.csv")), Each(HasSubstr("--symbol")));
}

TEST(LayoutsTest, BinanceTrades) {
  EXPECT_THAT(ReadFeed(Data("binance-trades.csv")),
              Each(HasSubstr("say what they are with --columns")));
  EXPECT_THAT(ReadFeed(Data("binance-trades.csv"),
                       Format("-,price,-,-,time,-,-", "DOGEUSDT")),
              ElementsAre("DOGEUSDT 0.316@2025-01-01T00:00:00Z",
                          "DOGEUSDT 0.3161@2025-01-01T00:00:00.100Z"));
}

TEST(LayoutsTest, BinanceAggregatedTrades) {
  EXPECT_THAT(ReadFeed(Data("binance-aggtrade.jsonl")),
              ElementsAre("BTCUSDT 48123.45@2021-03-05T10:00:00.123Z",
                          "ETHUSDT 1534.2@2021-03-05T10:00:01.123Z"));
}

TEST(LayoutsTest, CoinbaseMatches) {
  EXPECT_THAT(ReadFeed(Data("coinbase-match.jsonl")),
              ElementsAre("BTC-USD 400.23@2021-03-05T10:00:00.075Z"));
}

TEST(LayoutsTest, PolygonTrades) {
  EXPECT_THAT(ReadFeed(Data("polygon-trades.csv")),
              ElementsAre("AAPL 121.42@2021-03-05T10:00:00.123Z"));
}

TEST(LayoutsTest, Stooq) {
  EXPECT_THAT(ReadFeed(Data("stooq.txt")),
              ElementsAre("AAPL.US 121.42@2021-03-05T15:30:00Z"));
}

TEST(LayoutsTest, DukascopyTicks) {
  EXPECT_THAT(ReadFeed(Data("dukascopy-ticks.csv"), Format("", "EURUSD")),
              Each(AllOf(HasSubstr("no column for the price"),
                         HasSubstr("--columns"))));
  EXPECT_THAT(ReadFeed(Data("dukascopy-ticks.csv"),
                       Format("time,ask,price,-,-", "EURUSD")),
              ElementsAre(HasSubstr("the year must come first")));
}

TEST(LayoutsTest, KrakenTrades) {
  EXPECT_THAT(ReadFeed(Data("kraken-trades.csv")),
              Each(HasSubstr("see --columns")));
  EXPECT_THAT(
      ReadFeed(Data("kraken-trades.csv"), Format("time,price,-", "XBTUSD")),
      ElementsAre("XBTUSD 48123.4@2021-03-05T10:00:00Z",
                  "XBTUSD 48123.5@2021-03-05T10:00:01Z"));
}

TEST(LayoutsTest, IexQuotes) {
  EXPECT_THAT(ReadFeed(Data("iex-quotes.json")),
              ElementsAre("AAPL 121.42", "MSFT 231.6"));
}

TEST(LayoutsTest, NasdaqWithBars) {
  EXPECT_THAT(ReadFeed(Data("nasdaq-pipes.txt")),
              ElementsAre("BRK.B 249.56@2021-03-05T15:00:00Z"));
}

TEST(LayoutsTest, TaqWithATimeOfDay) {
  EXPECT_THAT(ReadFeed(Data("taq-time-of-day.tsv")),
              ElementsAre(HasSubstr("the day is missing")));
}

}  // namespace
}  // namespace tickerhub
