#include <gtest/gtest.h>

#include <string_view>

#include "sources/quote_line.h"

namespace tickerhub {
namespace {

// Milliseconds since 1970; -1: not a time.
std::int64_t Ms(std::string_view text) {
  const auto time = internal::ParseTime(text);
  return time ? time->time_since_epoch().count() : -1;
}

TEST(ParseTimeTest, ReadsNumbersAsSecondsOrMilliseconds) {
  EXPECT_EQ(Ms("0"), 0);
  EXPECT_EQ(Ms("1767364200"), 1'767'364'200'000);
  EXPECT_EQ(Ms("1767364200.250"), 1'767'364'200'250);
  EXPECT_EQ(Ms("1767364200.2509999"), 1'767'364'200'250);
  EXPECT_EQ(Ms("1767364200.5"), 1'767'364'200'500);
  EXPECT_EQ(Ms("99999999999"), 99'999'999'999'000);
  EXPECT_EQ(Ms("100000000000"), 100'000'000'000);
  EXPECT_EQ(Ms("1767364200250.75"), 1'767'364'200'250);
  EXPECT_EQ(Ms("253402300799999"), 253'402'300'799'999);
  for (const char* bad :
       {"", ".", "5.", ".5", "1.2.3", "+1", "1 ", "0x1", "NaN",
        "253402300800000", "9223372036854775808", "18446744073709551617"}) {
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
  EXPECT_EQ(Ms("2026-01-02T14:30:00.123456+00:00"), 1'767'364'200'123);
  EXPECT_EQ(Ms("2026-01-02"), 1'767'312'000'000);
  EXPECT_EQ(Ms("2024-02-29T00:00:00Z"), 1'709'164'800'000);
  EXPECT_EQ(Ms("2000-02-29T00:00:00Z"), 951'782'400'000);
  EXPECT_EQ(Ms("2000-03-01T00:00:00Z"), 951'868'800'000);
  EXPECT_EQ(Ms("2100-03-01T00:00:00Z"), 4'107'542'400'000);
  EXPECT_EQ(Ms("2016-12-31T23:59:60Z"), Ms("2017-01-01T00:00:00Z"));
  EXPECT_EQ(Ms("9999-12-31T23:59:59.999Z"), 253'402'300'799'999);
  for (const char* bad : {"2026-1-2",
                          "2026-01-02T",
                          "2026-01-02T14",
                          "2026-01-02T14:60:00Z",
                          "2026-01-02T14:30:61Z",
                          "2026-01-02T14:30:00.Z",
                          "2026-00-01",
                          "2026-01-00",
                          "2026-01-32",
                          "2026-04-31",
                          "2100-02-29",
                          "2026-01-02T14:30:00Zx",
                          "2026-01-02X14:30:00Z",
                          "26-01-02",
                          "2026-01-02T14:30:00+01:00",
                          "2026-01-02T14:30:00-00:00",
                          "9999-12-31T23:59:60Z",
                          "10000-01-01",
                          "2026/01/02",
                          "-"}) {
    EXPECT_EQ(Ms(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace tickerhub
