#ifndef TICKERHUB_LIB_CORE_STOCKS_ALARM_H_
#define TICKERHUB_LIB_CORE_STOCKS_ALARM_H_

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Rings once at a moment of the steady clock. Setting it anew for a later
/// moment and silencing it cost nothing: the timer of the scheduler stays, and
/// looks when it fires whether there is still something to wait for.
class Alarm {
 public:
  Alarm(Scheduler& scheduler, std::function<void()> ring)
      : scheduler_(scheduler), ring_(std::move(ring)), timer_(scheduler) {}

  /// Rings at `moment`, and not at the one that was set before.
  void Set(SteadyTime moment) {
    moment_ = moment;
    if (!timer_.pending() || fires_ > moment) StartTimer();
  }
  bool is_set() const { return moment_.has_value(); }

  /// Does not ring until it is set anew.
  void Silence() { moment_.reset(); }
  /// Silences it for long, and so gives the timer back.
  void Stop() {
    Silence();
    timer_.Cancel();
  }

 private:
  void StartTimer() {
    fires_ = *moment_;
    timer_.Start(std::chrono::ceil<std::chrono::milliseconds>(
                     fires_ - scheduler_.SteadyNow()),
                 [this] { Fire(); });
  }

  void Fire() {
    if (!moment_) return;
    if (*moment_ > scheduler_.SteadyNow()) return StartTimer();
    moment_.reset();
    ring_();
  }

  Scheduler& scheduler_;
  const std::function<void()> ring_;
  Timer timer_;
  SteadyTime fires_{};  // of timer_, while that is pending
  std::optional<SteadyTime> moment_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_ALARM_H_
