#include "load/load_figures.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "load/histogram.h"

namespace tickerhub::load {
namespace {

TEST(HistogramTest, IsExactForSmallValuesAndAtTheEnds) {
  Histogram times;
  for (int i = 1; i <= 20; ++i) times.Add(i);
  EXPECT_EQ(times.count(), 20U);
  EXPECT_EQ(times.Percentile(0.5), 10U);
  EXPECT_EQ(times.Percentile(0.05), 1U);
  EXPECT_EQ(times.Percentile(1), 20U);
  EXPECT_EQ(times.min(), 1U);
  EXPECT_EQ(times.max(), 20U);
}

TEST(HistogramTest, IsAtMostAThirtiethTooHigh) {
  for (std::int64_t value = 1; value < std::int64_t{1} << 41;
       value += value / 7 + 1) {
    Histogram times;
    times.Add(value);
    times.Add(std::int64_t{1} << 41);  // so that the maximum does not cap it
    const auto read = static_cast<std::int64_t>(times.Percentile(0.5));
    EXPECT_GE(read, value);
    EXPECT_LE(read, value + value / 30) << value;
  }
}

TEST(HistogramTest, TakesAnyValue) {
  Histogram times;
  EXPECT_EQ(times.Percentile(0.5), 0U);
  EXPECT_EQ(times.min(), 0U);
  times.Add(-5);
  EXPECT_EQ(times.max(), 0U);
  times.Add(std::int64_t{1} << 62);
  EXPECT_EQ(times.max(), std::uint64_t{1} << 62);
  EXPECT_EQ(times.count(), 2U);
}

TEST(HistogramTest, MergesAsIfAllHadBeenAddedToOne) {
  Histogram a;
  Histogram b;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? a : b).Add(i * 1000);
    both.Add(i * 1000);
  }
  a.Merge(b);
  for (const double share : {0.01, 0.5, 0.99, 1.0}) {
    EXPECT_EQ(a.Percentile(share), both.Percentile(share));
  }
  EXPECT_EQ(a.count(), 1000U);
  EXPECT_EQ(a.min(), 0U);
  EXPECT_EQ(a.max(), 999'000U);
}

TEST(CloseCountsTest, CountsEachCodeAndTheRestTogether) {
  CloseCounts closes;
  for (std::uint16_t code = 1000; code < 1020; ++code) closes.Add(code, 2);
  closes.Add(1001);
  EXPECT_EQ(closes.kinds()[0].code.Get(), 1000U);
  EXPECT_EQ(closes.kinds()[1].count.Get(), 3U);
  EXPECT_EQ(closes.kinds().back().code.Get(), 0U);
  EXPECT_EQ(closes.kinds().back().count.Get(), 10U);
}

TEST(LoadFiguresTest, AddsUpEveryProcess) {
  const auto one = std::make_unique<LoadFigures>();
  const auto two = std::make_unique<LoadFigures>();
  one->gaps.Add(1);
  two->gaps.Add(2);
  two->merged.Add(4);
  two->incomplete.Add(5);
  one->closes.Add(1000);
  two->closes.Add(1000);
  two->slow_closes.Add(4001);
  two->spread.Add(7);
  std::strcpy(two->first_error.text, "so it was");
  two->first_error.set = true;

  const auto sum = std::make_unique<LoadFigures>();
  AddFigures(*one, sum.get());
  AddFigures(*two, sum.get());
  EXPECT_EQ(sum->gaps.Get(), 3U);
  EXPECT_EQ(sum->merged.Get(), 4U);
  EXPECT_EQ(sum->incomplete.Get(), 5U);
  EXPECT_EQ(sum->closes.kinds()[0].count.Get(), 2U);
  EXPECT_EQ(sum->slow_closes.kinds()[0].code.Get(), 4001U);
  EXPECT_EQ(sum->spread.count(), 1U);
  EXPECT_STREQ(sum->first_error.text, "so it was");
}

}  // namespace
}  // namespace tickerhub::load
