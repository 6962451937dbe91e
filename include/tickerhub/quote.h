#ifndef TICKERHUB_QUOTE_H_
#define TICKERHUB_QUOTE_H_

// A Quote is what a StockBook knows of one symbol. A PriceUpdate is one new
// price, as feeds bring them and books take them.
//
//     std::vector<tickerhub::PriceUpdate> updates;
//     updates.push_back({tickerhub::Symbol::Parse("AAPL").value(),
//                        tickerhub::Price::Parse("151.25").value(),
//                        scheduler.Now()});
//     tracker.Apply(updates);
//
// Threads: values; use them from any thread as you use an int.

#include <cstdint>
#include <optional>

#include "tickerhub/export.h"
#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Numbers the changes of a StockBook. The empty book has 0. Each call that
/// changes something takes the next number; one batch takes one.
using Sequence = std::uint64_t;

/// The newest state of one symbol, about 130 bytes.
struct TICKERHUB_EXPORT Quote {
  Symbol symbol;
  Price price;            ///< the newest
  Price reference;        ///< the start of change: the first price, or that of
                          ///< StockBook::SetReference()
  Price high;             ///< the highest since the symbol was added
  Price low;              ///< the lowest since the symbol was added
  Timestamp time;         ///< of `price`; never goes back
  Sequence sequence = 0;  ///< the newest change of this quote
  Sequence high_sequence = 0;  ///< the change that set `high`
  Sequence low_sequence = 0;   ///< the change that set `low`

  /// Returns price - reference, exact. See Difference().
  std::optional<Price> Change() const { return Difference(price, reference); }
  /// Returns the change in percent of the size of the reference, for display.
  /// Returns nothing if the reference is zero.
  std::optional<double> ChangePercent() const {
    return PercentChange(price, reference);
  }
};

/// A new price of one symbol.
struct TICKERHUB_EXPORT PriceUpdate {
  Symbol symbol;
  Price price;
  Timestamp time;  ///< when the price was made
};

}  // namespace tickerhub

#endif  // TICKERHUB_QUOTE_H_
