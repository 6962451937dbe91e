#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_H_

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "hub/log_sink.h"
#include "threads/told_sentences.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Runs the tasks of a context until it is stopped or has no more work. Logs an
/// exception that a task throws, with `what` the task is, and runs on. Returns
/// false at once if memory has run out (std::bad_alloc): then nobody knows what
/// was left undone.
bool RunTasks(asio::io_context* context, std::string_view what, LogSink* log);

/// The hub's thread: a queue of tasks, timers and two clocks. The server's
/// first event loop runs on the same thread and context. Any thread may
/// call Post(), Enqueue(), IsHubThread() and ReportMisuse(); everything else
/// belongs to the hub's thread.
class Hub : public Scheduler {
 public:
  explicit Hub(LogSink& log)
      : log_(log),
        work_(context_.get_executor()),
        signals_(context_),
        hang_ups_(context_) {}

  /// Post() without the cost of a std::function. Run() logs an exception that
  /// the task throws.
  template <typename Callable>
  void Enqueue(Callable&& task) {
    asio::post(context_, std::forward<Callable>(task));
  }

  /// Calls what is not ours: a handler, a task of a program. Logs an exception
  /// that it throws, and returns. REQUIRES: on the hub's thread.
  template <typename Callable>
  void Call(Callable&& task) {
    try {
      task();
    } catch (const std::bad_alloc&) {
      EndWithoutMemory();  // it may come out of our own code
    } catch (...) {
      log_.WriteException(kTask);
    }
  }

  /// For what runs on the hub's thread besides: the first event loop.
  asio::io_context& context() { return context_; }

  /// The bytes of messages that wait for the hub's thread. Any thread may call.
  std::size_t waiting_bytes() const {
    return waiting_bytes_.load(std::memory_order_relaxed);
  }
  void AddWaitingBytes(std::size_t bytes) { waiting_bytes_ += bytes; }
  void SubtractWaitingBytes(std::size_t bytes) { waiting_bytes_ -= bytes; }

  /// Calls `on_signal` for each SIGINT and SIGTERM, until ForgetSignals(). From
  /// then on they end the process.
  void WatchSignals(std::function<void(int)> on_signal);
  /// Calls `reload` on each SIGHUP, which would end the process otherwise.
  void WatchHangUps(std::function<void()> reload);
  void ForgetSignals();

  /// Runs tasks until Quit() was called. Logs an exception that a task throws
  /// and runs on.
  void Run();
  void Quit();

  /// Memory has run out: Run() returns, whatever waits. Any thread may call.
  void EndWithoutMemory();
  bool out_of_memory() const { return out_of_memory_; }

  // Scheduler.
  Timestamp Now() const override;
  SteadyTime SteadyNow() const override;
  void Post(Task task) override { Enqueue(std::move(task)); }
  TimerId RunAfter(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;
  bool IsHubThread() const override;
  void ReportMisuse(std::string_view sentence) override;

 private:
  void WaitForSignal();
  void WaitForHangUp();

  static constexpr std::string_view kTask = "a task on the hub's thread";

  LogSink& log_;
  ToldSentences told_;
  // The one that made this, then the one that calls Run(). Nobody afterwards:
  // whoever knows that Run() has returned may call.
  std::atomic<std::thread::id> thread_{std::this_thread::get_id()};
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::signal_set signals_;
  std::function<void(int)> on_signal_;
  asio::signal_set hang_ups_;
  std::function<void()> reload_;
  std::unordered_map<TimerId, std::unique_ptr<asio::steady_timer>> timers_;
  TimerId last_timer_ = 0;
  std::atomic<std::size_t> waiting_bytes_{0};
  std::atomic<bool> out_of_memory_{false};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_H_
