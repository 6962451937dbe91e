#ifndef TICKERHUB_LIB_CORE_STOCKS_PULSE_H_
#define TICKERHUB_LIB_CORE_STOCKS_PULSE_H_

#include <chrono>
#include <functional>

#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Beats when a group of sessions has been sent nothing for an interval.
class Pulse {
 public:
  /// An interval of 0 or less: it never beats.
  Pulse(Scheduler& scheduler, std::chrono::milliseconds interval,
        std::function<void()> beat);

  /// Somebody is in the group. Does nothing if that was so before.
  void Start();
  /// Nobody is.
  void Stop() { timer_.Cancel(); }
  /// The group was sent something.
  void Note(Timestamp now) { last_ = now; }

 private:
  void Fire();

  Scheduler& scheduler_;
  std::chrono::milliseconds interval_;
  std::function<void()> beat_;
  Timestamp last_{};
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_PULSE_H_
