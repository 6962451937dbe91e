#include "tickerhub/stock_book.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "prices/quote_merge.h"

namespace tickerhub {
namespace {

constexpr std::size_t kFirstTableSize = 16;
// Hashes have 32 bits, and the table is at least twice as large as the book.
constexpr std::size_t kMostSymbols = std::size_t{1} << 31;
// Apply() prefetches the memory of this many updates. Enough to hide the wait
// for one behind the work on others, few enough to stay in the first cache.
constexpr std::size_t kAhead = 16;
constexpr std::size_t kCacheLineBytes = 64;

// Quotes are wider than a cache line and cross from one to the next.
void PrefetchQuote(const Quote* quote) {
  __builtin_prefetch(quote, 1);
  __builtin_prefetch(reinterpret_cast<const char*>(quote + 1) - 1, 1);
}

// What a price needs is the quote. What a QuoteUpdate needs besides hangs on
// it: most often the first fields.
void PrefetchDetails(const Quote& /*quote*/, const PriceUpdate& /*update*/) {}
void PrefetchDetails(const Quote& quote, const QuoteUpdate& /*update*/) {
  if (!quote.details) return;
  const auto* const begin = reinterpret_cast<const char*>(quote.details.get());
  __builtin_prefetch(begin, 1);
  __builtin_prefetch(begin + kCacheLineBytes, 1);
}

std::uint32_t ShortHashOf(const Symbol& symbol) {
  return static_cast<std::uint32_t>(symbol.Hash());
}

}  // namespace

StockBook::StockBook(const Options& options)
    : options_(options), table_(kFirstTableSize) {
  options_.max_symbols = std::min(options_.max_symbols, kMostSymbols);
}

StockBook::AddResult StockBook::Add(std::string_view symbol, Price price,
                                    Timestamp time) {
  const std::optional<Symbol> parsed = Symbol::Parse(symbol);
  return parsed ? Add(*parsed, price, time) : AddResult::kInvalidSymbol;
}

StockBook::AddResult StockBook::Add(const Symbol& symbol, Price price,
                                    Timestamp time) {
  const std::uint32_t hash = ShortHashOf(symbol);
  std::size_t slot = FindSlot(symbol, hash);
  if (table_[slot].index != kNone) return AddResult::kAlreadyTracked;
  if (size_ >= options_.max_symbols) return AddResult::kFull;
  if ((size_ + 1) * 2 > table_.size()) {
    GrowTable();
    slot = FindSlot(symbol, hash);
  }

  const Sequence sequence = sequence_ + 1;
  Quote quote{symbol, price,    price,    price,   price,
              time,   sequence, sequence, sequence};
  Index index;
  if (free_.empty()) {
    index = static_cast<Index>(quotes_.size());
    quotes_.push_back(std::move(quote));
    links_.emplace_back();
    live_.push_back(true);
  } else {
    index = free_.back();
    free_.pop_back();
    quotes_[index] = std::move(quote);
    live_[index] = true;
  }
  table_[slot] = Slot{hash, index};
  links_[index].newest_time = time;
  LinkNewest(index);
  ++size_;
  sequence_ = sequence;
  return AddResult::kAdded;
}

StockBook::AddResult StockBook::Add(const QuoteUpdate& update) {
  assert(update.price);
  const AddResult result = Add(update.symbol, *update.price, update.time);
  if (result != AddResult::kAdded || !update.has_details()) return result;
  internal::MergeUpdate(&quotes_[newest_], &links_[newest_].newest_time, update,
                        {sequence_, kNoClock, true});
  return result;
}

StockBook::SetResult StockBook::SetPrice(const Symbol& symbol, Price price,
                                         Timestamp time) {
  const Index index = FindIndex(symbol);
  if (index == kNone) return SetResult::kNotTracked;
  const Sequence sequence = sequence_ + 1;
  const internal::Merged merged =
      internal::MergePrice(&quotes_[index], &links_[index].newest_time, price,
                           time, {sequence, kNoClock, options_.arrival_order});
  if (!merged.changed) return SetResult::kUnchanged;
  MarkChanged(index, sequence);
  sequence_ = sequence;
  return SetResult::kChanged;
}

StockBook::BatchResult StockBook::Apply(const PriceUpdate* updates,
                                        std::size_t count, Timestamp now) {
  return ApplyAll(updates, count, now);
}

StockBook::BatchResult StockBook::Apply(const QuoteUpdate* updates,
                                        std::size_t count, Timestamp now) {
  return ApplyAll(updates, count, now);
}

template <typename Update>
StockBook::BatchResult StockBook::ApplyAll(const Update* updates,
                                           std::size_t count, Timestamp now) {
  BatchResult result;
  const internal::MergeRules rules{sequence_ + 1,
                                   now == kNoClock ? now : now + kMostAhead,
                                   options_.arrival_order};
  for (std::size_t done = 0; done < count; done += kAhead) {
    ApplySome(updates + done, std::min(kAhead, count - done), rules, &result);
  }
  if (result.changed > 0) sequence_ = rules.sequence;
  return result;
}

// Works in rounds. Each waits for the memory of all updates at once, not for
// one after the other.
template <typename Update>
void StockBook::ApplySome(const Update* updates, std::size_t count,
                          const internal::MergeRules& rules,
                          BatchResult* result) {
  std::uint32_t hashes[kAhead];
  Index guesses[kAhead];
  for (std::size_t i = 0; i < count; ++i) {
    hashes[i] = ShortHashOf(updates[i].symbol);
    __builtin_prefetch(&table_[hashes[i] & (table_.size() - 1)]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // In most cases the first slot holds the symbol.
    guesses[i] = table_[hashes[i] & (table_.size() - 1)].index;
    if (guesses[i] != kNone) {
      PrefetchQuote(&quotes_[guesses[i]]);
      __builtin_prefetch(&links_[guesses[i]], 1);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (guesses[i] != kNone) PrefetchDetails(quotes_[guesses[i]], updates[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Update& update = updates[i];
    const Index index = table_[FindSlot(update.symbol, hashes[i])].index;
    if (index == kNone) {
      ++result->not_tracked;
      continue;
    }
    const internal::Merged merged = internal::MergeUpdate(
        &quotes_[index], &links_[index].newest_time, update, rules);
    if (merged.out_of_order) ++result->out_of_order;
    if (merged.changed) MarkChanged(index, rules.sequence);
    ++(merged.changed ? result->changed : result->unchanged);
  }
}

void StockBook::StartDay() {
  const Sequence sequence = sequence_ + 1;
  for (Index index = 0; index < quotes_.size(); ++index) {
    Quote& quote = quotes_[index];
    if (!live_[index] || internal::AwaitsFirstPrice(quote)) continue;
    internal::BeginDay(&quote, quote.price, sequence);
    QuoteDetails& details = quote.details.Make();
    if (details.previous_close.is_known()) {
      details.previous_close = {quote.price, sequence};
      details.previous_close_is_own = true;
    }
    MarkChanged(index, sequence);
    sequence_ = sequence;
  }
}

StockBook::SetResult StockBook::SetReference(const Symbol& symbol,
                                             Price reference) {
  const Index index = FindIndex(symbol);
  if (index == kNone) return SetResult::kNotTracked;
  if (quotes_[index].reference == reference) return SetResult::kUnchanged;
  quotes_[index].reference = reference;
  quotes_[index].details.Make().reset_sequence = ++sequence_;
  MarkChanged(index, sequence_);
  return SetResult::kChanged;
}

bool StockBook::Remove(const Symbol& symbol) {
  const std::size_t slot = FindSlot(symbol, ShortHashOf(symbol));
  const Index index = table_[slot].index;
  if (index == kNone) return false;
  free_.push_back(index);
  live_[index] = false;
  quotes_[index].details = {};
  EraseSlot(slot);
  Unlink(index);
  --size_;
  last_removal_ = ++sequence_;
  return true;
}

const Quote* StockBook::Find(const Symbol& symbol) const {
  const Index index = FindIndex(symbol);
  return index == kNone ? nullptr : &quotes_[index];
}

std::vector<Quote> StockBook::Snapshot() const {
  std::vector<Quote> quotes;
  quotes.reserve(size_);
  ForEach([&quotes](const Quote& quote) { quotes.push_back(quote); });
  return quotes;
}

// Returns the slot of `symbol`, or the empty slot for it.
std::size_t StockBook::FindSlot(const Symbol& symbol,
                                std::uint32_t hash) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = hash & mask;
  while (table_[slot].index != kNone &&
         (table_[slot].hash != hash ||
          quotes_[table_[slot].index].symbol != symbol)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

StockBook::Index StockBook::FindIndex(const Symbol& symbol) const {
  return table_[FindSlot(symbol, ShortHashOf(symbol))].index;
}

void StockBook::MarkChanged(Index index, Sequence sequence) {
  Quote& quote = quotes_[index];
  // Changed in the same batch already: it is among the newest.
  if (quote.sequence == sequence) return;
  quote.sequence = sequence;
  if (index == newest_) return;
  Unlink(index);
  LinkNewest(index);
}

void StockBook::Unlink(Index index) {
  const Links links = links_[index];
  if (links.newer == kNone) {
    newest_ = links.older;
  } else {
    links_[links.newer].older = links.older;
  }
  if (links.older != kNone) links_[links.older].newer = links.newer;
}

void StockBook::LinkNewest(Index index) {
  links_[index].older = newest_;
  links_[index].newer = kNone;
  if (newest_ != kNone) links_[newest_].newer = index;
  newest_ = index;
}

void StockBook::GrowTable() {
  std::vector<Slot> larger(table_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : table_) {
    if (slot.index == kNone) continue;
    std::size_t to = slot.hash & mask;
    while (larger[to].index != kNone) to = (to + 1) & mask;
    larger[to] = slot;
  }
  table_.swap(larger);
}

// Moves the slots behind up into the gap if they belong before it, so that a
// search never meets a gap before its symbol.
void StockBook::EraseSlot(std::size_t slot) {
  const std::size_t mask = table_.size() - 1;
  std::size_t gap = slot;
  for (std::size_t i = (gap + 1) & mask; table_[i].index != kNone;
       i = (i + 1) & mask) {
    const std::size_t home = table_[i].hash & mask;
    if (((i - home) & mask) >= ((i - gap) & mask)) {
      table_[gap] = table_[i];
      gap = i;
    }
  }
  table_[gap] = Slot{};
}

}  // namespace tickerhub
