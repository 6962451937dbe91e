#ifndef TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_
#define TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "feed/feed_watch.h"
#include "stocks/alarm.h"
#include "stocks/book_writer.h"
#include "tickerhub/price_source.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// Polls each PriceSource when it is due and when it wakes its follower, and
/// hands what it brings to a BookWriter. Tells the sources what is tracked.
/// Does not let a source bring back what was removed: a recording or a feed
/// that is piped in goes on naming it.
class SourcePoller : public BookListener {
 public:
  /// All of these must outlive this.
  SourcePoller(Scheduler& scheduler, BookWriter& writer, FeedWatch& watch);
  ~SourcePoller() override;

  /// Follows `source` too, tells it what the book holds and polls it at once;
  /// if a source is being polled at the moment, right after that. Does nothing
  /// if it is followed already.
  void Follow(PriceSource& source);

  /// Calls `source` no more, after it has told it that nothing is tracked. A
  /// source may do so while it is polled; what that poll brings still counts.
  /// Does nothing if it is not followed.
  void Unfollow(PriceSource& source);

  /// Asks the sources in the order in which they were followed.
  std::optional<Price> PriceOf(const Symbol& symbol);

  /// When PriceOf() can say that its price was made: at the newest price of
  /// all, or at `now` before the first.
  Timestamp TimeOfPrices(Timestamp now) const {
    return watch_.newest_time().value_or(now);
  }

  /// How many sources there are, how many of them have ended, and why.
  StockTracker::Feed feed() const;

  /// Tells the sources and polls them soon: something may be due now that was
  /// not before.
  void OnAdded(const Quote& quote) override;
  void OnRemoved(const Symbol& symbol) override;

 private:
  struct Followed {
    PriceSource* source;  // null: not followed any more
    std::optional<SteadyTime> due;
    bool is_woken = false;
    // At most as many as the book may hold. Past it, one is forgotten.
    std::unordered_set<Symbol> removed;
  };

  Followed* Find(const PriceSource& source);
  void Wake(Followed* followed);
  void WakeSoon();
  // Polls each source that is due or woken.
  void PollReady();
  void Poll(Followed* followed, const PollTime& now);
  template <typename Update>
  void Apply(const Followed& followed, std::vector<Update>* updates);
  // Forgets those that are not followed any more. Sees to it that those are
  // polled that are due later, or that were left out because one threw. Tells
  // the watch of them.
  void Finish();

  Scheduler& scheduler_;
  BookWriter& writer_;
  FeedWatch& watch_;
  std::vector<std::unique_ptr<Followed>> followed_;
  bool is_polling_ = false;  // followed_ may grow but not shrink
  Alarm due_;
  // A task that polls was posted. Outlives this with that task.
  std::shared_ptr<bool> is_posted_ = std::make_shared<bool>(false);
  std::vector<PriceUpdate> updates_;  // kept for their memory
  std::vector<QuoteUpdate> quotes_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_
