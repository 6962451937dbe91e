#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_HEALTH_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_HEALTH_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// What "/healthz" and "/readyz" answer with.
///
/// Threads: any thread may call the const methods. Everything else belongs to
/// the hub's thread.
class Health {
 public:
  /// The hub hangs if its thread has not run anything for longer.
  static constexpr std::chrono::seconds kHubAnswersWithin{1};

  /// The hub's thread runs. Call it more often than twice a second.
  void Beat(SteadyTime now) {
    last_beat_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  /// True before the first beat: the server has just started.
  bool HubAnswers(SteadyTime now) const {
    const auto last = last_beat_.load(std::memory_order_relaxed);
    return last == 0 ||
           now - SteadyTime(SteadyTime::duration(last)) <= kHubAnswersWithin;
  }

  /// The server is about to stop: clients may come back from `back` on.
  void BeginDrain(SteadyTime back) {
    back_.store(back.time_since_epoch().count(), std::memory_order_relaxed);
  }
  bool draining() const { return back_.load(std::memory_order_relaxed) != 0; }
  /// For Retry-After, in whole seconds. REQUIRES: draining().
  std::string RetryAfter(SteadyTime now) const {
    const SteadyTime back(
        SteadyTime::duration(back_.load(std::memory_order_relaxed)));
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(
        back - now + std::chrono::milliseconds(999));
    return std::to_string(std::max<std::int64_t>(left.count(), 1));
  }

  /// Set before the server listens; called on the hub's thread. Returns a
  /// sentence if the server is not ready. May be null.
  std::function<std::string()> readiness;

 private:
  std::atomic<SteadyTime::rep> last_beat_{0};
  std::atomic<SteadyTime::rep> back_{0};
};

inline constexpr std::string_view kHubHangsText =
    "the hub's thread has not run for a second; a handler, a route or a task "
    "keeps it\n";

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_HEALTH_H_
