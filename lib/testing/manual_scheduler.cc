#include "tickerhub/testing/manual_scheduler.h"

#include <cassert>

namespace tickerhub::testing {

ManualScheduler::ManualScheduler()
    : ManualScheduler(Timestamp(std::chrono::milliseconds(1'767'364'200'000))) {
}

Scheduler::TimerId ManualScheduler::RunAfter(std::chrono::milliseconds delay,
                                             Task task) {
  assert(delay.count() >= 0);
  const TimerId id = ++last_id_;
  tasks_.emplace(std::make_pair(now_ + delay, id), std::move(task));
  return id;
}

void ManualScheduler::Cancel(TimerId timer) {
  for (auto it = tasks_.begin(); it != tasks_.end(); ++it) {
    if (it->first.second != timer) continue;
    tasks_.erase(it);
    return;
  }
}

void ManualScheduler::Advance(std::chrono::milliseconds by) {
  assert(by.count() >= 0);
  const Timestamp end = now_ + by;
  while (!tasks_.empty() && tasks_.begin()->first.first <= end) {
    // Out of the map before it runs: it may start and cancel others.
    auto task = tasks_.extract(tasks_.begin());
    now_ = task.key().first;
    task.mapped()();
  }
  now_ = end;
}

}  // namespace tickerhub::testing
