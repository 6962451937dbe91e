#include "history/price_history.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "tickerhub/stock_book.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

// The beginning of the slot that `time` is in, also before 1970.
Timestamp SlotOf(Timestamp time, milliseconds length) {
  const auto since = time.time_since_epoch() % length;
  return time - (since.count() < 0 ? since + length : since);
}

Timestamp MinuteOf(Timestamp time) {
  return SlotOf(time, std::chrono::minutes(1));
}

}  // namespace

PriceHistory::PriceHistory(const HistoryOptions& options, bool arrival_order)
    : options_(options), arrival_order_(arrival_order) {
  memory_.limit = options.max_bytes;
}

void PriceHistory::Take(const Symbol& symbol, const Price* price,
                        const Price* volume, Timestamp time, Timestamp now) {
  Stock& stock = stocks_[symbol];
  ForgetAhead(now, &stock);
  // The price first: it may begin the candle that the volume belongs to.
  if (price != nullptr) TakePrice(*price, std::min(time, now), &stock);
  if (volume != nullptr) TakeVolume(*volume, std::min(time, now), &stock);
}

void PriceHistory::Forget(const Symbol& symbol) {
  const auto found = stocks_.find(symbol);
  if (found == stocks_.end()) return;
  found->second.prices.Release(&memory_);
  found->second.candles.Release(&memory_);
  stocks_.erase(found);
}

const PriceHistory::Stock* PriceHistory::Find(const Symbol& symbol) const {
  const auto found = stocks_.find(symbol);
  return found == stocks_.end() ? nullptr : &found->second;
}

void PriceHistory::ForgetAhead(Timestamp now, Stock* stock) {
  const Timestamp most = now + StockBook::kMostAhead;
  if (stock->volume_time > most) stock->volume_time = Timestamp::min();
  if (!stock->newest || *stock->newest <= most) return;
  auto& prices = stock->prices;
  auto& candles = stock->candles;
  while (!prices.empty() && prices.back().time > now) prices.PopNewest();
  while (!candles.empty() && candles.back().start > now) candles.PopNewest();
  stock->newest.reset();
  if (!candles.empty()) stock->newest = candles.back().start;
  if (!prices.empty()) {
    stock->newest = std::max(stock->newest, std::optional(prices.back().time));
  }
}

void PriceHistory::TakePrice(Price price, Timestamp time, Stock* stock) {
  if (stock->newest && time < *stock->newest) {
    if (!arrival_order_) return TakeLate(price, time, stock);
    time = *stock->newest;
  }
  stock->newest = time;
  if (options_.max_prices > 0) AddToPrices(price, time, stock);
  if (options_.max_candles > 0) AddToCandles(price, time, stock);
  if (options_.max_age.count() > 0) DropOld(stock);
}

void PriceHistory::AddToPrices(Price price, Timestamp time, Stock* stock) {
  auto& prices = stock->prices;
  if (!prices.empty()) {
    const milliseconds spacing = options_.spacing;
    KeptPrice& last = prices.back();
    if (spacing.count() > 0 &&
        SlotOf(last.time, spacing) == SlotOf(time, spacing)) {
      last = {price, time};
      return;
    }
    if (last.price == price) return;  // it holds until the next one
  }
  prices.Push({price, time}, options_.max_prices, &memory_);
}

void PriceHistory::AddToCandles(Price price, Timestamp time, Stock* stock) {
  auto& candles = stock->candles;
  const Timestamp minute = MinuteOf(time);
  if (candles.empty() || candles.back().start != minute) {
    stock->base_volume = stock->day_volume;
    candles.Push({minute, price, price, price, price, {}}, options_.max_candles,
                 &memory_);
    if (candles.empty()) return;
  }
  Candle& candle = candles.back();
  candle.high = std::max(candle.high, price);
  candle.low = std::min(candle.low, price);
  candle.close = price;
}

void PriceHistory::TakeLate(Price price, Timestamp time, Stock* stock) {
  const Timestamp minute = MinuteOf(time);
  auto& candles = stock->candles;
  for (std::size_t i = candles.size(); i > 0; --i) {
    Candle& candle = candles[i - 1];
    if (candle.start < minute) return;
    if (candle.start > minute) continue;
    candle.high = std::max(candle.high, price);
    candle.low = std::min(candle.low, price);
    return;
  }
}

void PriceHistory::TakeVolume(Price volume, Timestamp time, Stock* stock) {
  if (time < stock->volume_time) return;
  stock->volume_time = time;
  stock->day_volume = volume;
  // Below it a day has begun, or trades were cancelled: how much was traded
  // since the candle began is not known.
  if (!stock->base_volume || volume < *stock->base_volume) {
    stock->base_volume = volume;
  }
  if (stock->candles.empty()) return;
  stock->candles.back().volume = Difference(volume, *stock->base_volume);
}

void PriceHistory::DropOld(Stock* stock) const {
  const Timestamp oldest = *stock->newest - options_.max_age;
  while (stock->prices.size() > 1 && stock->prices[0].time < oldest) {
    stock->prices.PopOldest();
  }
  while (stock->candles.size() > 1 && stock->candles[0].start < oldest) {
    stock->candles.PopOldest();
  }
}

}  // namespace tickerhub::internal
