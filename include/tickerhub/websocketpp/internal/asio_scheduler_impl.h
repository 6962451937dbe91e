#ifndef TICKERHUB_WEBSOCKETPP_INTERNAL_ASIO_SCHEDULER_IMPL_H_
#define TICKERHUB_WEBSOCKETPP_INTERNAL_ASIO_SCHEDULER_IMPL_H_

// The code of AsioScheduler. It is in a header, because the program chooses the
// Asio. Include tickerhub/websocketpp/asio_scheduler.h instead.

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "tickerhub/websocketpp/asio_scheduler.h"

namespace tickerhub {

inline AsioScheduler::AsioScheduler(Context& context) : context_(context) {
  context_.post([state = state_] { state->has_run = true; });
}

inline Timestamp AsioScheduler::Now() const {
  return ToTimestamp(std::chrono::system_clock::now());
}

inline SteadyTime AsioScheduler::SteadyNow() const {
  return std::chrono::steady_clock::now();
}

inline void AsioScheduler::Post(Task task) { context_.post(std::move(task)); }

inline Scheduler::TimerId AsioScheduler::RunAfter(
    std::chrono::milliseconds delay, Task task) {
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

inline void AsioScheduler::Cancel(TimerId timer) {
  ExpectHub("Scheduler::Cancel()");
  state_->timers.erase(timer);
}

inline bool AsioScheduler::IsHubThread() const {
  if (context_.get_executor().running_in_this_thread()) return true;
  // Whoever knows that it has ended may call.
  if (context_.stopped()) return true;
  return !state_->has_run && std::this_thread::get_id() == maker_;
}

inline void AsioScheduler::ExpectHub(const char* call) {
  if (IsHubThread()) return;
  ReportMisuse(std::string(call) +
               " was called from another thread than the hub's; wrap the call "
               "into Scheduler::Post()");
  assert(false && "a call from a wrong thread");
}

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_INTERNAL_ASIO_SCHEDULER_IMPL_H_
