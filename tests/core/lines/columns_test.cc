// What the header of a feed says, and what --columns says instead.

#include "lines/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fields/field_splitter.h"
#include "lines/feed_reader.h"
#include "support/symbols.h"

namespace tickerhub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FeedReader;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadFeed;
using testing::Sym;

FeedFormat WithColumns(std::string_view list) {
  FeedFormat format;
  EXPECT_TRUE(format.SetColumns(list).ok());
  return format;
}

FeedFormat OfOne(std::string_view symbol) {
  FeedFormat format;
  format.symbol = Sym(symbol);
  return format;
}

TEST(HeaderTest, SaysWhatTheColumnsAre) {
  EXPECT_THAT(ReadFeed("symbol,timestamp,price\n7203,1614938400123,2845.5\n"),
              ElementsAre("7203 2845.5@2021-03-05T10:00:00.123Z"));
  EXPECT_THAT(
      ReadFeed("time,symbol,price,quantity\n1614938400,AAPL,150.25,100\n"),
      ElementsAre("AAPL 150.25@2021-03-05T10:00:00Z"));
  EXPECT_THAT(ReadFeed("ts_ns,ticker,last\n1614938400123456789,AAPL,150.25\n"),
              ElementsAre("AAPL 150.25@2021-03-05T10:00:00.123Z"));
  EXPECT_THAT(ReadFeed("price,symbol\n150.25,AAPL\n"),
              ElementsAre("AAPL 150.25"));
}

TEST(HeaderTest, KnowsAllNames) {
  for (const char* symbol :
       {"symbol", "ticker", "code", "instrument", "sym", "stock", "product_id",
        "pair", "s", " S ", "SYMBOL", "<TICKER>", "\"Symbol\""}) {
    EXPECT_THAT(ReadFeed(symbol + std::string(",price\nA,1\n")),
                ElementsAre("A 1"))
        << symbol;
  }
  for (const char* price : {"price", "last", "close", "trade_price", "p", "c",
                            "Last Price", "Trade-Price", "<CLOSE>"}) {
    EXPECT_THAT(ReadFeed("symbol," + std::string(price) + "\nA,1\n"),
                ElementsAre("A 1"))
        << price;
  }
  for (const char* time :
       {"time", "timestamp", "date", "datetime", "ts", "t", "E", "ts_ns",
        "timestamp_ms", "time_us", "Gmt time"}) {
    EXPECT_THAT(
        ReadFeed("symbol,price," + std::string(time) + "\nA,1,2021-03-05\n"),
        ElementsAre("A 1@2021-03-05T00:00:00Z"))
        << time;
  }
}

TEST(HeaderTest, StandsAtTheTopBehindCommentsAndAByteOrderMark) {
  EXPECT_THAT(ReadFeed("\xEF\xBB\xBF"
                       "Time,Symbol,PRICE\n1614938400,A,1\n"),
              ElementsAre("A 1@2021-03-05T10:00:00Z"));
  EXPECT_THAT(ReadFeed("# Monday\n\nsymbol price\nA 1\n"), ElementsAre("A 1"));
}

TEST(HeaderTest, MayStandBehindTheSignOfAComment) {
  EXPECT_THAT(ReadFeed("# time,symbol,bid,price\n1614938400,A,1,2\n"),
              ElementsAre("A 2@2021-03-05T10:00:00Z"));
  EXPECT_THAT(ReadFeed("#price;symbol\n2;A\n"), ElementsAre("A 2"));
  EXPECT_THAT(ReadFeed("#RIC,Bid\nAAPL.O,150.25\n"),
              ElementsAre(HasSubstr("1 bad: "), HasSubstr("2 bad: ")));
  // Prose, a header with columns that are not known, and one below a price.
  EXPECT_THAT(ReadFeed("# price symbol\n# prices, symbols and volumes\n"
                       "# bid,ask and more\nA,1\n# price,symbol\nA,2\n"),
              ElementsAre("A 1", "A 2"));
}

TEST(HeaderTest, TellsTheSeparator) {
  const std::string comma = "price,name,symbol\n1,\"One, Inc\",A\n";
  EXPECT_THAT(ReadFeed(comma), ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed("price;name;symbol\n1;One, Inc;A\n"),
              ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed("price\tname\tsymbol\n1\tOne; Inc\tA\n"),
              ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed("price\tname\tsymbol\n1\t\tA\n"), ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed("price|name|symbol\n1|One Inc|A\n"), ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed("price  symbol\n1  A\n"), ElementsAre("A 1"));
}

