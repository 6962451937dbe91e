#ifndef TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_
#define TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "stocks/book_writer.h"
#include "tickerhub/payload.h"
#include "tickerhub/stock_book.h"

namespace tickerhub::internal {

/// Puts the quotes that changed after `since` into `*changes`, the oldest
/// change first. They are valid until the book changes.
inline void CollectChanges(const StockBook& book, Sequence since,
                           std::vector<const Quote*>* changes) {
  changes->clear();
  book.ForEachChangeSince(
      since, [&](const Quote& quote) { changes->push_back(&quote); });
  std::reverse(changes->begin(), changes->end());
}

/// The messages that tell the state of a whole book to one client at a time.
/// Each is encoded once for each sequence number, however many clients get it.
class SharedMessages : public BookListener {
 public:
  /// How many answers of CatchUp() it keeps.
  static constexpr std::size_t kMostKept = 16;

  /// `book` must outlive this.
  explicit SharedMessages(const StockBook& book) : book_(book) {}

  /// May be ahead of what a publisher has published. The next update then
  /// continues from a number below the snapshot's and repeats, at worst, what
  /// the snapshot has said.
  Payload Snapshot();

  /// What brings someone up to date who follows all stocks and knows the state
  /// at `since`: an update, a heartbeat if nothing has changed, or the snapshot
  /// if an update cannot tell it (see CanTellChangesSince()). An update is
  /// never longer than the snapshot, but for a few bytes: it has the price and
  /// the quote of each changed stock at most, and the snapshot has these of all
  /// stocks.
  Payload CatchUp(Sequence since);

  /// Returns false if a stock was added or removed after `since`. These changes
  /// have messages of their own; to tell them again in their order is not worth
  /// it, because they are rare.
  bool CanTellChangesSince(Sequence since) const {
    return book_.CanTellChangesSince(since) && since >= last_addition_;
  }

  // BookListener.
  void OnAdded(const Quote& quote) override { last_addition_ = quote.sequence; }

 private:
  struct Kept {
    Sequence since;
    Payload payload;
  };

  // Forgets what was encoded at another sequence number.
  void ForgetOld();

  const StockBook& book_;
  Sequence sequence_ = 0;  // of all that is kept
  std::optional<Payload> snapshot_;
  std::vector<Kept> caught_up_;  // the oldest at next_ once it is full
  std::size_t next_ = 0;
  Sequence last_addition_ = 0;
  std::vector<const Quote*> quotes_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_
