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
// Lifetime: the scheduler must outlive the services that use it. Its end
// cancels its timers. What was posted before still runs when the context does.
//
// Errors: an exception of a task leaves the context's run(), as that of any
// handler of Asio.

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <unordered_map>
#include <websocketpp/common/asio.hpp>

#include "tickerhub/scheduler.h"

namespace tickerhub {

class AsioScheduler : public Scheduler {
 public:
  using Context = ::websocketpp::lib::asio::io_service;

  /// `context` must outlive this object.
  explicit AsioScheduler(Context& context);
  AsioScheduler(const AsioScheduler&) = delete;
  AsioScheduler& operator=(const AsioScheduler&) = delete;

  /// The wall clock of the system.
  Timestamp Now() const override;
  /// The clock of the timers.
  SteadyTime SteadyNow() const override;

  /// A task that is posted when the context has stopped runs if the context
  /// runs again.
  void Post(Task task) override;

  /// Costs one timer of Asio.
  TimerId RunAfter(std::chrono::milliseconds delay, Task task) override;

  /// The task does not run any more, also if its time has come already and the
  /// context has not come to it yet.
  void Cancel(TimerId timer) override;

  /// Returns whether the caller may use what belongs to the hub: it runs inside
  /// the context, the context has ended, or it has made this and the context
  /// has not begun.
  bool IsHubThread() const override;

 private:
  using Deadline = ::websocketpp::lib::asio::steady_timer;

  // Outlives this object with what waits in the context.
  struct State {
    std::unordered_map<TimerId, std::unique_ptr<Deadline>> timers;
    std::atomic<bool> has_run{false};
  };

  void ExpectHub(const char* call);

  Context& context_;
  const std::thread::id maker_ = std::this_thread::get_id();
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  TimerId last_id_ = kNoTimer;
};

}  // namespace tickerhub

#include "tickerhub/websocketpp/internal/asio_scheduler_impl.h"

#endif  // TICKERHUB_WEBSOCKETPP_ASIO_SCHEDULER_H_
