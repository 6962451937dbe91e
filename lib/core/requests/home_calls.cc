#include "requests/home_calls.h"

#include <exception>

namespace tickerhub::internal {

void HomeCalls::Queue::Run(Task task, std::thread::id binder,
                           const std::shared_ptr<Queue>& self) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (has_ended_) return;
    tasks_.push_back(std::move(task));
    if (is_running_) return;  // whoever runs them takes this one too
    const bool is_home =
        binder == std::this_thread::get_id() && scheduler_.IsHubThread();
    if (!is_home) return Post(self);
    is_running_ = true;
  }
  Empty(self);
}

void HomeCalls::Queue::Post(const std::shared_ptr<Queue>& self) {
  if (is_posted_) return;
  is_posted_ = true;
  scheduler_.Post([self] {
    {
      const std::lock_guard<std::mutex> lock(self->mutex_);
      self->is_posted_ = false;
      if (self->has_ended_ || self->is_running_) return;
      self->is_running_ = true;
    }
    self->Empty(self);
  });
}

void HomeCalls::Queue::Empty(const std::shared_ptr<Queue>& self) {
  constexpr int kTurn = 1'000;
  std::unique_lock<std::mutex> lock(mutex_);
  for (int made = 0; !tasks_.empty() && made < kTurn; ++made) {
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      task();
    } catch (...) {
      // Not through the log, which does not expect it.
      scheduler_.Post([thrown = std::current_exception()] {
        std::rethrow_exception(thrown);
      });
    }
    lock.lock();
  }
  is_running_ = false;
  if (!tasks_.empty() && !has_ended_) Post(self);
}

void HomeCalls::Queue::End() {
  std::deque<Task> tasks;
  const std::lock_guard<std::mutex> lock(mutex_);
  has_ended_ = true;
  tasks.swap(tasks_);
}

}  // namespace tickerhub::internal
