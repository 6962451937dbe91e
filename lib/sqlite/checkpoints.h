#ifndef TICKERHUB_LIB_SQLITE_CHECKPOINTS_H_
#define TICKERHUB_LIB_SQLITE_CHECKPOINTS_H_

// What is committed stands in FILE-wal until a checkpoint takes it into FILE.
// That waits for the disk, so a thread of its own does it while others go on
// writing. FILE-wal begins anew only if all of it is in FILE at the end of a
// commit. As long as something is written all the time, that never is. Then the
// thread that writes takes the small rest itself, once in a while.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "problem_reports.h"
#include "store/database.h"

namespace tickerhub::internal {

class Checkpoints {
 public:
  /// `own` is a connection for the thread of its own, `to_write` the one that
  /// writes. `problems` hears, on either thread, what has failed.
  Checkpoints(Database& own, Database& to_write, ProblemReports& problems);
  ~Checkpoints() { Close(); }

  /// Call it after a commit, when those who wait have been called back. `pages`
  /// is how many FILE-wal has.
  void AfterCommit(int pages);

  void Close();

 private:
  void Run();
  void Checkpoint(Database* database);

  Database& own_;
  Database& to_write_;
  ProblemReports& problems_;

  int next_pages_;  // when the other thread is called
  std::chrono::steady_clock::time_point not_before_{};

  std::mutex mutex_;
  std::condition_variable called_;
  bool is_called_ = false;
  bool is_closing_ = false;
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_CHECKPOINTS_H_
