#include "hub/hub.h"

#include <algorithm>
#include <csignal>
#include <new>
#include <string>

#include "threads/hub_thread.h"
#include "threads/system_time.h"

namespace tickerhub::internal {

bool RunTasks(asio::io_context* context, std::string_view what, LogSink* log) {
  for (;;) {
    try {
      context->run();
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    } catch (...) {
      log->WriteException(what);
    }
  }
}

void Hub::WatchSignals(std::function<void(int)> on_signal) {
  std::signal(SIGPIPE, SIG_IGN);
  on_signal_ = std::move(on_signal);
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  WaitForSignal();
}

void Hub::WaitForSignal() {
  signals_.async_wait([this](const std::error_code& error, int signal) {
    if (error) return;
    WaitForSignal();
    on_signal_(signal);
  });
}

void Hub::WatchHangUps(std::function<void()> reload) {
  reload_ = std::move(reload);
  asio::error_code ignored;
  hang_ups_.add(SIGHUP, ignored);
  WaitForHangUp();
}

void Hub::WaitForHangUp() {
  hang_ups_.async_wait([this](const std::error_code& error, int) {
    if (error) return;
    WaitForHangUp();
    reload_();
  });
}

void Hub::ForgetSignals() {
  asio::error_code ignored;
  signals_.clear(ignored);
}

void Hub::Run() {
  thread_ = std::this_thread::get_id();
  if (!RunTasks(&context_, kTask, &log_)) EndWithoutMemory();
  thread_ = std::thread::id();
}

void Hub::Quit() {
  ForgetSignals();
  timers_.clear();
  work_.reset();
  context_.stop();
}

void Hub::EndWithoutMemory() {
  if (!out_of_memory_.exchange(true)) log_.WriteOutOfMemory();
  context_.stop();
}

Timestamp Hub::Now() const { return SystemTime(); }

SteadyTime Hub::SteadyNow() const { return std::chrono::steady_clock::now(); }

// Without the bound the end of a long delay would overflow and lie in the past.
Scheduler::TimerId Hub::RunAfter(std::chrono::milliseconds delay, Task task) {
  ExpectHubThread(*this, "Scheduler::RunAfter()");
  const TimerId id = ++last_timer_;
  auto timer = std::make_unique<asio::steady_timer>(context_,
                                                    std::min(delay, kMaxDelay));
  timer->async_wait(
      [this, id, task = std::move(task)](const std::error_code& error) {
        // Cancel() may come too late to stop it. Then it is not in timers_.
        if (error || timers_.erase(id) == 0) return;
        task();
      });
  timers_.emplace(id, std::move(timer));
  return id;
}

void Hub::Cancel(TimerId timer) {
  ExpectHubThread(*this, "Scheduler::Cancel()");
  timers_.erase(timer);
}

bool Hub::IsHubThread() const {
  const std::thread::id hub = thread_.load(std::memory_order_relaxed);
  return hub == std::this_thread::get_id() || hub == std::thread::id();
}

void Hub::ReportMisuse(std::string_view sentence) {
  if (told_.IsNew(sentence)) log_.WriteFailure(std::string(sentence));
}

}  // namespace tickerhub::internal
