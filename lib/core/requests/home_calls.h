#ifndef TICKERHUB_LIB_CORE_REQUESTS_HOME_CALLS_H_
#define TICKERHUB_LIB_CORE_REQUESTS_HOME_CALLS_H_

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Takes calls from any thread home to the hub's, in their order. A call that
/// comes on the hub's thread is made before Run() returns, unless it comes from
/// inside another one: then it is made after that one. Its calls may outlive
/// it; they do nothing then. What a call throws goes to the scheduler.
///
/// Once the hub has ended, every thread counts as the hub's
/// (Scheduler::IsHubThread()). A log may still call back from a thread of its
/// own then. So a call is at home only on the thread that has bound it.
class HomeCalls {
 public:
  using Task = Scheduler::Task;

  /// `scheduler` must outlive this, not the calls.
  explicit HomeCalls(Scheduler& scheduler)
      : queue_(std::make_shared<Queue>(scheduler)) {}
  ~HomeCalls() { queue_->End(); }
  HomeCalls(const HomeCalls&) = delete;
  HomeCalls& operator=(const HomeCalls&) = delete;

  /// A function that any thread may call: it takes `call` home, with its
  /// arguments.
  template <typename... Arguments, typename Call>
  auto Bind(Call call) const {
    return [queue = queue_, binder = std::this_thread::get_id(),
            call = std::make_shared<Call>(std::move(call))](
               Arguments... arguments) {
      auto kept = std::make_shared<std::tuple<std::decay_t<Arguments>...>>(
          std::move(arguments)...);
      queue->Run(
          [call, kept] {
            std::apply([&](auto&... each) { (*call)(std::move(each)...); },
                       *kept);
          },
          binder, queue);
    };
  }

 private:
  class Queue {
   public:
    explicit Queue(Scheduler& scheduler) : scheduler_(scheduler) {}
    void Run(Task task, std::thread::id binder,
             const std::shared_ptr<Queue>& self);
    void End();

   private:
    // Makes the calls that wait, until there are none or others should have
    // their turn.
    void Empty(const std::shared_ptr<Queue>& self);
    void Post(const std::shared_ptr<Queue>& self);

    std::mutex mutex_;
    Scheduler& scheduler_;
    std::deque<Task> tasks_;
    bool is_running_ = false;
    bool is_posted_ = false;
    bool has_ended_ = false;
  };

  const std::shared_ptr<Queue> queue_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_HOME_CALLS_H_
