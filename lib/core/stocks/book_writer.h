#ifndef TICKERHUB_LIB_CORE_STOCKS_BOOK_WRITER_H_
#define TICKERHUB_LIB_CORE_STOCKS_BOOK_WRITER_H_

#include <cstddef>
#include <vector>

#include "tickerhub/scheduler.h"
#include "tickerhub/stock_book.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// Hears what a BookWriter has applied to its book. What a listener wants to
/// know of changed prices it reads from the book
/// (StockBook::ForEachChangeSince()), so a batch costs it one call.
class BookListener {
 public:
  virtual ~BookListener() = default;

  /// A stock is about to be added or removed. The book is as it was.
  virtual void BeforeAddOrRemove() {}
  virtual void OnAdded(const Quote& /*quote*/) {}
  /// One update of a batch was applied to a stock of the book: a price, the
  /// volume of the day, or both. Only those hear of it who want each price:
  /// BookWriter::AddPriceListener().
  virtual void OnUpdate(const Symbol& /*symbol*/, const Price* /*price*/,
                        const Price* /*volume*/, Timestamp /*time*/) {}
  /// `symbol` is no longer in the book.
  virtual void OnRemoved(const Symbol& /*symbol*/) {}
  /// Called once at the end of each batch, after the calls above. Prices may
  /// have changed since the last call.
  virtual void OnApplied() {}
};

/// The only one who changes the book of a tracker. Whatever brings a price (the
/// program, a client, a source), it comes through Apply(), and all listeners
/// hear of it.
class BookWriter {
 public:
  /// All of these must outlive this.
  BookWriter(StockBook& book, StockTracker::Counters& counters,
             const Scheduler& scheduler)
      : book_(book), counters_(counters), scheduler_(scheduler) {}
  BookWriter(const BookWriter&) = delete;
  BookWriter& operator=(const BookWriter&) = delete;

  /// `listener` is called after those that were added before it, and must
  /// outlive this.
  void AddListener(BookListener& listener) { listeners_.push_back(&listener); }
  /// `listener` hears of each price besides. Without one they cost nothing.
  void AddPriceListener(BookListener& listener) {
    price_listeners_.push_back(&listener);
  }

  const StockBook& book() const { return book_; }

  /// Applies `updates` as one change. Adds a symbol that the book does not have
  /// at its first price, as long as there is room.
  StockTracker::ApplyResult Apply(const PriceUpdate* updates,
                                  std::size_t count);

  /// The same with all that the updates say. Only an update with a price adds a
  /// symbol.
  StockTracker::ApplyResult Apply(const QuoteUpdate* updates,
                                  std::size_t count);

  /// See StockBook. Return false if nothing changed.
  bool SetReference(const Symbol& symbol, Price reference);
  bool StartDay();

  /// Returns false if `symbol` is not tracked. `symbol` may be the book's own.
  bool Remove(const Symbol& symbol);

 private:
  template <typename Update>
  StockTracker::ApplyResult ApplyAll(const Update* updates, std::size_t count);
  template <typename Update>
  void AddMissing(const Update* updates, std::size_t count,
                  StockTracker::ApplyResult* result);
  StockBook::AddResult Add(const PriceUpdate& update) {
    return book_.Add(update.symbol, update.price, update.time);
  }
  StockBook::AddResult Add(const QuoteUpdate& update) {
    return book_.Add(update);
  }
  template <typename Update>
  void TellUpdates(const Update* updates, std::size_t count) const;
  void TellApplied();

  StockBook& book_;
  StockTracker::Counters& counters_;
  const Scheduler& scheduler_;
  std::vector<BookListener*> listeners_;
  std::vector<BookListener*> price_listeners_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_BOOK_WRITER_H_
