#ifndef TICKERHUB_HISTORY_OPTIONS_H_
#define TICKERHUB_HISTORY_OPTIONS_H_

// How much of the past a StockTracker keeps of each stock: the newest prices,
// and candles of a minute each (open, high, low, close, volume). Clients ask
// for it with `history`, programs with GET /api/stocks/SYMBOL/history
// (docs/protocol.md). Nothing is kept by default, and that costs nothing.
//
//     tickerhub::StockTracker::Options options;
//     options.history.max_prices = 60;     // a small line on a page
//     options.history.max_candles = 1440;  // a day
//
// Memory: 24 bytes a price and 96 bytes a candle. The room of a stock doubles
// as they come, up to the limits. A stock that trades in each minute of 6.5
// hours takes 51 KB with these options.
//
// Threads: a value; use it from any thread as you use an int.

#include <chrono>
#include <cstddef>

#include "tickerhub/client_budget.h"
#include "tickerhub/export.h"

namespace tickerhub {

struct TICKERHUB_EXPORT HistoryOptions {
  /// The most prices that are kept of each stock. 0: none.
  std::size_t max_prices = 0;
  /// Of the prices within a slot of this length, the newest is kept. 0: each
  /// price that is another than the one before.
  std::chrono::milliseconds spacing{1'000};
  /// The most candles that are kept of each stock. 0: none.
  std::size_t max_candles = 0;
  /// Prices and candles go when the newest price of their stock is this much
  /// newer. 0: at no age.
  std::chrono::milliseconds max_age = std::chrono::hours(24);
  /// The most bytes for all stocks together. Past it, a stock that needs more
  /// gives up its oldest instead, and a stock that has nothing yet gets
  /// nothing. Counted as StockTracker::Counters::history_cut.
  std::size_t max_bytes = std::size_t{64} << 20;
  /// The most prices in an answer; a candle counts as three. A request for more
  /// is refused with `invalid-field`.
  std::size_t max_answer = 3'000;
  /// How often clients may ask. A request beyond is refused with
  /// `rate-limited`. Over HTTP a request is charged to its address and to all,
  /// but not one from this machine.
  ClientBudget requests{{2, 20}, {10, 200}, {100, 1'000}};

  bool is_on() const { return max_prices > 0 || max_candles > 0; }
};

}  // namespace tickerhub

#endif  // TICKERHUB_HISTORY_OPTIONS_H_
