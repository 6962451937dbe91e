#ifndef TICKERHUB_LIB_CORE_DAYS_DAY_CLOCK_H_
#define TICKERHUB_LIB_CORE_DAYS_DAY_CLOCK_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "tickerhub/day_start.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Tells when a day begins. Looks at the wall clock once a minute at least,
/// because somebody may set it, or the machine may have slept.
class DayClock {
 public:
  /// Does nothing without a start. `scheduler` must outlive this.
  DayClock(const std::optional<DayStart>& start, Scheduler& scheduler,
           std::function<void()> begin_day)
      : start_(start),
        scheduler_(scheduler),
        begin_day_(std::move(begin_day)),
        timer_(scheduler) {
    if (start_) Wait();
  }

 private:
  static constexpr std::chrono::milliseconds kLongestWait{60'000};
  static constexpr std::chrono::milliseconds kLittle = std::chrono::hours(1);

  void Look() {
    if (scheduler_.Now() >= next_) {
      begun_ = next_;
      begin_day_();
    }
    Wait();
  }

  void Wait() {
    const Timestamp now = scheduler_.Now();
    // A clock that is set back a little does not begin the day again.
    const bool was_set_back = now < begun_ && begun_ - now < kLittle;
    next_ = start_->After(was_set_back ? begun_ : now);
    timer_.Start(
        std::clamp(next_ - now, std::chrono::milliseconds(1), kLongestWait),
        [this] { Look(); });
  }

  const std::optional<DayStart> start_;
  Scheduler& scheduler_;
  const std::function<void()> begin_day_;
  Timestamp next_{};
  Timestamp begun_{};
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_DAYS_DAY_CLOCK_H_
