#ifndef TICKERHUB_LIB_CORE_FEED_FEED_WATCH_H_
#define TICKERHUB_LIB_CORE_FEED_FEED_WATCH_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "tickerhub/feed_state.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// Knows whether prices still come, and says when that changes. A price costs
/// it a few comparisons and no timer: the timer looks when it fires whether one
/// has come meanwhile.
class FeedWatch {
 public:
  /// Where a batch of prices comes from.
  enum class Origin : std::uint8_t { kSource, kProgram };

  /// `stale_after` 0: never quiet. `on_change` is called after the state has
  /// changed. `scheduler` must outlive this.
  FeedWatch(Scheduler& scheduler, std::chrono::milliseconds stale_after,
            std::function<void()> on_change);

  /// Prices have come, or what quotes have beside them, also such that changed
  /// nothing.
  template <typename Update>
  void OnPrices(const Update* updates, std::size_t count, Origin origin) {
    if (count == 0) return;
    Timestamp newest = updates[0].time;
    for (std::size_t i = 1; i < count; ++i) {
      newest = std::max(newest, updates[i].time);
    }
    OnNewest(newest, origin);
  }
  /// Sources were polled, followed or unfollowed. Reads `sources`, `ended`,
  /// `failed` and `fault`.
  void OnSources(const StockTracker::Feed& sources);

  FeedState state() const { return state_; }
  /// The time of the newest price. One that is ahead of the clock counts as of
  /// the moment when it came: no price is of the future.
  std::optional<Timestamp> newest_time() const { return newest_time_; }
  StockTracker::Feed feed() const;

 private:
  void OnNewest(Timestamp newest, Origin origin);
  // Of nothing: as if a price had come at the start.
  bool IsStale(std::optional<SteadyTime> newest) const;
  std::optional<SteadyTime> newest() const;
  FeedState StateNow() const;
  void Evaluate();
  void WatchOn();

  Scheduler& scheduler_;
  const std::chrono::milliseconds stale_after_;
  const std::function<void()> on_change_;
  const SteadyTime start_;
  std::optional<SteadyTime> newest_of_sources_;
  std::optional<SteadyTime> newest_of_program_;
  std::optional<Timestamp> newest_time_;
  StockTracker::Feed sources_;
  FeedState state_ = FeedState::kLive;
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_FEED_FEED_WATCH_H_
