#include "tickerhub/simulated_market.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <cstddef>
#include <random>
#include <unordered_map>

#include "prices/uint128.h"
#include "text/scaled_price.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

// 252 days of six and a half hours.
constexpr double kTradingYearSeconds = 252 * 6.5 * 3600;

// A walk counts in units of 10^-8.
constexpr int kDecimals = 8;
constexpr std::int64_t kUnitsPerOne = 100'000'000;

// Prices that are made up: 10.00 to 1000.00.
constexpr std::int64_t kFirstCents = 1'000;
constexpr std::int64_t kLastCents = 100'000;

// In hundredths of a percent a year.
constexpr std::uint64_t kLeastVolatility = 1'500;
constexpr std::uint64_t kMostVolatility = 6'500;

// Of a walk, in units: 90,000,000,000.
constexpr std::uint64_t kMostUnits = 9'000'000'000'000'000'000;

// One step changes a price by half of it at most.
constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;

struct Tick {
  std::int64_t units;
  int decimals;
};

Tick TickOf(std::int64_t units) {
  if (units >= kUnitsPerOne) return {1'000'000, 2};     // 0.01 from 1
  if (units >= kUnitsPerOne / 100) return {10'000, 4};  // 0.0001 from 0.01
  if (units >= kUnitsPerOne / 10'000) return {100, 6};  // from 0.0001
  return {1, kDecimals};
}

Price RoundToTick(std::uint64_t units) {
  const auto exact = static_cast<std::int64_t>(units);
  const Tick tick = TickOf(exact);
  return Price::Of((exact + tick.units / 2) / tick.units, tick.decimals);
}

// Where a walk from `price` begins: above zero.
std::uint64_t FirstUnits(Price price) {
  const int finer = price.decimals() - kDecimals;
  const internal::Int128 units =
      finer > 0 ? price.mantissa() / internal::PowerOfTen(finer)
                : internal::Scaled(price, kDecimals);
  return static_cast<std::uint64_t>(
      std::clamp<internal::Int128>(units, 1, kMostUnits));
}

// Neighbours become strangers (SplitMix64).
std::uint64_t Scramble(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

struct Walk {
  Symbol symbol;
  Price price;  // the newest, rounded to its tick
  // The same before rounding, so that small steps add up: units of the price
  // and the remainder in units of 2^-32.
  std::uint64_t units;
  std::uint32_t remainder;
  std::uint64_t step;  // a quarter standard deviation, in 2^-32 of the price
};

}  // namespace

// Hidden for the sake of <random>, which takes long to compile.
struct SimulatedMarket::Impl {
  explicit Impl(const Options& given) : options(given), random(given.seed) {
    options.interval = std::clamp<milliseconds>(
        options.interval, milliseconds(1), std::chrono::hours(24));
  }

  std::uint64_t ScrambledName(const Symbol& symbol) const;
  void Step(Walk* walk);

  Options options;
  std::mt19937_64 random;
  std::vector<Walk> walks;
  std::unordered_map<Symbol, std::size_t> places;  // in walks
  std::optional<SteadyTime> next;
};

SimulatedMarket::SimulatedMarket(const Options& options)
    : impl_(std::make_unique<Impl>(options)) {}

SimulatedMarket::~SimulatedMarket() = default;

std::optional<Price> SimulatedMarket::PriceOf(const Symbol& symbol) {
  const auto found = impl_->places.find(symbol);
  if (found != impl_->places.end()) return impl_->walks[found->second].price;
  constexpr std::uint64_t kPrices = kLastCents - kFirstCents + 1;
  const auto above = static_cast<std::int64_t>(
      Scramble(impl_->ScrambledName(symbol)) % kPrices);
  return Price::Of(kFirstCents + above, 2);
}

void SimulatedMarket::Track(const Symbol& symbol, Price price) {
  const std::uint64_t units = FirstUnits(price);
  const auto [found, is_new] =
      impl_->places.emplace(symbol, impl_->walks.size());
  if (!is_new) {
    Walk& walk = impl_->walks[found->second];
    walk.price = price;
    walk.units = units;
    walk.remainder = 0;
    return;
  }
  const std::uint64_t volatility =
      kLeastVolatility +
      impl_->ScrambledName(symbol) % (kMostVolatility - kLeastVolatility + 1);
  const double years = static_cast<double>(impl_->options.interval.count()) /
                       1000 * impl_->options.speed / kTradingYearSeconds;
  // Written so that a speed that is not a number, or below zero, gives 0.
  double sigma = static_cast<double>(volatility) / 10'000 * std::sqrt(years);
  sigma = sigma > 0 ? std::min(sigma, 4.0) : 0;
  const auto step = static_cast<std::uint64_t>(sigma / 4 * 4'294'967'296.0);
  impl_->walks.push_back({symbol, price, units, 0, step});
}

void SimulatedMarket::Untrack(const Symbol& symbol) {
  const auto found = impl_->places.find(symbol);
  if (found == impl_->places.end()) return;
  const std::size_t gap = found->second;
  impl_->places.erase(found);
  if (gap + 1 < impl_->walks.size()) {  // the last walk takes its place
    impl_->walks[gap] = impl_->walks.back();
    impl_->places.find(impl_->walks[gap].symbol)->second = gap;
  }
  impl_->walks.pop_back();
}

std::optional<milliseconds> SimulatedMarket::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  const milliseconds interval = impl_->options.interval;
  if (!impl_->next) impl_->next = now.steady + interval;  // nothing to tell yet
  if (now.steady >= *impl_->next) {
    updates->reserve(updates->size() + impl_->walks.size());
    for (Walk& walk : impl_->walks) {
      impl_->Step(&walk);
      updates->push_back({walk.symbol, walk.price, now.wall});
    }
    // What was missed in a pause is left out, but the rhythm is kept.
    *impl_->next += ((now.steady - *impl_->next) / interval + 1) * interval;
  }
  return std::chrono::ceil<milliseconds>(*impl_->next - now.steady);
}

// Not Symbol::Hash(), which may differ from run to run.
std::uint64_t SimulatedMarket::Impl::ScrambledName(const Symbol& symbol) const {
  std::uint64_t name = options.seed;
  for (const char c : symbol.view()) {
    name = Scramble(name ^ static_cast<unsigned char>(c));
  }
  return name;
}

// The heads among 64 coins are binomial: mean 32, standard deviation 4. Whole
// numbers only, so that the walk is the same on every machine.
void SimulatedMarket::Impl::Step(Walk* walk) {
  const auto heads = static_cast<int>(std::bitset<64>(random()).count());
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
