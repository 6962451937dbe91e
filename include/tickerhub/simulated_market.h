#ifndef TICKERHUB_SIMULATED_MARKET_H_
#define TICKERHUB_SIMULATED_MARKET_H_

// A SimulatedMarket makes up prices, for demonstrations and load tests. Each
// tracked symbol walks at random with a volatility of its own, 15 % to 65 % a
// year. Prices are multiples of a tick: 0.01 from 1 upwards, 0.0001 from 0.01
// upwards, finer below. No price falls to zero. Every symbol has a price, so
// clients can add any symbol.
//
//     tickerhub::SimulatedMarket::Options options;
//     options.interval = std::chrono::milliseconds(500);
//     tickerhub::SimulatedMarket market(options);
//     tracker.Follow(market);
//
// After a long pause (a suspended laptop) each symbol gets one new price, not
// all that were missed.
//
// The same seed, symbols and number of intervals give the same prices on every
// machine.
//
// Threads: see PriceSource.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

class TICKERHUB_EXPORT SimulatedMarket : public PriceSource {
 public:
  struct Options {
    /// Every symbol gets a new price this often. From 1 ms to a day; a value
    /// outside becomes the nearer bound.
    std::chrono::milliseconds interval{2000};
    /// Another seed gives other prices.
    std::uint64_t seed = 1;
    /// Market seconds in one second. Above 1 prices move more than real ones.
    /// At 0 they stand still. At 30 an interval of 2 s is one market minute.
    double speed = 30.0;
  };

  SimulatedMarket() : SimulatedMarket(Options()) {}
  explicit SimulatedMarket(const Options& options);
  ~SimulatedMarket() override;

  /// Returns the newest price of a tracked symbol. Returns a price from 10 to
  /// 1,000 for any other symbol, always the same with the same seed.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  /// The symbol walks on from `price`, also if it was tracked already. It walks
  /// from 0.00000001 to 90,000,000,000: a price outside, also one of zero or
  /// below, becomes the nearer bound with the next step.
  void Track(const Symbol& symbol, Price price) override;
  void Untrack(const Symbol& symbol) override;
  std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SIMULATED_MARKET_H_
