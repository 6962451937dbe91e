#include "tickerhub/timestamp.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ratio>

namespace tickerhub {
namespace {

template <typename Duration>
long long Milliseconds(Duration since_1970) {
  using Point = std::chrono::time_point<std::chrono::system_clock, Duration>;
  return ToTimestamp(Point(since_1970)).time_since_epoch().count();
}

TEST(TimestampTest, TakesAnyPrecisionOfTheWallClock) {
  EXPECT_EQ(Milliseconds(std::chrono::hours(1)), 3'600'000);
  EXPECT_EQ(Milliseconds(std::chrono::seconds(2)), 2'000);
  EXPECT_EQ(Milliseconds(std::chrono::milliseconds(1767364200250)),
            1767364200250);
  EXPECT_EQ(Milliseconds(std::chrono::nanoseconds(1767364200250000000)),
            1767364200250);
  EXPECT_EQ(Milliseconds(std::chrono::duration<double>(0.25)), 250);
  const auto now = std::chrono::system_clock::now();
  EXPECT_LE(ToTimestamp(now), now);
  EXPECT_GT(ToTimestamp(now) + std::chrono::milliseconds(1), now);
}

TEST(TimestampTest, RoundsTowardsThePast) {
  EXPECT_EQ(Milliseconds(std::chrono::nanoseconds(1'999'999)), 1);
  EXPECT_EQ(Milliseconds(std::chrono::microseconds(999)), 0);
  EXPECT_EQ(Milliseconds(std::chrono::nanoseconds(-1)), -1);
  EXPECT_EQ(Milliseconds(std::chrono::microseconds(-1'000)), -1);
  EXPECT_EQ(Milliseconds(std::chrono::microseconds(-1'001)), -2);
}

}  // namespace
}  // namespace tickerhub
