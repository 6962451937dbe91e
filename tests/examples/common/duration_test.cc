#include "common/duration.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tickerhub::examples {
namespace {

using std::chrono::milliseconds;

TEST(DurationTest, ReadsANumberAsSeconds) {
  EXPECT_EQ(ParseDuration("2"), milliseconds(2'000));
  EXPECT_EQ(ParseDuration("0.5"), milliseconds(500));
  EXPECT_EQ(ParseDuration("0"), milliseconds(0));
}

TEST(DurationTest, ReadsEachUnit) {
  EXPECT_EQ(ParseDuration("500ms"), milliseconds(500));
  EXPECT_EQ(ParseDuration("2s"), milliseconds(2'000));
  EXPECT_EQ(ParseDuration("1.5m"), milliseconds(90'000));
  EXPECT_EQ(ParseDuration("5min"), milliseconds(300'000));
  EXPECT_EQ(ParseDuration("1h"), milliseconds(3'600'000));
}

TEST(DurationTest, RoundsToTheNearestMillisecond) {
  EXPECT_EQ(ParseDuration("0.0004"), milliseconds(0));
  EXPECT_EQ(ParseDuration("0.0006"), milliseconds(1));
  EXPECT_EQ(ParseDuration("1.7ms"), milliseconds(2));
}

TEST(DurationTest, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "s", "2x", "2 s", " 2", "2s ", "-1", "nan",
                           "inf", "1e3", "2ss", "0x10", "two"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationTest, RefusesMoreThanAYear) {
  EXPECT_EQ(ParseDuration("8784h"), std::chrono::hours(366 * 24));
  EXPECT_EQ(ParseDuration("8785h"), std::nullopt);
  EXPECT_EQ(ParseDuration("99999999999999999999h"), std::nullopt);
}

TEST(DurationTest, WritesWhatItReads) {
  for (const char* text : {"0ms", "1ms", "1500ms", "2s", "5m", "24h"}) {
    const auto duration = ParseDuration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(DurationText(*duration), text);
  }
}

}  // namespace
}  // namespace tickerhub::examples
