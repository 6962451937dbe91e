#ifndef TICKERHUB_LIB_CORE_PRICES_QUOTE_MERGE_H_
#define TICKERHUB_LIB_CORE_PRICES_QUOTE_MERGE_H_

// What one update does to one quote. The part for prices is inline, because a
// book takes tens of millions of them in a second.

#include <algorithm>

#include "tickerhub/quote.h"

namespace tickerhub::internal {

struct MergeRules {
  Sequence sequence;     ///< that of the changes
  Timestamp most_ahead;  ///< a quote that is newer has a wrong time
  bool arrival_order;    ///< what comes last counts, whatever its time says
};

/// What became of an update.
struct Merged {
  bool changed = false;
  bool out_of_order = false;
};

/// The quote waits for the first price of its day.
inline bool AwaitsFirstPrice(const Quote& quote) {
  return quote.high_sequence == 0;
}

/// Begins a day for one quote, with its newest price as high and low.
void BeginDay(Quote* quote, Price reference, Sequence sequence);

/// The first price of the day has come: it is open, high and low.
void OpenDay(Quote* quote, Price price, Sequence sequence);

inline bool IsOlder(Timestamp time, Timestamp newest, const MergeRules& rules) {
  return time < newest && newest <= rules.most_ahead && !rules.arrival_order;
}

/// Returns whether the high or the low is another one now.
inline bool MergeExtremes(Quote* quote, Price price, Sequence sequence) {
  if (price <= quote->high && price >= quote->low) return false;
  if (AwaitsFirstPrice(*quote)) {
    OpenDay(quote, price, sequence);
  } else if (price > quote->high) {
    quote->high = price;
    quote->high_sequence = sequence;
  } else {
    quote->low = price;
    quote->low_sequence = sequence;
  }
  return true;
}

/// `newest` is the time of the newest price of the symbol, also of those that
/// changed nothing.
inline Merged MergePrice(Quote* quote, Timestamp* newest, Price price,
                         Timestamp time, const MergeRules& rules) {
  if (IsOlder(time, *newest, rules)) {
    // Of a day that has just begun it is no price.
    return {!AwaitsFirstPrice(*quote) &&
                MergeExtremes(quote, price, rules.sequence),
            true};
  }
  *newest = std::max(*newest, time);
  if (quote->price == price) {
    if (!AwaitsFirstPrice(*quote)) return {false, false};
    OpenDay(quote, price, rules.sequence);
    return {true, false};
  }
  quote->price = price;
  quote->time = *newest;
  MergeExtremes(quote, price, rules.sequence);
  return {true, false};
}

inline Merged MergeUpdate(Quote* quote, Timestamp* newest,
                          const PriceUpdate& update, const MergeRules& rules) {
  return MergePrice(quote, newest, update.price, update.time, rules);
}

Merged MergeUpdate(Quote* quote, Timestamp* newest, const QuoteUpdate& update,
                   const MergeRules& rules);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_PRICES_QUOTE_MERGE_H_
