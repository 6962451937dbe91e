#include "tickerhub/simulated_market.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/symbols.h"

namespace tickerhub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Sym;

constexpr PollTime kOpening{Timestamp(seconds(1'767'364'200)), {}};

PollTime After(milliseconds passed) {
  return {kOpening.wall + passed, kOpening.steady + passed};
}

Price PriceOf(std::string_view text) { return Price::Parse(text).value(); }

std::vector<PriceUpdate> PollAt(SimulatedMarket* market, const PollTime& now) {
  std::vector<PriceUpdate> updates;
  EXPECT_GT(market->Poll(now, &updates), milliseconds(0));
  for (const PriceUpdate& update : updates) EXPECT_EQ(update.time, now.wall);
  return updates;
}

// All prices of `polls` intervals, as text.
std::string PricesOf(std::uint64_t seed, int polls) {
  SimulatedMarket::Options options;
  options.seed = seed;
  SimulatedMarket market(options);
  for (const char* symbol : {"AAPL", "TSLA", "MSFT"}) {
    market.Track(Sym(symbol), *market.PriceOf(Sym(symbol)));
  }
  std::string text;
  for (int i = 0; i <= polls; ++i) {
    for (const auto& update : PollAt(&market, After(seconds(2) * i))) {
      text += update.symbol.ToString() + update.price.ToString() + " ";
    }
  }
  return text;
}

TEST(SimulatedMarketTest, RepeatsARunByItsSeed) {
  const std::string run = PricesOf(1, 500);
  EXPECT_EQ(run, PricesOf(1, 500));
  EXPECT_NE(run, PricesOf(2, 500));
}

TEST(SimulatedMarketTest, GivesThesePricesOnEveryMachine) {
  EXPECT_EQ(PricesOf(1, 3),
            "AAPL870.10 TSLA330.14 MSFT833.25 "
            "AAPL869.44 TSLA330.50 MSFT832.83 "
            "AAPL869.34 TSLA330.23 MSFT829.52 ");
}

TEST(SimulatedMarketTest, HasAPriceForEverySymbol) {
  SimulatedMarket market;
  std::map<std::int64_t, int> seen;
  for (int i = 0; i < 1'000; ++i) {
    const Symbol symbol = Sym("S" + std::to_string(i));
    const Price price = *market.PriceOf(symbol);
    EXPECT_GE(price, PriceOf("10"));
    EXPECT_LE(price, PriceOf("1000"));
    EXPECT_EQ(price.decimals(), 2);
    EXPECT_EQ(market.PriceOf(symbol), price);
    ++seen[price.mantissa()];
  }
  EXPECT_GT(seen.size(), 900u);
  SimulatedMarket::Options options;
  options.seed = 2;
  EXPECT_NE(SimulatedMarket(options).PriceOf(Sym("S0")),
            market.PriceOf(Sym("S0")));
}

TEST(SimulatedMarketTest, AsksForNothingBeforeTheFirstInterval) {
  SimulatedMarket market;
  market.Track(Sym("A"), PriceOf("100"));
  std::vector<PriceUpdate> updates;
  EXPECT_EQ(market.Poll(kOpening, &updates), seconds(2));
  EXPECT_EQ(market.Poll(After(milliseconds(1'999)), &updates), milliseconds(1));
  EXPECT_TRUE(updates.empty());
  EXPECT_EQ(market.PriceOf(Sym("A")), PriceOf("100"));
}

TEST(SimulatedMarketTest, GivesOnePriceForEachSymbolInAnInterval) {
  SimulatedMarket market;
  for (const char* symbol : {"A", "B", "C"})
    market.Track(Sym(symbol), PriceOf("9"));
  PollAt(&market, kOpening);
  for (int i = 1; i < 50; ++i) {
    const auto updates = PollAt(&market, After(seconds(2) * i));
    ASSERT_EQ(updates.size(), 3u);
    EXPECT_EQ(updates[0].symbol, Sym("A"));
    EXPECT_EQ(updates[1].symbol, Sym("B"));
    EXPECT_EQ(updates[2].symbol, Sym("C"));
    EXPECT_EQ(market.PriceOf(Sym("B")), updates[1].price);
    EXPECT_TRUE(PollAt(&market, After(seconds(2) * i + seconds(1))).empty());
  }
}

TEST(SimulatedMarketTest, CatchesUpAfterALongPauseWithoutABurst) {
  SimulatedMarket market;
  market.Track(Sym("A"), PriceOf("100"));
  std::vector<PriceUpdate> updates;
  market.Poll(kOpening, &updates);
  const milliseconds late = hours(8) + milliseconds(500);
  EXPECT_EQ(market.Poll(After(late), &updates), milliseconds(1'500));
  EXPECT_EQ(updates.size(), 1u);
  EXPECT_EQ(market.Poll(After(late + milliseconds(1)), &updates),
            milliseconds(1'499));
  EXPECT_EQ(updates.size(), 1u);
}

TEST(SimulatedMarketTest, GoesOnWhenTheClockIsSetBack) {
  SimulatedMarket market;
  market.Track(Sym("A"), PriceOf("100"));
  PollAt(&market, kOpening);
  for (int i = 1; i < 10; ++i) {
    PollTime now = After(seconds(2) * i);
    now.wall -= hours(1);
    EXPECT_EQ(PollAt(&market, now).size(), 1u);
  }
}

TEST(SimulatedMarketTest, TakesItsIntervalFromItsOption) {
  SimulatedMarket::Options options;
  EXPECT_EQ(options.interval, seconds(2));
  std::vector<PriceUpdate> updates;
  options.interval = milliseconds(250);
  EXPECT_EQ(SimulatedMarket(options).Poll(kOpening, &updates),
            milliseconds(250));
  options.interval = milliseconds(0);
  EXPECT_EQ(SimulatedMarket(options).Poll(kOpening, &updates), milliseconds(1));
  options.interval = milliseconds::max();
  EXPECT_EQ(SimulatedMarket(options).Poll(kOpening, &updates), hours(24));
}

TEST(SimulatedMarketTest, FollowsWhatIsTrackedAndNothingElse) {
  SimulatedMarket market;
  EXPECT_TRUE(PollAt(&market, kOpening).empty());
  for (const char* symbol : {"A", "B", "C", "D"}) {
    market.Track(Sym(symbol), PriceOf("100"));
  }
  market.PriceOf(Sym("X"));
  market.Untrack(Sym("B"));
  market.Untrack(Sym("B"));
  market.Untrack(Sym("X"));
  const auto updates = PollAt(&market, After(seconds(2)));
  ASSERT_EQ(updates.size(), 3u);
  EXPECT_EQ(updates[0].symbol, Sym("A"));
  EXPECT_EQ(updates[1].symbol, Sym("D"));  // the last takes the place of B
  EXPECT_EQ(updates[2].symbol, Sym("C"));
  EXPECT_EQ(market.PriceOf(Sym("D")), updates[1].price);
  EXPECT_EQ(market.PriceOf(Sym("C")), updates[2].price);
  market.Untrack(Sym("C"));
  EXPECT_EQ(market.PriceOf(Sym("D")), updates[1].price);
}

TEST(SimulatedMarketTest, GoesOnFromAPriceGivenAnew) {
  SimulatedMarket market;
  market.Track(Sym("A"), PriceOf("100"));
  PollAt(&market, kOpening);
  market.Track(Sym("A"), PriceOf("5000"));
  EXPECT_EQ(market.PriceOf(Sym("A")), PriceOf("5000"));
  const auto updates = PollAt(&market, After(seconds(2)));
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_NEAR(updates[0].price.ToDouble(), 5'000, 100);
}

// The prices of one symbol from `start` on.
std::vector<Price> Walk(SimulatedMarket::Options options, Price start,
                        int polls) {
  SimulatedMarket market(options);
  market.Track(Sym("A"), start);
  std::vector<Price> prices;
  for (int i = 0; i <= polls; ++i) {
    for (const auto& update : PollAt(&market, After(options.interval * i))) {
      prices.push_back(update.price);
    }
  }
  return prices;
}

TEST(SimulatedMarketTest, RoundsToTheTickOfThePrice) {
  struct Case {
    const char* start;
    const char* least;  // what the walk stays above
    int decimals;       // of its tick
  };
  for (const Case& c :
       {Case{"150", "1", 2}, Case{"92000000000", "1", 2},
        Case{"0.5", "0.01", 4}, Case{"0.005", "0.0001", 6},
        Case{"0.000005", "0.00000001", 8}, Case{"150.12345678901", "1", 2},
        Case{"0.0000000001", "0.00000001", 8}, Case{"0", "0.00000001", 8},
        Case{"-37.63", "0.00000001", 8}}) {
    bool moved = false;
    for (const Price price : Walk({}, PriceOf(c.start), 200)) {
      ASSERT_GE(price, PriceOf(c.least));
      EXPECT_EQ(price.decimals(), c.decimals) << price.ToString();
      moved = moved || price != PriceOf(c.start);
    }
    EXPECT_TRUE(moved) << c.start;
  }
}

TEST(SimulatedMarketTest, AddsUpStepsSmallerThanATick) {
  // At this speed a step is a hundredth of a tick or so: rounding each time
  // would never get anywhere.
  SimulatedMarket::Options options;
  options.speed = 0.1;
  bool moved = false;
  for (const Price price : Walk(options, PriceOf("1.01"), 100'000)) {
    moved = moved || price != PriceOf("1.01");
  }
  EXPECT_TRUE(moved);
}

TEST(SimulatedMarketTest, NeverFallsToZeroHoweverWildItIs) {
  for (const double speed :
       {1e6, 1e12, 1e100, 1e308, -1.0, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    SimulatedMarket::Options options;
    options.speed = speed;
    options.interval = hours(24);
    for (const char* start :
         {"0.00000001", "150", "999999999999999999", "-150"}) {
      const auto prices = Walk(options, PriceOf(start), 1'000);
      EXPECT_EQ(prices.size(), 1'000u);
      for (const Price price : prices) {
        ASSERT_GT(price.mantissa(), 0) << speed;
        ASSERT_LE(price, Price::Max()) << speed;
      }
    }
  }
}

// `--stock X=0` is a price that a stock may have; the market does not stay
// there.
TEST(SimulatedMarketTest, GoesOnAboveZeroFromZeroAndBelow) {
  for (const char* price : {"0", "0.00", "-37.63"}) {
    SimulatedMarket market;
    market.Track(Sym("X"), PriceOf(price));
    PollAt(&market, kOpening);
    for (int i = 1; i <= 50; ++i) {
      const auto updates = PollAt(&market, After(seconds(2) * i));
      ASSERT_EQ(updates.size(), 1u) << price;
      EXPECT_GT(updates[0].price, Price()) << price;
    }
  }
}

TEST(SimulatedMarketTest, StandsStillAtSpeedZero) {
  SimulatedMarket::Options options;
  options.speed = 0;
  for (const Price price : Walk(options, PriceOf("150.25"), 100)) {
    EXPECT_EQ(price, PriceOf("150.25"));
  }
}

// The spread of one symbol's steps, as a year's volatility.
double MeasuredVolatility(std::string_view symbol) {
  SimulatedMarket::Options options;
  options.speed = 1;
  options.interval = hours(1);
  SimulatedMarket market(options);
  double previous = std::log(1e6);
  market.Track(Sym(symbol), PriceOf("1000000"));
  PollAt(&market, kOpening);
  double sum = 0;
  double squares = 0;
  constexpr int kSteps = 10'000;
  for (int i = 1; i <= kSteps; ++i) {
    const auto updates = PollAt(&market, After(hours(1) * i));
    const double value = std::log(updates[0].price.ToDouble());
    sum += value - previous;
    squares += (value - previous) * (value - previous);
    previous = value;
  }
  const double mean = sum / kSteps;
  const double variance = squares / kSteps - mean * mean;
  return std::sqrt(variance * 252 * 6.5);
}

TEST(SimulatedMarketTest, GivesEachSymbolAVolatilityOfItsOwn) {
  double least = 1;
  double most = 0;
  for (const char* symbol :
       {"AAPL", "TSLA", "MSFT", "NVDA", "BTC-USD", "A", "B", "C", "D", "E"}) {
    const double volatility = MeasuredVolatility(symbol);
    EXPECT_GT(volatility, 0.14) << symbol;
    EXPECT_LT(volatility, 0.68) << symbol;
    least = std::min(least, volatility);
    most = std::max(most, volatility);
  }
  EXPECT_GT(most, 1.5 * least);
}

TEST(SimulatedMarketTest, IgnoresItsWakeCallback) {
  SimulatedMarket market;
  int woken = 0;
  market.SetWake([&woken] { ++woken; });
  market.Track(Sym("A"), PriceOf("100"));
  PollAt(&market, kOpening);
  PollAt(&market, After(seconds(2)));
  EXPECT_EQ(woken, 0);
}

}  // namespace
}  // namespace tickerhub
