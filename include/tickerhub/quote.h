#ifndef TICKERHUB_QUOTE_H_
#define TICKERHUB_QUOTE_H_

// A Quote is what a StockBook knows of one symbol. A PriceUpdate is one new
// price, as feeds bring them and books take them. A QuoteUpdate may say more:
// bid, ask, volume and the like.
//
//     std::vector<tickerhub::PriceUpdate> updates;
//     updates.push_back({tickerhub::Symbol::Parse("AAPL").value(),
//                        tickerhub::Price::Parse("151.25").value(),
//                        scheduler.Now()});
//     tracker.Apply(updates);
//
//     tickerhub::QuoteUpdate update(updates[0].symbol, scheduler.Now());
//     update.bid = tickerhub::Price::Parse("151.24");
//     update.volume = tickerhub::Price::Parse("70790813");
//     tracker.Apply({update});
//
// Threads: values; use them from any thread as you use an int.

#include <cstdint>
#include <optional>

#include "tickerhub/export.h"
#include "tickerhub/price.h"
#include "tickerhub/quote_details.h"
#include "tickerhub/quote_text.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// The newest state of one symbol: 168 bytes, and its details.
struct TICKERHUB_EXPORT Quote {
  Symbol symbol;
  Price price;            ///< the newest
  Price reference;        ///< the start of change: the previous close, or what
                          ///< StockBook::SetReference() said, or the first
                          ///< price
  Price high;             ///< the highest of the day, or since it was added
  Price low;              ///< the lowest of the day, or since it was added
  Timestamp time;         ///< of `price`; never goes back
  Sequence sequence = 0;  ///< the newest change of this quote
  /// The changes that set `high` and `low`. 0: the day has begun, and has no
  /// price yet. Then both are the last price of the day before.
  Sequence high_sequence = 0;
  Sequence low_sequence = 0;
  OptionalDetails details{};

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

/// What has changed of one symbol. All but symbol and time is optional: what is
/// not set stays as it is. A quote compares each price by its time with the
/// prices before it, and the rest with the rest; what is older changes only
/// high and low. What did not change is not sent.
struct TICKERHUB_EXPORT QuoteUpdate {
  QuoteUpdate(const Symbol& of, Timestamp when) : symbol(of), time(when) {}
  explicit QuoteUpdate(const PriceUpdate& update)
      : symbol(update.symbol), time(update.time), price(update.price) {}

  Symbol symbol;
  Timestamp time;  ///< when it was so
  std::optional<Price> price;
  std::optional<Price> bid;  ///< these as in QuoteDetails
  std::optional<Price> ask;
  std::optional<Price> bid_size;
  std::optional<Price> ask_size;
  std::optional<Price> volume;  ///< of the day
  std::optional<Price> open;    ///< the first price of the day
  std::optional<Price> high;    ///< of the day; raises the high
  std::optional<Price> low;     ///< of the day; lowers the low
  /// Becomes the reference. Another one than before begins a day for the
  /// symbol; see StockBook::StartDay(). The first one begins none, nor does the
  /// first one after StartDay(): it corrects what StartDay() has set.
  std::optional<Price> previous_close;
  std::optional<QuoteText> name;
  std::optional<QuoteText> currency;

  /// Returns whether it says more than a price.
  bool has_details() const {
    return bid || ask || bid_size || ask_size || volume || open || high ||
           low || previous_close || name || currency;
  }
};

}  // namespace tickerhub

#endif  // TICKERHUB_QUOTE_H_
