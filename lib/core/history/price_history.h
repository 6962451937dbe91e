#ifndef TICKERHUB_LIB_CORE_HISTORY_PRICE_HISTORY_H_
#define TICKERHUB_LIB_CORE_HISTORY_PRICE_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "history/bounded_ring.h"
#include "tickerhub/history_options.h"
#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

struct KeptPrice {
  Price price;
  Timestamp time;
};

/// The prices of one minute.
struct Candle {
  Timestamp start;
  Price open;
  Price high;
  Price low;
  Price close;
  /// By how much the volume of the day grew, as far as it is known.
  std::optional<Price> volume;
};

/// The recent past of each stock. A price is taken at its own time, but not
/// after the moment when it came. One that is older than the newest of its
/// stock is late: it raises the high or lowers the low of the candle of its
/// minute, if that is kept, and changes nothing else.
///
/// When the wall clock is set back by more than a second, what lies ahead of it
/// is given up: those times were wrong.
class PriceHistory {
 public:
  /// What is known of one stock, the oldest first.
  struct Stock {
    BoundedRing<KeptPrice> prices;
    BoundedRing<Candle> candles;
    std::optional<Timestamp> newest;
    std::optional<Price> day_volume;   // the newest
    std::optional<Price> base_volume;  // at the start of the newest candle
    Timestamp volume_time = Timestamp::min();
  };

  /// `arrival_order`: a price that comes late is taken as one of now.
  PriceHistory(const HistoryOptions& options, bool arrival_order);

  /// A price, the volume of the day, or both.
  void Take(const Symbol& symbol, const Price* price, const Price* volume,
            Timestamp time, Timestamp now);
  void Forget(const Symbol& symbol);

  /// Null if there is nothing.
  const Stock* Find(const Symbol& symbol) const;

  std::size_t bytes() const { return memory_.used; }
  /// Times that something was given up because of max_bytes.
  std::uint64_t cut() const { return memory_.refused; }

 private:
  static void ForgetAhead(Timestamp now, Stock* stock);
  void TakePrice(Price price, Timestamp time, Stock* stock);
  static void TakeVolume(Price volume, Timestamp time, Stock* stock);
  void AddToPrices(Price price, Timestamp time, Stock* stock);
  void AddToCandles(Price price, Timestamp time, Stock* stock);
  static void TakeLate(Price price, Timestamp time, Stock* stock);
  void DropOld(Stock* stock) const;

  const HistoryOptions options_;
  const bool arrival_order_;
  RingMemory memory_;
  std::unordered_map<Symbol, Stock> stocks_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_HISTORY_PRICE_HISTORY_H_
