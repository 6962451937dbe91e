#include "tickerhub/stock_book.h"

#include <algorithm>

namespace tickerhub {
namespace {

constexpr std::size_t kFirstTableSize = 16;
// Hashes have 32 bits, and the table is at least twice as large as the book.
constexpr std::size_t kMostSymbols = std::size_t{1} << 31;
// Apply() prefetches the memory of this many updates. Enough to hide the wait
// for one behind the work on others, few enough to stay in the first cache.
constexpr std::size_t kAhead = 16;

// Quotes are wider than a cache line and cross from one to the next.
void PrefetchQuote(const Quote* quote) {
  __builtin_prefetch(quote, 1);
  __builtin_prefetch(reinterpret_cast<const char*>(quote + 1) - 1, 1);
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
  const std::uint32_t hash = HashOf(symbol);
  std::size_t slot = FindSlot(symbol, hash);
  if (table_[slot].index != kNone) return AddResult::kAlreadyTracked;
  if (size_ >= options_.max_symbols) return AddResult::kFull;
  if ((size_ + 1) * 2 > table_.size()) {
    GrowTable();
    slot = FindSlot(symbol, hash);
  }

  const Sequence sequence = sequence_ + 1;
  const Quote quote{symbol, price,    price,    price,   price,
                    time,   sequence, sequence, sequence};
  Index index;
  if (free_.empty()) {
    index = static_cast<Index>(quotes_.size());
    quotes_.push_back(quote);
    links_.emplace_back();
    live_.push_back(true);
  } else {
    index = free_.back();
    free_.pop_back();
    quotes_[index] = quote;
    live_[index] = true;
  }
  table_[slot] = Slot{hash, index};
  links_[index].newest_time = time;
  LinkNewest(index);
  ++size_;
  sequence_ = sequence;
  return AddResult::kAdded;
}

StockBook::SetResult StockBook::SetPrice(const Symbol& symbol, Price price,
                                         Timestamp time) {
  const Index index = FindIndex(symbol);
  if (index == kNone) return SetResult::kNotTracked;
  const SetResult result = IsOlder(index, time, kNoClock)
                               ? SetExtremesAt(index, price, sequence_ + 1)
                               : SetPriceAt(index, price, time, sequence_ + 1);
  if (result == SetResult::kChanged) ++sequence_;
  return result;
}

StockBook::BatchResult StockBook::Apply(const PriceUpdate* updates,
                                        std::size_t count, Timestamp now) {
  BatchResult result;
  const Timestamp most_ahead = now == kNoClock ? now : now + kMostAhead;
  const Sequence sequence = sequence_ + 1;
  for (std::size_t done = 0; done < count; done += kAhead) {
    ApplySome(updates + done, std::min(kAhead, count - done), most_ahead,
              sequence, &result);
  }
  if (result.changed > 0) sequence_ = sequence;
  return result;
}

// Works in three rounds. Each waits for the memory of all updates at once, not
// for one after the other.
void StockBook::ApplySome(const PriceUpdate* updates, std::size_t count,
                          Timestamp most_ahead, Sequence sequence,
                          BatchResult* result) {
  std::uint32_t hashes[kAhead];
  for (std::size_t i = 0; i < count; ++i) {
    hashes[i] = HashOf(updates[i].symbol);
    __builtin_prefetch(&table_[hashes[i] & (table_.size() - 1)]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // A guess: in most cases the first slot holds the symbol.
    const Index index = table_[hashes[i] & (table_.size() - 1)].index;
    if (index != kNone) {
      PrefetchQuote(&quotes_[index]);
      __builtin_prefetch(&links_[index], 1);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const PriceUpdate& update = updates[i];
    const Index index = table_[FindSlot(update.symbol, hashes[i])].index;
    if (index == kNone) {
      ++result->not_tracked;
      continue;
    }
    const bool is_older = IsOlder(index, update.time, most_ahead);
    const SetResult set =
        is_older ? SetExtremesAt(index, update.price, sequence)
                 : SetPriceAt(index, update.price, update.time, sequence);
    if (is_older) ++result->out_of_order;
    ++(set == SetResult::kChanged ? result->changed : result->unchanged);
  }
}

StockBook::SetResult StockBook::SetReference(const Symbol& symbol,
                                             Price reference) {
  const Index index = FindIndex(symbol);
  if (index == kNone) return SetResult::kNotTracked;
  if (quotes_[index].reference == reference) return SetResult::kUnchanged;
  quotes_[index].reference = reference;
  MarkChanged(index, ++sequence_);
  return SetResult::kChanged;
}

bool StockBook::Remove(const Symbol& symbol) {
  const std::size_t slot = FindSlot(symbol, HashOf(symbol));
  const Index index = table_[slot].index;
  if (index == kNone) return false;
  free_.push_back(index);
  live_[index] = false;
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

StockBook::SetResult StockBook::SetPriceAt(Index index, Price price,
                                           Timestamp time, Sequence sequence) {
  Quote& quote = quotes_[index];
  Timestamp& newest = links_[index].newest_time;
  newest = std::max(newest, time);
  if (quote.price == price) return SetResult::kUnchanged;
  quote.price = price;
  quote.time = newest;
  if (SetExtremesAt(index, price, sequence) == SetResult::kUnchanged) {
    MarkChanged(index, sequence);
  }
  return SetResult::kChanged;
}

StockBook::SetResult StockBook::SetExtremesAt(Index index, Price price,
                                              Sequence sequence) {
  Quote& quote = quotes_[index];
  if (price <= quote.high && price >= quote.low) return SetResult::kUnchanged;
  if (price > quote.high) {
    quote.high = price;
    quote.high_sequence = sequence;
  } else {
    quote.low = price;
    quote.low_sequence = sequence;
  }
  MarkChanged(index, sequence);
  return SetResult::kChanged;
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
