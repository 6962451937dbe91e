// Lines that have other columns than those of a documented form.

#include "lines/plausible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lines/feed_reader.h"

namespace tickerhub {
namespace {

using internal::WhatItLooksLike;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FeedReader;
using ::testing::HasSubstr;
using testing::ReadFeed;

TEST(PlausibleTest, KnowsWhatIsNoSymbol) {
  for (const char* text : {"5.8", "2845.5", "-37.63", "+1", "-5", ".5", "5.",
                           "1.5e5", "1e-5", "0.0000000051"}) {
    EXPECT_EQ(WhatItLooksLike(text), "a number") << text;
  }
  for (const char* text :
       {"1990-01-01", "2021/03/05", "05.03.2021", "20210305", "20210305153000",
        "2021-03-05T10:00:00", "02-Jan-2026", "3-JAN-26", "Jan 5 2026",
        "02JAN2026", "1-Mar", "5 January 2026", "Fri Jan 02 09:30:00 2026"}) {
    EXPECT_EQ(WhatItLooksLike(text), "a date") << text;
  }
  for (const char* text :
       {"15:30", "9:30:00", "15:30:00.123", "1614938400", "1614938400123",
        "1614938400123456", "1614938400123456789"}) {
    EXPECT_EQ(WhatItLooksLike(text), "a time") << text;
  }
}

TEST(PlausibleTest, TakesSymbolsWithDigits) {
  for (const char* text :
       {"",          "AAPL",        "7203",      "7203.T",    "0700.HK",
        "600519.SS", "005930.KS",   "037833100", "931142103", "3M",
        "1INCH-USD", "2330",        "20219999",  "1E5",       "BTC-USD",
        "^GSPC",     "-",           ".",         "MAR",       "MAY.L",
        "DEC",       "JAN-X",       "ESMAR26",   "SEPT5",     "MON",
        "EUR=",      "NASDAQ:AAPL", "ES MAR 26"}) {
    EXPECT_EQ(WhatItLooksLike(text), "") << text;
  }
}

TEST(PlausibleTest, RefusesColumnsThatWouldBeMisread) {
  for (const char* line :
       {"1315922016,5.8,1.0", "1990-01-01,22.86", "7203,2845.5,100",
        "150.25,AAPL", "1614938400,150.25", "1614938400123,150.25",
        "20210305,150.25", "15:30:00,150.25", "1614938400;150,25", "5.8 1.0",
        "1614938400,2021-03-05,1", "-37.63,5", "1e-5,5", "02-Jan-2026,151.25",
        "Jan 5 2026,153", "AAPL: 151.25", "AAPL| 151.25", "1614938400,61250,2",
        "1614938400123,7203,2845.5"}) {
    EXPECT_THAT(
        ReadFeed(line),
        ElementsAre(AllOf(HasSubstr("1 bad: "), HasSubstr("looks like a"),
                          HasSubstr("is this a file with other columns? see "
                                    "--columns"))))
        << line;
  }
}

TEST(PlausibleTest, RefusesACommaThatMayBeInThePrice) {
  FeedFormat columns;
  ASSERT_TRUE(columns.SetColumns("symbol,price").ok());
  for (const char* line :
       {"AAPL 151,25", "AAPL\t151,25", "BTC 61,250.50", "BTC -61,25",
        "AAPL $151,25", "1614938400,AAPL 151,25", "S&P 500,4500.5"}) {
    EXPECT_THAT(ReadFeed(line),
                ElementsAre(HasSubstr("in the price; write a point")))
        << line;
  }
  EXPECT_THAT(ReadFeed("AAPL 151,25\n", columns),
              ElementsAre(HasSubstr("in the price; write a point")));
  EXPECT_THAT(ReadFeed("\"S&P 500\",4500.5\nS&P 500;4500.5\nAAPL US,151.25\n"
                       "AAPL  240119C00150000,5.25\n"),
              ElementsAre("S&P 500 4500.5", "S&P 500 4500.5", "AAPL US 151.25",
                          "AAPL  240119C00150000 5.25"));
  EXPECT_THAT(ReadFeed("symbol,price\nS&P 500,4500.5\n"),
              ElementsAre("S&P 500 4500.5"));
  ASSERT_TRUE(columns.SetColumns("time,symbol,price").ok());
  EXPECT_THAT(ReadFeed("2026-01-02,S&P 500,4500.5\n", columns),
              ElementsAre("S&P 500 4500.5@2026-01-02T00:00:00Z"));
}

TEST(PlausibleTest, NamesTheLineInTheSentence) {
  EXPECT_THAT(ReadFeed("AAPL 1\n1990-01-01,22.86\n"),
              ElementsAre("AAPL 1",
                          "2 bad: \"1990-01-01\", the symbol of "
                          "\"1990-01-01,22.86\", looks like a date: is this a "
                          "file with other columns? see --columns"));
}

TEST(PlausibleTest, RefusesATimeThatMayBeSomethingElse) {
  for (const char* line : {"7203,AAPL,100", "0,A,1", "1989-12-31,A,1",
                           "631151999,A,1", "100.5,A,1"}) {
    EXPECT_THAT(ReadFeed(line), ElementsAre(AllOf(HasSubstr("would be 19"),
                                                  HasSubstr("before 1990"),
                                                  HasSubstr("see --columns"))))
        << line;
  }
  for (const char* line : {"2026-01-03T14:30:00.001Z,A,1", "99999999999,A,1",
                           "2290-01-01T00:00:00Z,A,2"}) {
    EXPECT_THAT(ReadFeed(line),
                ElementsAre(AllOf(HasSubstr("more than a day ahead"),
                                  HasSubstr("see --columns"))))
        << line;
  }
}

TEST(PlausibleTest, TakesATimeFrom1990ToADayAhead) {
  EXPECT_THAT(
      ReadFeed("1990-01-01,A,1\n2026-01-03T14:30:00Z,A,2\n"),
      ElementsAre("A 1@1990-01-01T00:00:00Z", "A 2@2026-01-03T14:30:00Z"));
}

TEST(PlausibleTest, TakesTheRangeOfTimesFromItsOptions) {
  FeedFormat format;
  format.earliest = Timestamp();
  format.max_ahead = std::chrono::hours(48);
  EXPECT_THAT(
      ReadFeed("0,A,1\n2026-01-04T14:30:00Z,A,2\n2026-01-04T14:30:01Z,A,3\n",
               format),
      ElementsAre("A 1@1970-01-01T00:00:00Z", "A 2@2026-01-04T14:30:00Z",
                  HasSubstr("3 bad: ")));
}

// Seconds, milliseconds, microseconds and nanoseconds of the day, 9:30:00, the
// days of a spreadsheet, and dates that the digits do not tell.
TEST(PlausibleTest, RefusesANumberThatMayNotCountSince1970) {
  for (const std::string time :
       {"34200.5", "34200000", "34200000000", "34200000000000", "093000",
        "46024.6041666667", "202601021430", "260102", "02012026",
        "02012026143000", "260102143000", "0"}) {
    const auto is_refused =
        ElementsAre(AllOf(HasSubstr("1 bad: \"" + time + "\" would be "),
                          HasSubstr("say so with --columns or --json-fields")));
    FeedReader reader;
    reader.Read("symbol,time,price\n");
    EXPECT_THAT(reader.Read("A," + time + ",1\n"),
                ElementsAre(HasSubstr("\"" + time + "\" would be ")));
    EXPECT_THAT(
        ReadFeed("{\"symbol\":\"A\",\"price\":1,\"time\":\"" + time + "\"}"),
        is_refused);
  }
  EXPECT_THAT(ReadFeed("symbol,date,price\nA,46024,1\n"),
              ElementsAre(HasSubstr("\"46024\" would be 1970")));
}

// A header has said that it is the time, or an option that it counts so.
TEST(PlausibleTest, TakesEveryTimeThatIsSaidToBeOne) {
  EXPECT_THAT(
      ReadFeed("time,symbol,price\n1971-01-01,A,1\n2290-01-01,A,2\n"
               "19710101,A,3\n"),
      ElementsAre("A 1@1971-01-01T00:00:00Z", "A 2@2290-01-01T00:00:00Z",
                  "A 3@1971-01-01T00:00:00Z"));
  EXPECT_THAT(ReadFeed("date,time,symbol,price\n19850102,000000,A,1\n"),
              ElementsAre("A 1@1985-01-02T00:00:00Z"));
  FeedFormat json;
  ASSERT_TRUE(json.SetJsonFields("symbol=s,price=p,time=t").ok());
  EXPECT_THAT(ReadFeed(R"({"s":"A","p":1,"t":3})", json),
              ElementsAre("A 1@1970-01-01T00:00:03Z"));
  FeedFormat format;
  ASSERT_TRUE(format.SetColumns("time,symbol,price").ok());
  EXPECT_THAT(ReadFeed("3,A,1\n", format),
              ElementsAre("A 1@1970-01-01T00:00:03Z"));
}

TEST(PlausibleTest, NamesAnEmptyThirdColumn) {
  EXPECT_THAT(
      ReadFeed("AAPL,150.25,\n"),
      ElementsAre(AllOf(HasSubstr("has an empty third column"),
                        HasSubstr("SYMBOL,PRICE"), HasSubstr("--columns"))));
}

}  // namespace
}  // namespace tickerhub