TEST(HeaderTest, IsRefusedWithItsColumnsIfItLacksANeededOne) {
  EXPECT_THAT(
      ReadFeed("time,side,price\n1614938400,buy,150.25\n"),
      ElementsAre("1 bad: the header has no column for the symbol, only "
                  "\"time\", \"side\", \"price\"; name the columns with "
                  "--columns, or the instrument of the whole file with "
                  "--symbol",
                  HasSubstr("2 bad: the header has no column for the symbol")));
  EXPECT_THAT(ReadFeed("symbol,quantity\nA,5\n"),
              ElementsAre(HasSubstr("no column for the price, only"),
                          HasSubstr("2 bad: ")));
}

// What stands where a price would is none.
TEST(HeaderTest, IsRefusedIfItNamesSomethingElseThanThePrice) {
  for (const char* lines :
       {"ISIN,Bid\nUS0378331005,151.20\n", "Underlying;Volume\nAAPL;34500000\n",
        "Contract Ask\nESH6 5\n", "Time,Name,Open\n1614938400,A,5\n"}) {
    EXPECT_THAT(ReadFeed(lines), ElementsAre(HasSubstr("1 bad: the header has"),
                                             HasSubstr("2 bad: the header")))
        << lines;
  }
  EXPECT_THAT(ReadFeed("Report of Monday\n\nTicker;Turnover\nAAPL;34500000\n"),
              ElementsAre(HasSubstr("1 bad"),
                          HasSubstr("3 bad: the header has no column for the "
                                    "price"),
                          HasSubstr("4 bad: the header has no column")));
}

TEST(HeaderTest, IsRefusedIfTwoColumnsSayTheSame) {
  for (const char* header : {"symbol,last,close", "symbol,p,c",
                             "price,ticker,code", "symbol,price,price"}) {
    EXPECT_THAT(
        ReadFeed(std::string(header) + "\nA,1,2\n"),
        ElementsAre(AllOf(HasSubstr("two columns for"), HasSubstr("--columns")),
                    HasSubstr("2 bad: ")))
        << header;
  }
}

TEST(HeaderTest, PrefersTheOwnNameOfAFieldToOthersAndAWordToALetter) {
  EXPECT_THAT(ReadFeed("symbol,close,price\nA,1,2\n"), ElementsAre("A 2"));
  EXPECT_THAT(ReadFeed("sym,s,p,t\nA,100,2,1614938400\n"),
              ElementsAre("A 2@2021-03-05T10:00:00Z"));
}

TEST(HeaderTest, NamesColumnsThatAreIgnoredOnce) {
  FeedReader reader;
  EXPECT_THAT(reader.Read("symbol,price,side,\"odd \x1b\"\nA,1,buy,x\n"),
              ElementsAre("A 1"));
  EXPECT_THAT(reader.notices,
              ElementsAre("1: these columns are not known and are ignored: "
                          "\"side\", \"odd \\x1b\""));
}

TEST(HeaderTest, TellsOfATimeThatItDoesNotKnow) {
  FeedReader reader;
  EXPECT_THAT(reader.Read("symbol,price,exchange_time\nA,1,1614938400\n"),
              ElementsAre("A 1"));
  EXPECT_THAT(reader.notices, ElementsAre(AllOf(HasSubstr("\"exchange_time\""),
                                                HasSubstr("--columns")),
                                          HasSubstr("are ignored")));
  FeedReader other;
  other.Read("symbol,price,time,update_time\nA,1,1614938400,5\n");
  EXPECT_THAT(other.notices, ElementsAre(HasSubstr("are ignored")));
}

TEST(HeaderTest, TellsOfATimeOfDayThatItDoesNotKnow) {
  FeedReader reader;
  EXPECT_THAT(
      reader.Read("Date,Time (ET),Symbol,Price\n2026-01-02,09:30:00,A,1\n"),
      ElementsAre("A 1@2026-01-02T00:00:00Z"));
  EXPECT_THAT(reader.notices,
              ElementsAre(AllOf(HasSubstr("the start of their day"),
                                HasSubstr("\"Time (ET)\"")),
                          HasSubstr("are ignored")));
  FeedReader other;
  other.Read("date,symbol,price,update_date\n2026-01-02,A,1,x\n");
  EXPECT_THAT(other.notices, ElementsAre(HasSubstr("are ignored")));
}

