#ifndef TICKERHUB_LIB_CORE_STOCKS_PRICE_PUBLISHERS_H_
#define TICKERHUB_LIB_CORE_STOCKS_PRICE_PUBLISHERS_H_

#include <chrono>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "stocks/alarm.h"
#include "stocks/book_writer.h"
#include "stocks/stock_subscriptions.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The most price updates a second that a client gets, if it asks for fewer
/// than come (docs/protocol.md). There is a short list of paces and not any
/// number: all clients of one pace share every message, so the costs of paces
/// do not grow with the clients.
struct Pace {
  double rate;                         // updates a second
  std::string_view name;               // the rate as JSON
  std::chrono::milliseconds interval;  // between two updates, at least
};

/// The slowest first.
inline constexpr Pace kPaces[] = {
    {0.1, "0.1", std::chrono::milliseconds(10'000)},
    {0.2, "0.2", std::chrono::milliseconds(5'000)},
    {0.5, "0.5", std::chrono::milliseconds(2'000)},
    {1, "1", std::chrono::milliseconds(1'000)},
    {2, "2", std::chrono::milliseconds(500)},
    {5, "5", std::chrono::milliseconds(200)},
    {10, "10", std::chrono::milliseconds(100)},
    {20, "20", std::chrono::milliseconds(50)},
    {50, "50", std::chrono::milliseconds(20)},
};

/// Returns the fastest pace within `rate`. Null if `rate` is below all.
inline const Pace* FastestPaceWithin(double rate) {
  const Pace* fastest = nullptr;
  for (const Pace& pace : kPaces) {
    if (pace.rate <= rate) fastest = &pace;
  }
  return fastest;
}

/// Publishes the changes of a book to the sessions of one pace. Counts for
/// itself what it has published, so each of its messages continues from the one
/// before. Encodes each message once for all of its followers. Does nothing
/// while nobody follows it.
class PricePublisher {
 public:
  /// What the publishers of a tracker share.
  struct Shared {
    const StockTracker::Options& options;
    const StockBook& book;
    Broadcaster& broadcaster;
    Scheduler& scheduler;
    StockTracker::Counters& counters;
    TopicNumbers numbers{};
    /// The messages of one tick in their order. They go out in one call, so a
    /// client gets all of its messages at once.
    std::vector<Publication> out{};
    /// Whoever has got all messages before this tick has all changes up to this
    /// number: the lowest that a message of the tick continues from.
    Sequence since = std::numeric_limits<Sequence>::max();

    void Add(Publication publication, Sequence continues_from);
    void SendOut();
  };

  /// `shared` must outlive this. `pace` null: only Options::max_rate bounds it.
  PricePublisher(Shared& shared, const Pace* pace);

  const Pace* pace() const { return pace_; }
  /// The number of the last message to those who follow all stocks. The next
  /// message continues from it.
  Sequence published() const { return published_; }

  StockSubscriptions& subscriptions() { return subscriptions_; }
  /// Call when `subscriptions()` may have other followers than before.
  void OnFollowersChanged();
  bool in_use() const {
    return subscriptions_.followers_of_all() > 0 ||
           subscriptions_.followers_by_name() > 0;
  }

  /// The book may have changed. Publishes at the end of the join window, or
  /// when the rate allows it.
  void OnChange();
  /// Publishes now, or when the rate allows it.
  void FlushSoon();

  /// Puts all that is not published yet into Shared::out, whatever the rate.
  void AppendPending();
  /// Everybody was told of the newest change with one message.
  void OnToldEverybody(SteadyTime now);

 private:
  void FlushAt(SteadyTime moment);
  void Flush();
  void UpdateHeartbeat(std::size_t followers, Alarm* heartbeat);
  void PostponeHeartbeat(SteadyTime now, Alarm* heartbeat);
  void Beat(TopicId group, Alarm* heartbeat);

  Shared& shared_;
  const Pace* const pace_;
  const std::chrono::milliseconds interval_;  // between two ticks, at least
  StockSubscriptions subscriptions_;
  Sequence published_;
  SteadyTime next_tick_ = SteadyTime::min();  // not before it
  std::vector<const Quote*> changed_;         // kept for its memory
  Alarm flush_;
  Alarm heartbeat_of_all_;
  Alarm heartbeat_by_name_;
};

/// All publishers of one tracker: one for the sessions that asked for no pace,
/// and one for each pace that somebody asked for. Tells everybody of stocks
/// that are added or removed.
class PricePublishers : public BookListener {
 public:
  /// All that `shared` refers to must outlive this.
  explicit PricePublishers(PricePublisher::Shared shared);

  /// Makes one if there is none. `pace` null: those who asked for none.
  PricePublisher* OfPace(const Pace* pace);

  /// Call when `publisher` may have other followers than before. Deletes it if
  /// it has none, unless it is the one without a pace.
  void OnFollowersChanged(PricePublisher* publisher);

  bool IsFollowedByName(const Symbol& symbol);

  /// Publishes what has changed now, or when the rates allow it.
  void Flush();

  /// Tells everybody how current the prices are, behind what has changed
  /// before.
  void TellStatus(Payload status);

  void BeforeAddOrRemove() override;
  void OnAdded(const Quote& quote) override;
  void OnRemoved(const Symbol& symbol) override;
  void OnApplied() override;

 private:
  // To all sessions, who have everything up to `continues_from`.
  void TellEverybody(Payload message, Sequence continues_from);

  PricePublisher::Shared shared_;
  std::vector<std::unique_ptr<PricePublisher>> publishers_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_PRICE_PUBLISHERS_H_
