#ifndef TICKERHUB_WEBSOCKETPP_ASIO_SCHEDULER_H_
#define TICKERHUB_WEBSOCKETPP_ASIO_SCHEDULER_H_

// A Scheduler over an Asio context that you run yourself, for services beside
// an endpoint of your own (endpoint_broadcaster.h). The thread that runs the
// context is the hub's thread.
//
//     websocketpp::server<websocketpp::config::asio> endpoint;
//     endpoint.init_asio();
//     tickerhub::AsioScheduler scheduler(endpoint.get_io_service());
//     scheduler.RunAfter(std::chrono::seconds(15), [] { /* runs once */ });
//     endpoint.run();
//
// This header includes the Asio that websocketpp uses, your choice of that of
// Boost or the standalone one.
//
// Threads: any thread may call Post() and IsHubThread(). Call everything else
// on the thread that runs the context. Before it runs, that is the thread that
// made the scheduler. One thread at a time may run the context.
//
// Errors: an exception of a task leaves the context's run(), as that of any
// handler of Asio.

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <websocketpp/common/asio.hpp>

#include "tickerhub/scheduler.h"

namespace tickerhub {

class AsioScheduler : public Scheduler {
 public:
  using Context = ::websocketpp::lib::asio::io_service;

  /// `context` must outlive this object.
  explicit AsioScheduler(Context& context) : context_(context) {
    context_.post([state = state_] { state->has_run = true; });
  }
  AsioScheduler(const AsioScheduler&) = delete;
  AsioScheduler& operator=(const AsioScheduler&) = delete;

  /// The wall clock of the system. It may jump; use it for stamps only.
  Timestamp Now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
  /// The clock of the timers. It never goes back.
  SteadyTime SteadyNow() const override {
    return std::chrono::steady_clock::now();
  }

  /// Runs `task` on the hub's thread, after what was posted before, and never
  /// inside this call. A task that is posted when the context has stopped runs
  /// if the context runs again.
  void Post(Task task) override { context_.post(std::move(task)); }

  /// Runs `task` once after `delay`, never inside this call, and after
  /// kMaxDelay if `delay` is longer than that. Costs one timer of Asio.
  /// REQUIRES: `delay` is not negative.
  TimerId RunAfter(std::chrono::milliseconds delay, Task task) override {
    ExpectHub("Scheduler::RunAfter()");
    const TimerId id = ++last_id_;
    auto timer = std::make_unique<Deadline>(context_);
    timer->expires_after(std::min(delay, kMaxDelay));
    timer->async_wait([weak = std::weak_ptr<State>(state_), id,
                       task = std::move(task)](const auto& error) {
      // Cancel() may come too late to stop it. Then it is not in timers.
      const std::shared_ptr<State> state = weak.lock();
      if (error || !state || state->timers.erase(id) == 0) return;
      task();
    });
    state_->timers.emplace(id, std::move(timer));
    return id;
  }

  /// The task does not run any more, also if its time has come already. Does
  /// nothing if it has run.
  void Cancel(TimerId timer) override {
    ExpectHub("Scheduler::Cancel()");
    state_->timers.erase(timer);
  }

  /// Returns whether the caller may use what belongs to the hub: it runs inside
  /// the context, the context has ended, or it has made this and the context
  /// has not begun.
  bool IsHubThread() const override {
    if (context_.get_executor().running_in_this_thread()) return true;
    // Whoever knows that it has ended may call.
    if (context_.stopped()) return true;
    return !state_->has_run && std::this_thread::get_id() == maker_;
  }

 private:
  using Deadline = ::websocketpp::lib::asio::steady_timer;

  // Outlives this object with what waits in the context.
  struct State {
    std::unordered_map<TimerId, std::unique_ptr<Deadline>> timers;
    std::atomic<bool> has_run{false};
  };

  void ExpectHub(const char* call) {
    if (IsHubThread()) return;
    ReportMisuse(std::string(call) +
                 " was called from another thread than the hub's; wrap the "
                 "call into Scheduler::Post()");
    assert(false && "a call from a wrong thread");
  }

  Context& context_;
  const std::thread::id maker_ = std::this_thread::get_id();
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  TimerId last_id_ = kNoTimer;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_ASIO_SCHEDULER_H_
