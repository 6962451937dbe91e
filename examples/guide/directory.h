#ifndef TICKERHUB_EXAMPLES_GUIDE_DIRECTORY_H_
#define TICKERHUB_EXAMPLES_GUIDE_DIRECTORY_H_

#include <tickerhub/tickerhub.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "tokens.h"

// Stands for a database: whoever asks it waits, so it has a thread of its own.
class Directory {
 public:
  ~Directory() {
    Add(nullptr);
    thread_.join();
  }
  void Ask(Token token, tickerhub::AdmissionReply reply) {
    Add([token = std::move(token), reply = std::move(reply)] {
      const std::string user = UserOf(token);
      reply(user.empty() ? tickerhub::Admission::Refuse(403, "who are you?\n")
                         : tickerhub::Admission::Accept(user));
    });
  }

 private:
  void Add(std::function<void()> task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_one();
  }
  void Work() {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      if (!task) return;
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_{[this] { Work(); }};  // the last member: it uses the rest
};

#endif  // TICKERHUB_EXAMPLES_GUIDE_DIRECTORY_H_
