#ifndef TICKERHUB_LIB_SQLITE_READING_THREADS_H_
#define TICKERHUB_LIB_SQLITE_READING_THREADS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/database.h"
#include "store/reader.h"

namespace tickerhub::internal {

/// Threads that read, each with a connection of its own. Any thread may call.
class ReadingThreads {
 public:
  using Reading = std::function<void(StoreReader&)>;

  /// The databases must outlive it.
  ReadingThreads(const std::vector<std::unique_ptr<Database>>& databases,
                 std::size_t max_waiting);
  ~ReadingThreads() { Close(); }

  /// Calls `reading` on one of the threads. Readings begin in the order that
  /// they come in. Returns false, and takes nothing, if too many wait.
  bool Post(Reading reading);

  /// Makes the readings that wait, and ends the threads.
  void Close();

 private:
  void Run(Database* database);

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Reading> waiting_;
  bool is_closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_READING_THREADS_H_
