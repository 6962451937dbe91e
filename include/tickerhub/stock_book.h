#ifndef TICKERHUB_STOCK_BOOK_H_
#define TICKERHUB_STOCK_BOOK_H_

// A StockBook holds the newest quote of each symbol and tells cheaply what has
// changed since any earlier moment. It knows nothing of sockets or clients and
// is useful alone.
//
//     tickerhub::StockBook book;
//     tickerhub::Symbol aapl = *tickerhub::Symbol::Parse("AAPL");
//     book.Add(aapl, tickerhub::Price::Of(15'025, 2), now);
//     tickerhub::Sequence seen = book.sequence();
//     book.SetPrice(aapl, tickerhub::Price::Of(1513, 1), now);
//     book.ForEachChangeSince(seen, [](const tickerhub::Quote& quote) {
//       std::cout << quote.symbol.view() << std::endl;
//     });
//
// Costs: Add, SetPrice, Find and Remove take constant time. Reading changes
// takes time in proportion to their number, whatever the size of the book. A
// symbol takes 200 to 380 bytes: the book doubles its room when it is full. Its
// details take about 290 more once it has some (quote_details.h).
//
// Threads: no locks; use one book from one thread, in a server from the hub's.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/quote.h"

namespace tickerhub {

namespace internal {
struct MergeRules;
}  // namespace internal

class TICKERHUB_EXPORT StockBook {
 public:
  struct Options {
    /// The most symbols that the book holds, 2^31 at most. Past it Add()
    /// returns kFull.
    std::size_t max_symbols = 10'000;
    /// The price that came last counts, whatever its time says. Otherwise a
    /// price that is older than the quote does not replace it. The time of a
    /// quote never goes back either way.
    bool arrival_order = false;
  };

  enum class AddResult : std::uint8_t {
    kAdded,
    kAlreadyTracked,  ///< nothing changed, not even its price
    kInvalidSymbol,   ///< see Symbol::Parse()
    kFull,            ///< Options::max_symbols reached
  };

  enum class SetResult : std::uint8_t {
    kChanged,     ///< a value of the quote is another one now
    kUnchanged,   ///< none is: the quote keeps its time and its sequence
    kNotTracked,  ///< the book does not have the symbol
  };

  /// How many updates of a batch met which fate.
  struct BatchResult {
    std::size_t changed = 0;      ///< as SetResult::kChanged
    std::size_t unchanged = 0;    ///< as SetResult::kUnchanged
    std::size_t not_tracked = 0;  ///< as SetResult::kNotTracked
    /// Of the first two, older than the quote. They change it only where they
    /// raise its high or lower its low. Of a QuoteUpdate: its price or its
    /// details.
    std::size_t out_of_order = 0;
  };

  /// A quote whose time is this far ahead of the clock has a wrong time, or the
  /// clock was set back. Then the price that comes last counts.
  static constexpr std::chrono::milliseconds kMostAhead{1'000};

  StockBook() : StockBook(Options()) {}
  explicit StockBook(const Options& options);

  /// Adds a symbol at its first price, which is its reference, high and low,
  /// too.
  AddResult Add(std::string_view symbol, Price price, Timestamp time);
  AddResult Add(const Symbol& symbol, Price price, Timestamp time);
  /// The same with all that the update says.
  /// REQUIRES: update.price.
  AddResult Add(const QuoteUpdate& update);

  /// Sets the newest price of a symbol, or its high or low if `time` is before
  /// that of the quote.
  SetResult SetPrice(const Symbol& symbol, Price price, Timestamp time);

  /// Applies updates in order. All changes get the same sequence number. A
  /// symbol may occur more than once; each of its prices counts for high and
  /// low. `now` is the time of the clock, for kMostAhead; without it no time is
  /// too far ahead.
  BatchResult Apply(const PriceUpdate* updates, std::size_t count,
                    Timestamp now = kNoClock);
  BatchResult Apply(const std::vector<PriceUpdate>& updates) {
    return Apply(updates.data(), updates.size());
  }
  /// The same with all that the updates say. An update without a price does not
  /// add a symbol: it counts as not_tracked.
  BatchResult Apply(const QuoteUpdate* updates, std::size_t count,
                    Timestamp now = kNoClock);

  /// Begins a day for each symbol that had a price since its last one. The
  /// newest price becomes the reference, and the previous close if one was
  /// known; open and volume are not known any more. The first price of the day
  /// becomes open, high and low. One change for all; none if no symbol had a
  /// price.
  void StartDay();

  /// Sets the start of change, until the next day or previous close. Counts as
  /// a change: takes the next sequence number if the reference differs.
  SetResult SetReference(const Symbol& symbol, Price reference);

  /// Removes a symbol. Returns false if it is not tracked. Changes since a
  /// number before the removal can no longer be told; see
  /// CanTellChangesSince().
  bool Remove(const Symbol& symbol);

  /// Returns null if the symbol is not tracked. The quote is valid until the
  /// book changes.
  const Quote* Find(const Symbol& symbol) const;

  /// The number of symbols.
  std::size_t size() const { return size_; }
  std::size_t max_symbols() const { return options_.max_symbols; }

  /// The number of the newest change. 0: there was none.
  Sequence sequence() const { return sequence_; }

  /// Returns a copy of all quotes in the order in which their symbols were
  /// added. A symbol may take the place of one that was removed.
  std::vector<Quote> Snapshot() const;

  /// Calls `visit(const Quote&)` for each quote, in the order of Snapshot().
  /// REQUIRES: `visit` does not change the book.
  template <typename Visitor>
  void ForEach(Visitor&& visit) const {
    for (std::size_t i = 0; i < quotes_.size(); ++i) {
      if (live_[i]) visit(quotes_[i]);
    }
  }

  /// Returns false if a symbol was removed after `since`, or if the book has
  /// not come to `since` yet. A reader who knows that state needs a snapshot.
  bool CanTellChangesSince(Sequence since) const {
    return since >= last_removal_ && since <= sequence_;
  }

  /// Calls `visit(const Quote&)` once for each symbol that was added or changed
  /// after `since`, the newest change first. Changes of one batch come in any
  /// order.
  /// REQUIRES: `visit` does not change the book.
  template <typename Visitor>
  void ForEachChangeSince(Sequence since, Visitor&& visit) const {
    for (Index i = newest_; i != kNone && quotes_[i].sequence > since;
         i = links_[i].older) {
      visit(quotes_[i]);
    }
  }

  /// For Apply() without a clock: every time is before it.
  static constexpr Timestamp kNoClock = Timestamp::max();

 private:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;

  // Neighbours in the list of quotes ordered by their last change.
  struct Links {
    Index older = kNone;
    Index newer = kNone;
    // Of its prices, also of those that changed nothing.
    Timestamp newest_time;
  };

  // A place in the hash table. The hash tells nearly all wrong symbols apart
  // without a look at their quotes, and the table can grow without them. A
  // table of our own, because none of the standard library or of Debian's lets
  // Apply() prefetch the slots and quotes of a batch ahead of their turn.
  struct Slot {
    std::uint32_t hash = 0;
    Index index = kNone;
  };

  std::size_t FindSlot(const Symbol& symbol, std::uint32_t hash) const;
  Index FindIndex(const Symbol& symbol) const;
  template <typename Update>
  BatchResult ApplyAll(const Update* updates, std::size_t count, Timestamp now);
  // A part of it: a few updates at a time.
  template <typename Update>
  void ApplySome(const Update* updates, std::size_t count,
                 const internal::MergeRules& rules, BatchResult* result);
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

}  // namespace tickerhub

#endif  // TICKERHUB_STOCK_BOOK_H_
