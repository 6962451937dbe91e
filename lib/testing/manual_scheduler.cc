#include "tickerhub/testing/manual_scheduler.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tickerhub::testing {

Scheduler::TimerId ManualScheduler::RunAfter(std::chrono::milliseconds delay,
                                             Task task) {
  assert(delay.count() >= 0);
  const TimerId id = ++last_id_;
  const SteadyTime due = steady_ + std::min(delay, kMaxDelay);
  timers_.emplace(std::make_pair(due, id), std::move(task));
  return id;
}

void ManualScheduler::Cancel(TimerId timer) {
  for (auto it = timers_.begin(); it != timers_.end(); ++it) {
    if (it->first.second != timer) continue;
    timers_.erase(it);
    return;
  }
}

void ManualScheduler::Advance(std::chrono::milliseconds by) {
  assert(by.count() >= 0);
  const SteadyTime end = steady_ + by;
  RunPosted();
  while (!timers_.empty() && timers_.begin()->first.first <= end) {
    // The task leaves the map before it runs: it may start and cancel others.
    auto timer = timers_.extract(timers_.begin());
    MoveTo(timer.key().first);
    timer.mapped()();
    RunPosted();
  }
  MoveTo(end);
}

void ManualScheduler::RunPosted() {
  while (!posted_.empty()) {
    for (const Task& task : std::exchange(posted_, {})) task();
  }
}

void ManualScheduler::MoveTo(SteadyTime moment) {
  wall_ +=
      std::chrono::duration_cast<std::chrono::milliseconds>(moment - steady_);
  steady_ = moment;
}

}  // namespace tickerhub::testing
