#ifndef TICKERHUB_SCHEDULER_H_
#define TICKERHUB_SCHEDULER_H_

// A Scheduler is the hub's thread as the services see it: two clocks, timers
// and a queue of tasks. Everything that decides (books, services, routers) runs
// on the hub's thread, one task after the other, and therefore needs no locks.
// The server has a Scheduler (Server::scheduler()); tests use
// tickerhub::testing::ManualScheduler, whose clocks move only when told to.
//
//     tickerhub::Timer heartbeat(scheduler);
//     heartbeat.Start(std::chrono::seconds(15), [] { /* runs once */ });
//     scheduler.Post([] { /* runs on the hub's thread */ });
//
// While a task runs, everything else on the hub's thread waits. A task that
// throws is logged, and the next one runs (Server::Options::log). Once the
// server has stopped, no task runs any more; those that wait are destroyed with
// it.
//
// Threads: any thread may call Post() and IsHubThread(). Call everything else
// from the hub's thread only. A call from another thread is reported with a
// sentence that names the right call; in a debug build (without NDEBUG) the
// sentence goes to standard error and the program ends.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "tickerhub/export.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

class TICKERHUB_EXPORT Scheduler {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;
  static constexpr TimerId kNoTimer = 0;
  /// The longest delay of a timer, a hundred years. RunAfter() takes a longer
  /// delay as this one.
  static constexpr std::chrono::milliseconds kMaxDelay =
      std::chrono::hours(24) * 365 * 100;

  virtual ~Scheduler() = default;

  /// The wall clock, for stamps that people read. Somebody may set it back or
  /// forward, so never subtract two readings of it.
  virtual Timestamp Now() const = 0;

  /// The steady clock, for intervals, rates and deadlines. Never goes back.
  virtual SteadyTime SteadyNow() const = 0;

  /// Runs `task` on the hub's thread, after the tasks that this thread posted
  /// before. Never runs it before Post() has returned. Any thread may call.
  virtual void Post(Task task) = 0;

  /// Runs `task` once on the hub's thread, `delay` from now or a little later.
  /// Never runs it before RunAfter() has returned. Follows the steady clock.
  /// REQUIRES: `delay` is not negative.
  virtual TimerId RunAfter(std::chrono::milliseconds delay, Task task) = 0;

  /// Prevents the task of `timer` from running. Does nothing if it has run
  /// already or if there is no such timer.
  virtual void Cancel(TimerId timer) = 0;

  /// Returns whether the caller may use what belongs to the hub's thread: it
  /// runs on it, or nothing does, because the hub has ended. Any thread may
  /// call.
  virtual bool IsHubThread() const = 0;

  /// Hears of calls that came from a wrong thread, in release builds. Writes
  /// each sentence once to standard error by default; a server writes it to its
  /// log. Any thread may call.
  virtual void ReportMisuse(std::string_view sentence);
};

/// A one-shot timer that cancels itself when it goes out of scope. The
/// scheduler must outlive it.
class TICKERHUB_EXPORT Timer {
 public:
  explicit Timer(Scheduler& scheduler) : scheduler_(scheduler) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { Cancel(); }

  /// Runs `task` once after `delay`. Cancels what was pending before.
  void Start(std::chrono::milliseconds delay, Scheduler::Task task) {
    Cancel();
    id_ = scheduler_.RunAfter(delay, [this, task = std::move(task)] {
      id_ = Scheduler::kNoTimer;
      task();
    });
  }

  /// Does nothing if no task is pending.
  void Cancel() {
    if (id_ != Scheduler::kNoTimer) scheduler_.Cancel(id_);
    id_ = Scheduler::kNoTimer;
  }

  /// A task waits to be run.
  bool pending() const { return id_ != Scheduler::kNoTimer; }

 private:
  Scheduler& scheduler_;
  Scheduler::TimerId id_ = Scheduler::kNoTimer;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SCHEDULER_H_
