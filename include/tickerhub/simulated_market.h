#ifndef TICKERHUB_SIMULATED_MARKET_H_
#define TICKERHUB_SIMULATED_MARKET_H_

// A market that does not exist: each tracked symbol follows a geometric
// Brownian motion with a volatility of its own (15 % to 65 % a year), rounded
// to the tick of its price (0.01 from 1 upwards, 0.0001 below 1, finer for what
// is cheaper still), and never falls to zero. Every symbol has a price, so
// clients can add whatever they like.
//
// After a long pause (a suspended laptop) there is one new price for each
// symbol, not all those that were missed.
//
// The same seed, the same symbols and the same polls give the same prices, on
// every machine.
//
// Threads: as PriceSource.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <unordered_map>
#include <vector>

#include "tickerhub/price_source.h"

namespace tickerhub {

class SimulatedMarket : public PriceSource {
 public:
  struct Options {
    /// A new price for every symbol, this often: 1 ms to a day (what is outside
    /// is moved to the nearer of them).
    std::chrono::milliseconds interval{2000};
    /// Makes a run repeatable.
    std::uint64_t seed = 1;
    /// Market seconds in one second of waiting: above 1 prices move faster
    /// than real ones do; at 0 they stand still. At 30, one interval of 2 s is
    /// a market minute.
    double speed = 30.0;
  };

  SimulatedMarket() : SimulatedMarket(Options()) {}
  explicit SimulatedMarket(const Options& options);

  /// Between 10 and 1,000, always the same for a symbol and a seed; a tracked
  /// symbol's newest price.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  /// A symbol that is tracked already goes on from `price`.
  void Track(const Symbol& symbol, Price price) override;
  void Untrack(const Symbol& symbol) override;
  Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) override;
  /// Never wakes anybody: it knows when its next price is due.
  void SetWake(std::function<void()> wake) override;

 private:
  struct Walk {
    Symbol symbol;
    Price price;   // what was shown last
    double value;  // the same before rounding: small steps add up
    double drift;  // of the logarithm, in one interval
    double sigma;  // its standard deviation, in one interval
  };

  std::uint64_t ScrambledName(const Symbol& symbol) const;
  double NextNormal();
  void Step(Walk* walk);

  Options options_;
  std::mt19937_64 random_;
  std::vector<Walk> walks_;
  std::unordered_map<Symbol, std::size_t> places_;  // in walks_
  std::optional<double> spare_normal_;
  std::optional<Timestamp> next_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SIMULATED_MARKET_H_