TEST(HeaderTest, IsFollowedWhereverItComesAgain) {
  FeedReader reader;
  EXPECT_THAT(reader.Read("symbol,price,size\nA,1,5\nsymbol,price,size\nB,2,5\n"
                          "size,symbol,price\n5,C,3\n"),
              ElementsAre("A 1", "B 2", "C 3"));
  EXPECT_EQ(reader.notices.size(), 2u);
  // Behind lines without a header, and behind one that was refused.
  EXPECT_THAT(ReadFeed("A 1\nprice,symbol\n2,B\n"), ElementsAre("A 1", "B 2"));
  EXPECT_THAT(ReadFeed("time,side,price\nprice,symbol\n2,B\n"),
              ElementsAre(HasSubstr("1 bad"), "B 2"));
}

// OPEN, LOW, LAST and T are tickers, too.
TEST(HeaderTest, IsNotABadLineOfAStockThatIsCalledAsAColumn) {
  EXPECT_THAT(ReadFeed("OPEN,n/a\nA,1\n"),
              ElementsAre(HasSubstr("1 bad: \"n/a\" is not a price"), "A 1"));
  EXPECT_THAT(ReadFeed("T,\nA,1\n"),
              ElementsAre(HasSubstr("1 bad: the price is missing"), "A 1"));
  EXPECT_THAT(
      ReadFeed("A,1\nLAST,n/a\nLOW,-\nA,2\n"),
      ElementsAre("A 1", HasSubstr("2 bad"), HasSubstr("3 bad"), "A 2"));
  EXPECT_THAT(ReadFeed("LOW,230.1\nT,25.5\nOPEN,5\n"),
              ElementsAre("LOW 230.1", "T 25.5", "OPEN 5"));
}

TEST(HeaderTest, WantsAsManyFieldsInEveryLine) {
  EXPECT_THAT(
      ReadFeed("symbol,price,size\nA,1\nA,1,2,3\nA,1,2\n"),
      ElementsAre("2 bad: \"A,1\" has 2 fields, but the header has 3",
                  "3 bad: \"A,1,2,3\" has 4 fields, but the header has 3",
                  "A 1"));
}

TEST(HeaderTest, PutsADateAndATimeTogether) {
  EXPECT_THAT(
      ReadFeed("<TICKER>,<DATE>,<TIME>,<CLOSE>\nAAPL,20210305,153000,150.25\n"),
      ElementsAre("AAPL 150.25@2021-03-05T15:30:00Z"));
  EXPECT_THAT(ReadFeed("date\ttime\tsymbol\tprice\n"
                       "2021.03.05\t15:30:00.250\tAAPL\t150.25\n"),
              ElementsAre("AAPL 150.25@2021-03-05T15:30:00.250Z"));
  EXPECT_THAT(ReadFeed("time,symbol,price\n09:30:00.5,A,1\n"),
              ElementsAre(HasSubstr("the day is missing")));
  EXPECT_THAT(ReadFeed("date,time,symbol,price\n20210305,93000,A,1\n"),
              ElementsAre(HasSubstr("are not a date and a time of day")));
}

TEST(HeaderTest, ChecksTheOtherFieldsOfAQuote) {
  EXPECT_THAT(ReadFeed("symbol,price,bid,ask,volume,name\n"
                       "A,1,0.9,,0,\"One, \"\"the\"\" first\"\n"
                       "B,2,n/a,-,null,\n"
                       "C,3,x,1,1,\n"),
              ElementsAre("A 1", "B 2",
                          "4 bad: \"x\" is not a number, as bid must be"));
}

