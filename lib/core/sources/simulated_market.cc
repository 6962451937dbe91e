#include "tickerhub/simulated_market.h"

#include <algorithm>
#include <bitset>
#include <cmath>

#include "prices/uint128.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

// 252 days of six and a half hours.
constexpr double kTradingYearSeconds = 252 * 6.5 * 3600;

// Prices that are made up: 10.00 to 1000.00.
constexpr std::int64_t kCent = Price::kUnitsPerOne / 100;
constexpr std::int64_t kFirstCents = 1'000;
constexpr std::int64_t kLastCents = 100'000;

// In hundredths of a percent a year.
constexpr std::uint64_t kLeastVolatility = 1'500;
constexpr std::uint64_t kMostVolatility = 6'500;

// Of a walk, in units; rounding to a tick stays within Price::Max().
constexpr std::uint64_t kMostUnits = 9'000'000'000'000'000'000;

// One step changes a price by half of it at most.
constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;

std::int64_t TickOf(std::int64_t units) {
  if (units >= Price::kUnitsPerOne) return 1'000'000;     // 0.01 from 1
  if (units >= Price::kUnitsPerOne / 100) return 10'000;  // 0.0001 from 0.01
  if (units >= Price::kUnitsPerOne / 10'000) return 100;  // from 0.0001
  return 1;
}

Price RoundToTick(std::uint64_t units) {
  const auto exact = static_cast<std::int64_t>(units);
  const std::int64_t tick = TickOf(exact);
  return Price::FromUnits((exact + tick / 2) / tick * tick);
}

// Neighbours become strangers (SplitMix64).
std::uint64_t Scramble(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

}  // namespace

SimulatedMarket::SimulatedMarket(const Options& options)
    : options_(options), random_(options.seed) {
  options_.interval = std::clamp<milliseconds>(
      options_.interval, milliseconds(1), std::chrono::hours(24));
}

std::optional<Price> SimulatedMarket::PriceOf(const Symbol& symbol) {
  const auto found = places_.find(symbol);
  if (found != places_.end()) return walks_[found->second].price;
  constexpr std::uint64_t kPrices = kLastCents - kFirstCents + 1;
  const auto above =
      static_cast<std::int64_t>(Scramble(ScrambledName(symbol)) % kPrices);
  return Price::FromUnits((kFirstCents + above) * kCent);
}

void SimulatedMarket::Track(const Symbol& symbol, Price price) {
  const auto units = static_cast<std::uint64_t>(price.units());
  const auto [found, is_new] = places_.emplace(symbol, walks_.size());
  if (!is_new) {
    Walk& walk = walks_[found->second];
    walk.price = price;
    walk.units = units;
    walk.remainder = 0;
    return;
  }
  const std::uint64_t volatility =
      kLeastVolatility +
      ScrambledName(symbol) % (kMostVolatility - kLeastVolatility + 1);
  const double years = static_cast<double>(options_.interval.count()) / 1000 *
                       options_.speed / kTradingYearSeconds;
  // Written so that a speed that is not a number, or below zero, gives 0.
  double sigma = static_cast<double>(volatility) / 10'000 * std::sqrt(years);
  sigma = sigma > 0 ? std::min(sigma, 4.0) : 0;
  const auto step = static_cast<std::uint64_t>(sigma / 4 * 4'294'967'296.0);
  walks_.push_back({symbol, price, units, 0, step});
}

void SimulatedMarket::Untrack(const Symbol& symbol) {
  const auto found = places_.find(symbol);
  if (found == places_.end()) return;
  const std::size_t gap = found->second;
  places_.erase(found);
  if (gap + 1 < walks_.size()) {  // the last walk takes its place
    walks_[gap] = walks_.back();
    places_.find(walks_[gap].symbol)->second = gap;
  }
  walks_.pop_back();
}

std::optional<milliseconds> SimulatedMarket::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  const milliseconds interval = options_.interval;
  if (!next_) next_ = now.steady + interval;  // nothing to tell yet
  if (now.steady >= *next_) {
    updates->reserve(updates->size() + walks_.size());
    for (Walk& walk : walks_) {
      Step(&walk);
      updates->push_back({walk.symbol, walk.price, now.wall});
    }
    // What was missed in a pause is left out, but the rhythm is kept.
    *next_ += ((now.steady - *next_) / interval + 1) * interval;
  }
  return std::chrono::ceil<milliseconds>(*next_ - now.steady);
}

// Not Symbol::Hash(), which may differ from run to run.
std::uint64_t SimulatedMarket::ScrambledName(const Symbol& symbol) const {
  std::uint64_t name = options_.seed;
  for (const char c : symbol.view()) {
    name = Scramble(name ^ static_cast<unsigned char>(c));
  }
  return name;
}

// The heads among 64 coins are binomial: mean 32, standard deviation 4. Whole
// numbers only, so that the walk is the same on every machine.
void SimulatedMarket::Step(Walk* walk) {
  const auto heads = static_cast<int>(std::bitset<64>(random_()).count());
  const auto distance = static_cast<std::uint64_t>(std::abs(heads - 32));
  const std::uint64_t size = std::min(walk->step * distance, kHalf);
  internal::Uint128 value =
      (static_cast<internal::Uint128>(walk->units) << 32) | walk->remainder;
  const internal::Uint128 change = (value * size) >> 32;
  value = heads < 32 ? value - change : value + change;
  walk->units = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(value >> 32), 1, kMostUnits);
  walk->remainder = static_cast<std::uint32_t>(value);
  walk->price = RoundToTick(walk->units);
}

}  // namespace tickerhub
