#include "prices/quote_merge.h"

#include <optional>

namespace tickerhub::internal {
namespace {

// Works for figures and for texts.
template <typename Kept, typename Value>
bool Replace(Kept* kept, const std::optional<Value>& value, Sequence sequence) {
  if (!value || (kept->is_known() && kept->value == *value)) return false;
  kept->value = *value;
  kept->sequence = sequence;
  return true;
}

// The first one is no new day. Neither is the one that corrects the book's own.
bool ReplacePreviousClose(Quote* quote, Price value, Sequence sequence) {
  QuoteDetails& details = quote->details.Make();
  const QuoteDetails::Figure before = details.previous_close;
  const bool was_own = details.previous_close_is_own;
  details.previous_close_is_own = false;
  if (before.is_known() && before.value == value) return false;
  if (before.is_known() && !was_own) BeginDay(quote, value, sequence);
  details.previous_close = {value, sequence};
  quote->reference = value;
  details.reset_sequence = sequence;
  return true;
}

bool MergeExtreme(Quote* quote, const std::optional<Price>& price,
                  Sequence sequence) {
  return price && !AwaitsFirstPrice(*quote) &&
         MergeExtremes(quote, *price, sequence);
}

bool ReplaceFields(QuoteDetails* details, const QuoteUpdate& update,
                   Sequence sequence) {
  bool changed = Replace(&details->bid, update.bid, sequence);
  changed |= Replace(&details->ask, update.ask, sequence);
  changed |= Replace(&details->bid_size, update.bid_size, sequence);
  changed |= Replace(&details->ask_size, update.ask_size, sequence);
  changed |= Replace(&details->volume, update.volume, sequence);
  changed |= Replace(&details->open, update.open, sequence);
  changed |= Replace(&details->name, update.name, sequence);
  changed |= Replace(&details->currency, update.currency, sequence);
  return changed;
}

}  // namespace

void BeginDay(Quote* quote, Price reference, Sequence sequence) {
  QuoteDetails& details = quote->details.Make();
  quote->reference = reference;
  quote->high = quote->price;
  quote->low = quote->price;
  quote->high_sequence = 0;
  quote->low_sequence = 0;
  details.open = {};
  details.volume = {};
  details.reset_sequence = sequence;
}

void OpenDay(Quote* quote, Price price, Sequence sequence) {
  QuoteDetails& details = quote->details.Make();
  quote->high = price;
  quote->low = price;
  quote->high_sequence = sequence;
  quote->low_sequence = sequence;
  if (!details.open.is_known()) details.open = {price, sequence};
  details.reset_sequence = sequence;
}

// The previous close comes first, so that the price of the same update is the
// first one of the day that it begins.
Merged MergeUpdate(Quote* quote, Timestamp* newest, const QuoteUpdate& update,
                   const MergeRules& rules) {
  const Sequence sequence = rules.sequence;
  const bool has_details = update.has_details();
  const bool is_late = has_details && quote->details &&
                       IsOlder(update.time, quote->details->time, rules);
  Merged merged{false, is_late};
  if (update.previous_close && !is_late) {
    merged.changed =
        ReplacePreviousClose(quote, *update.previous_close, sequence);
  }
  if (update.price) {
    const Merged price =
        MergePrice(quote, newest, *update.price, update.time, rules);
    merged.changed |= price.changed;
    merged.out_of_order |= price.out_of_order;
  }
  if (!has_details) return merged;
  merged.changed |= MergeExtreme(quote, update.high, sequence);
  merged.changed |= MergeExtreme(quote, update.low, sequence);
  if (is_late) return merged;
  QuoteDetails& details = quote->details.Make();
  details.time = std::max(details.time, update.time);
  merged.changed |= ReplaceFields(&details, update, sequence);
  return merged;
}

}  // namespace tickerhub::internal
