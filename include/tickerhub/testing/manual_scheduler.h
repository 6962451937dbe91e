#ifndef TICKERHUB_TESTING_MANUAL_SCHEDULER_H_
#define TICKERHUB_TESTING_MANUAL_SCHEDULER_H_

// A Scheduler whose time moves only when told to.
//
//   tickerhub::testing::ManualScheduler scheduler;
//   MyService service(scheduler);
//   scheduler.Advance(std::chrono::seconds(15));   // runs what falls due
//
// Threads: use from one thread.

#include <chrono>
#include <cstddef>
#include <map>
#include <utility>

#include "tickerhub/scheduler.h"

namespace tickerhub::testing {

class ManualScheduler : public Scheduler {
 public:
  /// Starts at 2026-01-02 14:30:00 UTC.
  ManualScheduler();
  explicit ManualScheduler(Timestamp start) : now_(start) {}

  Timestamp Now() const override { return now_; }
  TimerId RunAfter(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;

  /// Moves time on and runs what falls due on the way, in order of its time,
  /// each at its own time; tasks may start further ones.
  void Advance(std::chrono::milliseconds by);

  std::size_t pending() const { return tasks_.size(); }

 private:
  Timestamp now_;
  TimerId last_id_ = 0;
  std::map<std::pair<Timestamp, TimerId>, Task> tasks_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_MANUAL_SCHEDULER_H_
