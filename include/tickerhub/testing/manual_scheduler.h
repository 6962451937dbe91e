#ifndef TICKERHUB_TESTING_MANUAL_SCHEDULER_H_
#define TICKERHUB_TESTING_MANUAL_SCHEDULER_H_

// A Scheduler for tests. Its clocks move only when told to, so a test of
// fifteen seconds takes no time and never depends on luck.
//
//     tickerhub::testing::ManualScheduler scheduler;
//     scheduler.RunAfter(std::chrono::seconds(15), [] { /* ... */ });
//     scheduler.Advance(std::chrono::seconds(15));    // runs what falls due
//
// Threads: any thread may call Post() and IsHubThread(). Call everything else
// from the thread that made it, which is the hub's.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::testing {

class TICKERHUB_EXPORT ManualScheduler : public Scheduler {
 public:
  /// The wall clock starts at 2026-01-02 14:30:00 UTC by default.
  explicit ManualScheduler(
      Timestamp start = Timestamp(std::chrono::milliseconds(1'767'364'200'000)))
      : wall_(start) {}

  Timestamp Now() const override { return wall_; }
  /// Starts at zero.
  SteadyTime SteadyNow() const override { return steady_; }
  /// The task waits for the next RunPosted() or Advance().
  void Post(Task task) override;
  /// The task waits for the Advance() that reaches its time. Timers of the same
  /// moment run in the order in which they were started.
  TimerId RunAfter(std::chrono::milliseconds delay, Task task) override;
  /// Does nothing if the timer has run. A task may cancel another one that
  /// falls due in the same Advance().
  void Cancel(TimerId timer) override;
  /// Returns whether the caller runs on the thread that made this.
  bool IsHubThread() const override {
    return std::this_thread::get_id() == thread_;
  }

  /// Moves both clocks on by `by`. Runs what was posted, then each timer that
  /// falls due on the way, in the order and at the moment of its time. Tasks
  /// may start further timers and post further tasks.
  void Advance(std::chrono::milliseconds by);

  /// Moves both clocks on by `by` at once, as after the process or its machine
  /// stood still. Then runs what was posted, and each timer that fell due
  /// meanwhile, all of them now. Returns how many timers ran: those that tasks
  /// start run if they have no delay.
  std::size_t Jump(std::chrono::milliseconds by);

  /// Runs what was posted, also what these tasks post. The clocks stand still.
  void RunPosted();

  /// Sets the wall clock, as a person or a time server does. The steady clock
  /// and the timers do not notice.
  void SetWallClock(Timestamp now) { wall_ = now; }

  /// Timers that have not run yet.
  std::size_t pending() const { return timers_.size(); }

 private:
  void MoveTo(SteadyTime moment);
  void RunFirstTimer();
  std::vector<Task> TakePosted();

  const std::thread::id thread_ = std::this_thread::get_id();
  Timestamp wall_;
  SteadyTime steady_{};
  TimerId last_id_ = 0;
  std::map<std::pair<SteadyTime, TimerId>, Task> timers_;
  std::mutex posted_mutex_;
  std::vector<Task> posted_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_MANUAL_SCHEDULER_H_
