#ifndef TICKERHUB_QUOTE_H_
#define TICKERHUB_QUOTE_H_

// What is known of one symbol (Quote), and one new price for it (PriceUpdate).

#include <cstdint>

#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Counts the changes of a StockBook: 0 is the empty book; each batch that
/// changes anything takes the next number.
using Sequence = std::uint64_t;

/// The newest state of one symbol. A plain value, about 100 bytes.
struct Quote {
  Symbol symbol;
  Price price;      ///< the newest
  Price reference;  ///< what change is counted from: the first price, or the
                    ///< one given to StockBook::SetReference()
  Price high;       ///< highest since the symbol was added
  Price low;        ///< lowest since the symbol was added
  Timestamp time;   ///< when the price last changed
  Sequence sequence = 0;       ///< the change that set anything here last
  Sequence high_sequence = 0;  ///< the change that set `high`
  Sequence low_sequence = 0;   ///< the change that set `low`

  /// price - reference, in units of 10^-8.
  std::int64_t ChangeUnits() const { return price.units() - reference.units(); }
  /// The same in percent of the reference; for display.
  double ChangePercent() const {
    return 100.0 * static_cast<double>(ChangeUnits()) /
           static_cast<double>(reference.units());
  }
};

/// A new price for a symbol: what feeds produce and books take.
struct PriceUpdate {
  Symbol symbol;
  Price price;
  Timestamp time;
};

}  // namespace tickerhub

#endif  // TICKERHUB_QUOTE_H_
