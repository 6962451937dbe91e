#include "stocks/pulse.h"

#include <utility>

namespace tickerhub::internal {

Pulse::Pulse(Scheduler& scheduler, std::chrono::milliseconds interval,
             std::function<void()> beat)
    : scheduler_(scheduler),
      interval_(interval),
      beat_(std::move(beat)),
      timer_(scheduler) {}

void Pulse::Start() {
  if (interval_.count() <= 0 || timer_.pending()) return;
  last_ = scheduler_.Now();
  timer_.Start(interval_, [this] { Fire(); });
}

// The timer is not started anew for each message: it finds out here how long
// the group has been without one.
void Pulse::Fire() {
  const Timestamp now = scheduler_.Now();
  if (now - last_ >= interval_) {
    beat_();
    last_ = now;
  }
  if (now < last_) last_ = now;  // the clock was set back
  timer_.Start(last_ + interval_ - now, [this] { Fire(); });
}

}  // namespace tickerhub::internal
