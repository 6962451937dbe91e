#ifndef TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_
#define TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "feed/feed_watch.h"
#include "protocol/stock_messages.h"
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

  /// Both must outlive this.
  SharedMessages(const StockBook& book, const FeedWatch& watch)
      : book_(book), watch_(watch) {}

  /// May be ahead of what a publisher has published. The next update then
  /// continues from a number below the snapshot's and repeats, at worst, what
  /// the snapshot has said.
  Payload Snapshot();
  /// The snapshot of some stocks. REQUIRES: the book has all of them.
  Payload SnapshotOf(const std::vector<Symbol>& symbols) const;

  /// How current the prices are, for everybody: the state has changed. What is
  /// skipped at this moment is told again by what brings it up to date.
  Payload Status();

  /// What brings someone up to date who follows all stocks, was skipped, and
  /// knows the state at `since`: an update, a heartbeat if nothing has changed,
  /// or the snapshot if an update cannot tell it (see CanTellChangesSince()).
  /// An update is never longer than the snapshot, but for a few bytes: it has
  /// the price and the quote of each changed stock at most, and the snapshot
  /// has these of all stocks.
  Payload CatchUp(Sequence since);

  /// All that such a client gets: the above, and the newest Status() if it may
  /// have missed that.
  struct Resync {
    std::vector<Payload> messages;
    bool is_snapshot = false;
  };
  Resync ResyncAll(Sequence since);
  /// Likewise for one who follows these stocks: an update for each that
  /// changed, or a heartbeat. Clients that follow some stocks keep a number for
  /// each, and take updates of one stock only. One message for each stock that
  /// changed costs a write each, and is as long as the stock's part of a
  /// snapshot. So a snapshot is the answer if more than half of the stocks have
  /// changed, or if updates cannot tell it.
  Resync ResyncOf(const std::vector<Symbol>& symbols, Sequence since) const;

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

  // For one who fell behind: the snapshot says so.
  Payload SkippedSnapshot(Sequence since);
  Sequence SkippedSince(Sequence since) const;
  // Whoever has a number above that of the newest Status() got that before.
  void AddMissedStatus(Sequence since, std::vector<Payload>* messages) const;
  // Forgets what was encoded at another sequence number.
  void ForgetOld();

  const StockBook& book_;
  const FeedWatch& watch_;
  std::optional<Sequence> told_at_;  // the newest Status()
  Sequence sequence_ = 0;            // of all that is kept
  std::optional<Payload> snapshot_;
  std::optional<Kept> skipped_;  // the newest for one who fell behind
  std::vector<Kept> caught_up_;  // the oldest at next_ once it is full
  std::size_t next_ = 0;
  Sequence last_addition_ = 0;
  std::vector<const Quote*> quotes_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_SHARED_MESSAGES_H_
