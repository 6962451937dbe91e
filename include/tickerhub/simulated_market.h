#ifndef TICKERHUB_SIMULATED_MARKET_H_
#define TICKERHUB_SIMULATED_MARKET_H_

// A market that does not exist: each tracked symbol follows a geometric
// Brownian motion with a volatility of its own, rounded to the tick of its
// price (0.01 from 1 upwards, 0.0001 below 1, finer for what is cheaper still),
// and never falls to zero. Every symbol has a price, so clients can add
// whatever they like.
//
// The same seed, the same symbols and the same polls give the same prices, on
// every machine.
//
// Threads: as PriceSource.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "tickerhub/price_source.h"

namespace tickerhub {

class SimulatedMarket : public PriceSource {
 public:
  struct Options {
    /// A new price for every symbol, this often. At least 1 ms.
    std::chrono::milliseconds interval{2000};
    /// Makes a run repeatable.
    std::uint64_t seed = 1;
    /// Market seconds in one second of waiting: above 1 prices move faster
    /// than real ones do. At 30, one interval of 2 s is a market minute.
    double speed = 30.0;
  };

  SimulatedMarket() : SimulatedMarket(Options()) {}
  explicit SimulatedMarket(Options options);

  /// Between 10 and 1,000, always the same for a symbol and a seed; a tracked
  /// symbol's newest price.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  void Track(const Symbol& symbol, Price price) override;
  Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) override;
  /// Never wakes anybody: it knows when its next price is due.
  void SetWake(std::function<void()> wake) override;

 private:
  struct Walk {
    Symbol symbol;
    Price price;
    double volatility;  // a year's, 0.30 = 30 %
  };

  double NextNormal();
  Price NextPrice(const Walk& walk);

  Options options_;
  std::mt19937_64 random_;
  std::vector<Walk> walks_;
  std::optional<double> spare_normal_;
  std::optional<Timestamp> next_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SIMULATED_MARKET_H_
