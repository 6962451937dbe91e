#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_STREAM_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_STREAM_H_

#include <chrono>
#include <vector>

#include "stocks/outbox.h"
#include "stocks/paces.h"
#include "stocks/pulse.h"
#include "stocks/stock_subscriptions.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The changes of a book, told to those who have one pace: a tracker has a
/// stream for all who asked for none, and one for each pace that somebody asked
/// for. A stream counts for itself what it has told, so that each of its
/// messages continues from the one before, and encodes each once for all of its
/// followers. While nobody follows it, it does nothing.
class StockStream {
 public:
  /// What the streams of a tracker share.
  struct Shared {
    const StockTracker::Options& options;
    const StockBook& book;
    Broadcaster& broadcaster;
    Scheduler& scheduler;
    TopicNumbers& numbers;
    Outbox& out;
    StockTracker::Stats& stats;
  };

  /// `pace` null: nothing but Options::max_rate holds it back.
  StockStream(const Shared& shared, const Pace* pace);

  const Pace* pace() const { return pace_; }
  /// The number of the last message to those who follow all: what the next one
  /// continues from. What the book counted since then is still to be told.
  Sequence published() const { return published_; }

  StockSubscriptions& subscriptions() { return subscriptions_; }
  /// Call when `subscriptions()` may have other followers than before.
  void OnFollowersChanged();
  bool in_use() const {
    return subscriptions_.followers_of_all() > 0 ||
           subscriptions_.followers_by_name() > 0;
  }

  /// The book has changed: tells it at the end of the join window, or when the
  /// rate allows it.
  void OnChange() {
    if (!in_use()) {
      published_ = shared_.book.sequence();
    } else if (!timer_.pending()) {
      FlushAfter(shared_.options.join_window);
    }
  }
  /// Tells what has changed now, or when the rate allows it.
  void FlushSoon();

  /// Puts what is still to be told into the outbox, whatever the rate.
  void AppendPending();
  /// After AppendPending() and one change of the book: everybody is told of
  /// that one with one message.
  void OnToldEverybody(Timestamp now);

 private:
  void FlushAfter(std::chrono::milliseconds delay);
  void Flush();
  std::chrono::milliseconds RestOfInterval() const;
  void AppendToFollowers(const Quote& quote, Sequence seq);
  void Beat(TopicId group);

  const Shared& shared_;
  const Pace* const pace_;
  const std::chrono::milliseconds interval_;  // between two ticks, at least
  StockSubscriptions subscriptions_;
  Sequence published_;
  Timestamp last_tick_{};
  std::vector<const Quote*> changed_;  // kept for its memory
  Timer timer_;
  Pulse pulse_of_all_;
  Pulse pulse_by_name_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_STREAM_H_
