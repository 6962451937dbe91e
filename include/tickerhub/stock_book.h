#ifndef TICKERHUB_STOCK_BOOK_H_
#define TICKERHUB_STOCK_BOOK_H_

// StockBook holds the newest quote of each symbol and can tell, cheaply, what
// has changed since any earlier moment. It knows nothing of sockets or clients
// and is useful alone.
//
//   tickerhub::StockBook book;
//   book.Add("AAPL", price, now);
//   tickerhub::Sequence seen = book.sequence();
//   book.SetPrice(aapl, newer_price, now);
//   book.ForEachChangeSince(seen, [](const tickerhub::Quote& q) { ... });
//
// Threads: a StockBook has no lock. Use one from one thread, in a server the
// hub's.
//
// Costs: Add, SetPrice, Find and Remove take constant time; changes since N
// take time proportional to their number, whatever the size of the book. Memory
// is about 150 bytes a symbol, up to Options::max_symbols of them.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tickerhub/quote.h"

namespace tickerhub {

class StockBook {
 public:
  struct Options {
    /// Symbols the book will hold, at most 2^31; beyond: Add() answers kFull.
    std::size_t max_symbols = 10'000;
  };

  enum class AddResult : std::uint8_t {
    kAdded,
    kAlreadyTracked,  ///< nothing changed, its price neither
    kInvalidSymbol,   ///< see Symbol::Parse()
    kFull,            ///< Options::max_symbols reached
  };

  enum class SetResult : std::uint8_t {
    kChanged,
    kUnchanged,  ///< the price was that already; nothing changed, time neither
    kNotTracked,
  };

  struct BatchResult {
    std::size_t changed = 0;
    std::size_t unchanged = 0;
    std::size_t not_tracked = 0;
  };

  StockBook() : StockBook(Options()) {}
  explicit StockBook(const Options& options);

  AddResult Add(std::string_view symbol, Price price, Timestamp time);
  AddResult Add(const Symbol& symbol, Price price, Timestamp time);

  SetResult SetPrice(const Symbol& symbol, Price price, Timestamp time);

  /// Applies updates in order. All that it changes has one sequence number; a
  /// symbol may occur more than once, its high and low then see each price.
  BatchResult Apply(const PriceUpdate* updates, std::size_t count);
  BatchResult Apply(const std::vector<PriceUpdate>& updates) {
    return Apply(updates.data(), updates.size());
  }

  /// Sets what change is counted from (yesterday's close, say). A change as a
  /// price is one: it takes a sequence number if the reference was another.
  SetResult SetReference(const Symbol& symbol, Price reference);

  /// Returns false if the symbol is not tracked. After a removal "what changed
  /// since N" can't be told for an N before it; see CanTellChangesSince().
  bool Remove(const Symbol& symbol);

  /// Returns null if not tracked. Valid until the book is next changed.
  const Quote* Find(const Symbol& symbol) const;

  std::size_t size() const { return size_; }
  std::size_t max_symbols() const { return options_.max_symbols; }

  /// The number of the last change; 0 if there was none.
  Sequence sequence() const { return sequence_; }

  /// All quotes in the order in which their symbols were added (a removed
  /// one's place may be taken by a later one). Copies.
  std::vector<Quote> Snapshot() const;

  /// Calls `visit(const Quote&)` for each quote, in the order of Snapshot().
  /// REQUIRES: `visit` does not change the book.
  template <typename Visitor>
  void ForEach(Visitor&& visit) const;

  /// False if a symbol was removed after `since`, or `since` is ahead of the
  /// book: only a snapshot brings such a reader up to date.
  bool CanTellChangesSince(Sequence since) const {
    return since >= last_removal_ && since <= sequence_;
  }

  /// Calls `visit(const Quote&)` once for each symbol added or changed after
  /// `since`, newest change first (those of one batch in no certain order).
  /// REQUIRES: `visit` does not change the book.
  template <typename Visitor>
  void ForEachChangeSince(Sequence since, Visitor&& visit) const;

 private:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;

  // Neighbours in the list of quotes ordered by their last change.
  struct Links {
    Index older = kNone;
    Index newer = kNone;
  };

  // A place in the hash table. The hash tells nearly all wrong symbols apart
  // without a look at their quotes, and the table can grow without them.
  struct Slot {
    std::uint32_t hash = 0;
    Index index = kNone;
  };

  static std::uint32_t HashOf(const Symbol& symbol) {
    return static_cast<std::uint32_t>(symbol.Hash());
  }
  std::size_t FindSlot(const Symbol& symbol, std::uint32_t hash) const;
  Index FindIndex(const Symbol& symbol) const {
    return table_[FindSlot(symbol, HashOf(symbol))].index;
  }
  // A part of Apply(): a few updates at a time.
  void ApplySome(const PriceUpdate* updates, std::size_t count,
                 Sequence sequence, BatchResult* result);
  SetResult SetPriceAt(Index index, Price price, Timestamp time,
                       Sequence sequence);
  void MarkChanged(Index index, Sequence sequence);
  void Unlink(Index index);
  void LinkNewest(Index index);
  void GrowTable();
  void EraseSlot(std::size_t slot);

  Options options_;
  // quotes_, links_ and live_ run in parallel; free_ lists the unused places.
  std::vector<Quote> quotes_;
  std::vector<Links> links_;
  std::vector<bool> live_;
  std::vector<Index> free_;
  std::vector<Slot> table_;  // open addressing; size a power of two
  std::size_t size_ = 0;
  Sequence sequence_ = 0;
  Sequence last_removal_ = 0;
  Index newest_ = kNone;
};

template <typename Visitor>
void StockBook::ForEach(Visitor&& visit) const {
  for (std::size_t i = 0; i < quotes_.size(); ++i) {
    if (live_[i]) visit(quotes_[i]);
  }
}

template <typename Visitor>
void StockBook::ForEachChangeSince(Sequence since, Visitor&& visit) const {
  for (Index i = newest_; i != kNone && quotes_[i].sequence > since;
       i = links_[i].older) {
    visit(quotes_[i]);
  }
}

}  // namespace tickerhub

#endif  // TICKERHUB_STOCK_BOOK_H_
