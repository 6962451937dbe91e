#include "tickerhub/testing/manual_scheduler.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "threads/hub_thread.h"

namespace tickerhub::testing {

using tickerhub::internal::ExpectHubThread;

void ManualScheduler::Post(Task task) {
  const std::lock_guard<std::mutex> lock(posted_mutex_);
  posted_.push_back(std::move(task));
}

Scheduler::TimerId ManualScheduler::RunAfter(std::chrono::milliseconds delay,
                                             Task task) {
  ExpectHubThread(*this, "Scheduler::RunAfter()");
  assert(delay.count() >= 0);
  const TimerId id = ++last_id_;
  const SteadyTime due = steady_ + std::min(delay, kMaxDelay);
  timers_.emplace(std::make_pair(due, id), std::move(task));
  return id;
}

void ManualScheduler::Cancel(TimerId timer) {
  ExpectHubThread(*this, "Scheduler::Cancel()");
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
    MoveTo(timers_.begin()->first.first);
    RunFirstTimer();
  }
  MoveTo(end);
}

std::size_t ManualScheduler::Jump(std::chrono::milliseconds by) {
  assert(by.count() >= 0);
  MoveTo(steady_ + by);
  RunPosted();
  std::size_t ran = 0;
  for (; !timers_.empty() && timers_.begin()->first.first <= steady_; ++ran) {
    RunFirstTimer();
  }
  return ran;
}

// The task leaves the map before it runs: it may start and cancel others.
void ManualScheduler::RunFirstTimer() {
  const auto timer = timers_.extract(timers_.begin());
  timer.mapped()();
  RunPosted();
}

void ManualScheduler::RunPosted() {
  for (;;) {
    const std::vector<Task> tasks = TakePosted();
    if (tasks.empty()) return;
    for (const Task& task : tasks) task();
  }
}

std::vector<Scheduler::Task> ManualScheduler::TakePosted() {
  const std::lock_guard<std::mutex> lock(posted_mutex_);
  return std::exchange(posted_, {});
}

void ManualScheduler::MoveTo(SteadyTime moment) {
  wall_ +=
      std::chrono::duration_cast<std::chrono::milliseconds>(moment - steady_);
  steady_ = moment;
}

}  // namespace tickerhub::testing
