#ifndef TICKERHUB_SCHEDULER_H_
#define TICKERHUB_SCHEDULER_H_

// The hub's clock and timers. All that decides (books, services, routers) runs
// on one thread, the hub's, without locks; a Scheduler is that thread as the
// services see it. The server has one (Server::scheduler()); tests use
// tickerhub::testing::ManualScheduler, whose time moves only when told to.
//
//   tickerhub::Timer heartbeat(scheduler);
//   heartbeat.Start(std::chrono::seconds(15), [this] { Beat(); });
//
// Threads: call from the hub's thread only. To get there from another, use
// Server::Post().

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "tickerhub/timestamp.h"

namespace tickerhub {

class Scheduler {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;
  static constexpr TimerId kNoTimer = 0;

  virtual ~Scheduler() = default;

  virtual Timestamp Now() const = 0;

  /// Runs `task` once on the hub's thread, `delay` from now or a little later,
  /// never before RunAfter() has returned. REQUIRES: delay is not negative.
  virtual TimerId RunAfter(std::chrono::milliseconds delay, Task task) = 0;

  /// The task will not run. Does nothing if it has run or is not known.
  virtual void Cancel(TimerId timer) = 0;
};

/// A one-shot timer that is cancelled when it goes out of scope. The scheduler
/// must outlive it.
class Timer {
 public:
  explicit Timer(Scheduler& scheduler) : scheduler_(scheduler) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { Cancel(); }

  /// Starts anew; what was pending will not run.
  void Start(std::chrono::milliseconds delay, Scheduler::Task task) {
    Cancel();
    id_ = scheduler_.RunAfter(delay, [this, task = std::move(task)] {
      id_ = Scheduler::kNoTimer;
      task();
    });
  }

  void Cancel() {
    if (id_ != Scheduler::kNoTimer) scheduler_.Cancel(id_);
    id_ = Scheduler::kNoTimer;
  }

  bool pending() const { return id_ != Scheduler::kNoTimer; }

 private:
  Scheduler& scheduler_;
  Scheduler::TimerId id_ = Scheduler::kNoTimer;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SCHEDULER_H_