TEST(ColumnsTest, ComeFromTheOption) {
  EXPECT_THAT(ReadFeed("1614938400,AAPL,150.25,x,100\n",
                       WithColumns("time,symbol,price,-,volume")),
              ElementsAre("AAPL 150.25@2021-03-05T10:00:00Z"));
  EXPECT_THAT(ReadFeed("7203,2845.5,100\n", WithColumns("symbol,price,volume")),
              ElementsAre("7203 2845.5"));
  EXPECT_THAT(
      ReadFeed("2021-03-05 7203 2845.5\n", WithColumns("ts , ticker , last")),
      ElementsAre("7203 2845.5@2021-03-05T00:00:00Z"));
  EXPECT_THAT(ReadFeed("2845.5;7203\n1,5;7203\n", WithColumns("price,symbol")),
              ElementsAre("7203 2845.5",
                          AllOf(HasSubstr("2 bad: \"1,5\" is not a price"),
                                HasSubstr("a point before its decimals"))));
  EXPECT_THAT(ReadFeed("a|b|1\n", WithColumns("symbol,name,price")),
              ElementsAre("a 1"));
}

TEST(ColumnsTest, GoBeforeAHeader) {
  EXPECT_THAT(
      ReadFeed("symbol,open,close\nA,1,2\n", WithColumns("symbol,price,-")),
      ElementsAre("A 1"));
}

TEST(ColumnsTest, WantAsManyFields) {
  EXPECT_THAT(
      ReadFeed("A,1\nA,1,2\nB,2\nA;1;2\n", WithColumns("symbol,price,-")),
      ElementsAre(AllOf(HasSubstr("1 bad: \"A,1\""), HasSubstr("--columns")),
                  "A 1", "3 bad: \"B,2\" has 2 fields, but the --columns are 3",
                  HasSubstr("4 bad: ")));
}

TEST(ColumnsTest, AreRefusedIfTheyMakeNoSense) {
  FeedFormat format;
  EXPECT_THAT(format.SetColumns("symbol,size").message(),
              HasSubstr("\"size\" is not the name of a column"));
  EXPECT_THAT(format.SetColumns("symbol,time").message(),
              HasSubstr("names no price"));
  EXPECT_THAT(format.SetColumns("symbol,ticker,price").message(),
              HasSubstr("names symbol twice"));
  EXPECT_THAT(format.SetColumns("").message(), HasSubstr("\"\""));
  EXPECT_THAT(format.columns, IsEmpty());
  ASSERT_TRUE(format.SetColumns("time,price").ok());
  EXPECT_THAT(format.Check().message(), HasSubstr("--symbol"));
  format.symbol = Sym("A");
  EXPECT_TRUE(format.Check().ok());
}

TEST(OneInstrumentTest, IsThatOfEveryLine) {
  EXPECT_THAT(ReadFeed("Date,Open,High,Low,Close,Adj Close,Volume\n"
                       "2021-03-05,229.52,233.27,226.46,231.6,229.3,41842100\n",
                       OfOne("MSFT")),
              ElementsAre("MSFT 231.6@2021-03-05T00:00:00Z"));
  EXPECT_THAT(ReadFeed("231.6\n2021-03-05,231.7\nMSFT 231.8\n"
                       "2021-03-05,MSFT,231.9\n",
                       OfOne("MSFT")),
              ElementsAre("MSFT 231.6", "MSFT 231.7@2021-03-05T00:00:00Z",
                          "MSFT 231.8", "MSFT 231.9@2021-03-05T00:00:00Z"));
  EXPECT_THAT(ReadFeed("7203,2845.5\n", OfOne("7203")),
              ElementsAre("7203 2845.5"));
}

TEST(OneInstrumentTest, RefusesALineAboutAnother) {
  EXPECT_THAT(
      ReadFeed("AAPL,1\n7,2\n", OfOne("MSFT")),
      ElementsAre("1 bad: the line is about \"AAPL\", but --symbol says "
                  "\"MSFT\"",
                  HasSubstr("before 1990")));
}

TEST(QuotedFieldTest, KeepsItsBlanksAndItsQuotes) {
  internal::FieldSplitter splitter;
  ASSERT_TRUE(splitter.Split(
      R"( "AAPL  240119C00150000" ,"a ""b"" c","""",""," x ", y )",
      internal::Separator::kComma));
  EXPECT_THAT(
      splitter.fields(),
      ElementsAre("AAPL  240119C00150000", "a \"b\" c", "\"", "", " x ", "y"));
}

}  // namespace
}  // namespace tickerhub
