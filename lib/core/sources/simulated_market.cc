#include "tickerhub/simulated_market.h"

#include <algorithm>
#include <cmath>

#include "sources/repeatable_math.h"

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

// Of a walk's value; its price is rounded from it.
constexpr double kLeastValue = 1e-8;
constexpr double kMostValue = 9e10;

std::int64_t TickOf(std::int64_t units) {
  if (units >= Price::kUnitsPerOne) return 1'000'000;     // 0.01 from 1
  if (units >= Price::kUnitsPerOne / 100) return 10'000;  // 0.0001 from 0.01
  if (units >= Price::kUnitsPerOne / 10'000) return 100;  // from 0.0001
  return 1;
}

Price RoundToTick(double value) {
  const Price::ParseResult exact = Price::FromDouble(value);
  if (!exact.ok()) return Price();  // too small for one unit
  const std::int64_t units = exact.price.units();
  const std::int64_t tick = TickOf(units);
  return Price::FromUnits((units + tick / 2) / tick * tick);
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
  const auto above = static_cast<std::int64_t>(
      internal::Scramble(ScrambledName(symbol)) % kPrices);
  return Price::FromUnits((kFirstCents + above) * kCent);
}

void SimulatedMarket::Track(const Symbol& symbol, Price price) {
  const auto found = places_.find(symbol);
  if (found != places_.end()) {
    Walk& walk = walks_[found->second];
    walk.price = price;
    walk.value = price.ToDouble();
    return;
  }
  const std::uint64_t volatility =
      kLeastVolatility +
      ScrambledName(symbol) % (kMostVolatility - kLeastVolatility + 1);
  const double years = static_cast<double>(options_.interval.count()) / 1000 *
                       options_.speed / kTradingYearSeconds;
  const double sigma =
      static_cast<double>(volatility) / 10'000 * std::sqrt(years);
  places_.emplace(symbol, walks_.size());
  // The drift keeps the expected price where it is.
  walks_.push_back(
      {symbol, price, price.ToDouble(), -sigma * sigma / 2, sigma});
}

void SimulatedMarket::Untrack(const Symbol& symbol) {
  const auto found = places_.find(symbol);
  if (found == places_.end()) return;
  const std::size_t gap = found->second;
  places_.erase(found);
  walks_.erase(walks_.begin() + static_cast<std::ptrdiff_t>(gap));
  for (std::size_t i = gap; i < walks_.size(); ++i) {
    places_.find(walks_[i].symbol)->second = i;
  }
}

Timestamp SimulatedMarket::Poll(Timestamp now,
                                std::vector<PriceUpdate>* updates) {
  const milliseconds interval = options_.interval;
  // At the first poll there is nothing to tell yet; nor is there when the clock
  // was set back, and then the next price must not wait for it.
  if (!next_ || *next_ - interval > now) next_ = now + interval;
  if (now < *next_) return *next_;

  updates->reserve(updates->size() + walks_.size());
  for (Walk& walk : walks_) {
    Step(&walk);
    updates->push_back({walk.symbol, walk.price, now});
  }
  // What was missed in a pause is left out, but the rhythm is kept.
  *next_ += ((now - *next_) / interval + 1) * interval;
  return *next_;
}

void SimulatedMarket::SetWake(std::function<void()> /*wake*/) {}

// Not Symbol::Hash(), which differs from run to run.
std::uint64_t SimulatedMarket::ScrambledName(const Symbol& symbol) const {
  std::uint64_t name = options_.seed;
  for (const char c : symbol.view()) {
    name = internal::Scramble(name ^ static_cast<unsigned char>(c));
  }
  return name;
}

double SimulatedMarket::NextNormal() {
  if (spare_normal_) {
    const double normal = *spare_normal_;
    spare_normal_.reset();
    return normal;
  }
  const internal::NormalPair pair = internal::NextNormals(&random_);
  spare_normal_ = pair.second;
  return pair.first;
}

void SimulatedMarket::Step(Walk* walk) {
  const double growth =
      internal::RepeatableExp(walk->drift + walk->sigma * NextNormal());
  walk->value = std::clamp(walk->value * growth, kLeastValue, kMostValue);
  walk->price = RoundToTick(walk->value);
}

}  // namespace tickerhub
