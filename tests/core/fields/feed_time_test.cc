#include "fields/feed_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace tickerhub::internal {
namespace {

using ::testing::HasSubstr;

// Milliseconds since 1970; -1: not a time.
std::int64_t Ms(std::string_view text) {
  const auto time = ParseTime(text);
  return time ? time->time_since_epoch().count() : -1;
}

TEST(ParseTimeTest, TellsTheUnitsOfANumberApartByTheirSize) {
  EXPECT_EQ(Ms("0"), 0);
  EXPECT_EQ(Ms("1767364200"), 1'767'364'200'000);
  EXPECT_EQ(Ms("1767364200.250"), 1'767'364'200'250);
  EXPECT_EQ(Ms("1767364200.2509999"), 1'767'364'200'250);
  EXPECT_EQ(Ms("1767364200.5"), 1'767'364'200'500);
  EXPECT_EQ(Ms("99999999999"), 99'999'999'999'000);
  EXPECT_EQ(Ms("100000000000"), 100'000'000'000);
  EXPECT_EQ(Ms("1767364200250"), 1'767'364'200'250);
  EXPECT_EQ(Ms("1767364200250.75"), 1'767'364'200'250);
  EXPECT_EQ(Ms("99999999999999"), 99'999'999'999'999);
  EXPECT_EQ(Ms("100000000000000"), 100'000'000'000);
  EXPECT_EQ(Ms("1735689600000000"), 1'735'689'600'000);
  EXPECT_EQ(Ms("1735689600123456.789"), 1'735'689'600'123);
  EXPECT_EQ(Ms("99999999999999999"), 99'999'999'999'999);
  EXPECT_EQ(Ms("100000000000000000"), 100'000'000'000);
  EXPECT_EQ(Ms("1735689600123456789"), 1'735'689'600'123);
  EXPECT_EQ(Ms("99999999999999999999"), 99'999'999'999'999);
  EXPECT_EQ(Ms("000000000000000001767364200"), 1'767'364'200'000);
}

TEST(ParseTimeTest, RefusesWhatIsNoNumber) {
  for (const char* bad : {"", ".", "5.", ".5", "1.2.3", "+1", "-1", "1 ", "0x1",
                          "NaN", "1e9", "100000000000000000000", "1,5"}) {
    EXPECT_EQ(Ms(bad), -1) << bad;
  }
}

// By their size they would be in 1970 or in the next millennium.
TEST(ParseTimeTest, ReadsDatesWithoutSeparators) {
  EXPECT_EQ(Ms("20260102"), Ms("2026-01-02"));
  EXPECT_EQ(Ms("20260102143000"), Ms("2026-01-02T14:30:00Z"));
  EXPECT_EQ(Ms("20260102143000250"), Ms("2026-01-02T14:30:00.250Z"));
  EXPECT_EQ(Ms("20260102T143000"), Ms("2026-01-02T14:30:00Z"));
  EXPECT_EQ(Ms("20260102T143000.25+0100"), Ms("2026-01-02T13:30:00.250Z"));
  EXPECT_EQ(Ms("20260102 14:30"), Ms("2026-01-02T14:30:00Z"));
  for (const char* bad : {"20261301", "20260230", "21000229", "20260102240000",
                          "20260102146000", "20260102240000000", "19690101"}) {
    EXPECT_EQ(Ms(bad), -1) << bad;
  }
}

TEST(ParseTimeTest, ReadsIso8601) {
  EXPECT_EQ(Ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(Ms("2026-01-02T14:30:00.250Z"), 1'767'364'200'250);
  EXPECT_EQ(Ms("2026-01-02t14:30:00z"), 1'767'364'200'000);
  EXPECT_EQ(Ms("2026-01-02 14:30:00"), 1'767'364'200'000);
  EXPECT_EQ(Ms("2026-01-02T14:30"), 1'767'364'200'000);
  EXPECT_EQ(Ms("2026-01-02T14:30Z"), 1'767'364'200'000);
  EXPECT_EQ(Ms("2026-01-02T14:30:00,25"), 1'767'364'200'250);
  EXPECT_EQ(Ms("2026-01-02T14:30:00.123456+00:00"), 1'767'364'200'123);
  EXPECT_EQ(Ms("2026-01-02T14:30:00.123456789Z"), 1'767'364'200'123);
  EXPECT_EQ(Ms("2026-01-02 14:30:00 UTC"), 1'767'364'200'000);
  EXPECT_EQ(Ms("2026-01-02 14:30:00.250 GMT"), 1'767'364'200'250);
  EXPECT_EQ(Ms("2026-01-02"), 1'767'312'000'000);
  EXPECT_EQ(Ms("2026/01/02"), 1'767'312'000'000);
  EXPECT_EQ(Ms("2026.01.02 14:30"), 1'767'364'200'000);
}

TEST(ParseTimeTest, ReadsEveryOffset) {
  EXPECT_EQ(Ms("2021-03-05T10:00:00-05:00"), 1'614'956'400'000);
  EXPECT_EQ(Ms("2021-03-05T10:00:00-0500"), 1'614'956'400'000);
  EXPECT_EQ(Ms("2021-03-05T10:00:00-05"), 1'614'956'400'000);
  EXPECT_EQ(Ms("2021-03-05T20:30:00.5+05:30"), 1'614'956'400'500);
  EXPECT_EQ(Ms("2021-03-05T15:00-00:00"), 1'614'956'400'000);
  EXPECT_EQ(Ms("1970-01-01T00:00:00+00:01"), -1);  // in 1969
  EXPECT_EQ(Ms("9999-12-31T23:59:59-00:01"), -1);
}

TEST(ParseTimeTest, KnowsTheCalendar) {
  EXPECT_EQ(Ms("2024-02-29T00:00:00Z"), 1'709'164'800'000);
  EXPECT_EQ(Ms("2000-02-29T00:00:00Z"), 951'782'400'000);
  EXPECT_EQ(Ms("2000-03-01T00:00:00Z"), 951'868'800'000);
  EXPECT_EQ(Ms("2100-03-01T00:00:00Z"), 4'107'542'400'000);
  EXPECT_EQ(Ms("2016-12-31T23:59:60Z"), Ms("2017-01-01T00:00:00Z"));
  EXPECT_EQ(Ms("9999-12-31T23:59:59.999Z"), 253'402'300'799'999);
}

TEST(ParseTimeTest, RefusesWhatIsNoIso8601) {
  for (const char* bad : {"2026-1-2",
                          "2026-01-02T",
                          "2026-01-02T14",
                          "2026-01-02T14:60:00Z",
                          "2026-01-02T24:00:00Z",
                          "2026-01-02T14:30:61Z",
                          "2026-01-02T14:30:00.Z",
                          "2026-00-01",
                          "2026-01-00",
                          "2026-01-32",
                          "2026-04-31",
                          "2100-02-29",
                          "2026-01-02Z",
                          "2026-01/02",
                          "2026-01-02T14:30:00Zx",
                          "2026-01-02T14:30:00+5",
                          "2026-01-02T14:30:00+24:00",
                          "2026-01-02T14:30:00 EST",
                          "2026-01-02X14:30:00Z",
                          "26-01-02",
                          "9999-12-31T23:59:60Z",
                          "10000-01-01",
                          "05.03.2021",
                          "03/05/2021 10:00",
                          "-"}) {
    EXPECT_EQ(Ms(bad), -1) << bad;
  }
}

TEST(ParseTimeTest, PutsADayAndATimeOfDayTogether) {
  const auto together = [](std::string_view date, std::string_view time) {
    const auto moment = ParseDateAndTime(date, time);
    return moment ? moment->time_since_epoch().count() : -1;
  };
  EXPECT_EQ(together("2026-01-02", "14:30:00"), 1'767'364'200'000);
  EXPECT_EQ(together("20260102", "143000"), 1'767'364'200'000);
  EXPECT_EQ(together("2026.01.02", "14:30:00.250"), 1'767'364'200'250);
  EXPECT_EQ(together("20260102", "14:30"), 1'767'364'200'000);
  // A whole moment needs no day.
  EXPECT_EQ(together("20260101", "2026-01-02T14:30:00Z"), 1'767'364'200'000);
  EXPECT_EQ(together("20260101", "1767364200"), 1'767'364'200'000);
  // Nobody can tell seconds of the day from 9:30:00 without its first zero.
  EXPECT_EQ(together("20260102", "93000"), -1);
  EXPECT_EQ(together("20260102", "34200.5"), -1);
  EXPECT_EQ(together("yesterday", "14:30:00"), -1);
  EXPECT_EQ(together("2026-01-02T10:00:00", "14:30:00"), -1);
}

TEST(ParseTimeTest, SaysWhyATextIsNoTime) {
  EXPECT_EQ(WhyNotATime(""), "the time is missing");
  EXPECT_THAT(WhyNotATime("09:30:00"), HasSubstr("the day is missing"));
  EXPECT_THAT(WhyNotATime("05.03.2021 10:00"),
              HasSubstr("the year must come first"));
  EXPECT_THAT(WhyNotATime("03/05/2021"), HasSubstr("the year must come first"));
  EXPECT_THAT(WhyNotATime("noon"), HasSubstr("it must be seconds"));
}

TEST(ParseTimeTest, PrintsWhatItReads) {
  for (const char* text :
       {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59.001Z",
        "2026-12-31T14:30:00.250Z", "9999-12-31T23:59:59.999Z"}) {
    const auto time = ParseTime(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(TimeText(*time), text);
  }
  EXPECT_EQ(TimeText(Timestamp(std::chrono::milliseconds(-1))),
            "1969-12-31T23:59:59.999Z");
}

TEST(ParseTimeTest, KnowsADateAndATimeOfDayFromTheirLooks) {
  for (const char* text :
       {"1990-01-01", "2021/3/5", "05.03.2021", "15:30", "9:30:00",
        "15:30:00.123", "2021-03-05T10:00:00Z", "2021-03-05 10:00"}) {
    EXPECT_TRUE(LooksLikeATime(text)) << text;
  }
  for (const char* text :
       {"", "7203", "7203.T", "5.8", "AAPL", "600519.5", "1-2", "12345-01-01",
        "1:a", "2021-03/05", "BRK-B"}) {
    EXPECT_FALSE(LooksLikeATime(text)) << text;
  }
}

}  // namespace
}  // namespace tickerhub::internal
