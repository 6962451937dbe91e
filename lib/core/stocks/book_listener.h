#ifndef TICKERHUB_LIB_CORE_STOCKS_BOOK_LISTENER_H_
#define TICKERHUB_LIB_CORE_STOCKS_BOOK_LISTENER_H_

#include "tickerhub/quote.h"

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
  /// `symbol` is no longer in the book.
  virtual void OnRemoved(const Symbol& /*symbol*/) {}
  /// Called once at the end of each batch, after the calls above. Prices may
  /// have changed since the last call.
  virtual void OnApplied() {}
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_BOOK_LISTENER_H_
