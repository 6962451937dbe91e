#include "reading_threads.h"

#include <utility>

#include "threads/start_thread.h"

namespace tickerhub::internal {

ReadingThreads::ReadingThreads(
    const std::vector<std::unique_ptr<Database>>& databases,
    std::size_t max_waiting)
    : max_waiting_(max_waiting) {
  for (const std::unique_ptr<Database>& database : databases) {
    threads_.push_back(StartThread([this, own = database.get()] { Run(own); }));
  }
}

bool ReadingThreads::Post(Reading reading) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(reading));
  }
  changed_.notify_one();
  return true;
}

void ReadingThreads::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void ReadingThreads::Run(Database* database) {
  StoreReader reader(*database);
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Reading reading = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    reading(reader);
    lock.lock();
  }
}

}  // namespace tickerhub::internal
