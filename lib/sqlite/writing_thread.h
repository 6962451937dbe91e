#ifndef TICKERHUB_LIB_SQLITE_WRITING_THREAD_H_
#define TICKERHUB_LIB_SQLITE_WRITING_THREAD_H_

// The thread that writes. Everything that waits goes into one transaction. When
// it is committed, the listener hears of it, and then those who wait. Between
// transactions retention takes a step.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "checkpoints.h"
#include "problem_reports.h"
#include "store/database.h"
#include "store/writer.h"
#include "store_file.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub::internal {

class WritingThread {
 public:
  using Log = SqliteNotificationLog;
  using Released = std::function<void(std::optional<Timestamp> next)>;

  /// What others may ask for at any moment.
  struct Figures {
    std::uint64_t last_id = 0;
    std::size_t size = 0;
    std::size_t bytes = 0;
    std::size_t users = 0;
    std::size_t scheduled = 0;
    Log::Counters counters;
  };

  /// All must outlive it.
  WritingThread(StoreFile& file, const Log::Options& options,
                ProblemReports& problems);
  ~WritingThread() { Close(); }

  // Any thread may call these.
  void SetListener(Log::Listener listener);
  void Append(LogRecord record, Log::AckCallback ack);
  void Release(Timestamp now, Released done);
  /// Age and end of what is kept follow this time, which must not be 0.
  void NoteTime(Timestamp now);
  Timestamp now() const { return Timestamp(std::chrono::milliseconds(now_)); }
  Figures figures() const;

  /// Keeps what waits, and ends the thread.
  void Close();

 private:
  // An append, or a release if there is no record.
  struct Task {
    std::optional<LogRecord> record;
    Log::AckCallback ack;
    std::size_t bytes = 0;
    Timestamp now{};
    Released done;
    // What comes of it.
    Log::Ack result;
    std::optional<Timestamp> next;
  };
  using Batch = std::vector<Task>;

  void Run();
  bool WaitForBatch(Batch* batch);
  void Write(Batch* batch);
  // Returns why it was not kept; empty if it was.
  std::optional<DatabaseFault> TryToWrite(Batch* batch,
                                          std::vector<LogEntry>* entries);
  void Fail(const DatabaseFault& fault, Batch* batch);
  void Tell(std::vector<LogEntry> entries);
  void CallBack(Task* task);
  void Prune(std::size_t most);
  bool MayPrune();
  // Makes the writer anew from what the file has.
  void Reload(const Log::Counters& counters);
  void Publish();
  void TellOfRetention(const DatabaseFault& fault);

  StoreFile& file_;
  const Log::Options& options_;
  ProblemReports& problems_;

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  Batch waiting_;
  std::shared_ptr<const Log::Listener> listener_;
  bool is_closing_ = false;
  bool is_woken_ = false;                  // to look for what is too old
  std::atomic<std::size_t> in_flight_{0};  // more only under the lock
  std::atomic<std::size_t> in_flight_bytes_{0};

  std::atomic<std::int64_t> now_{0};
  std::atomic<std::int64_t> woken_at_{0};  // in seconds of the steady clock

  std::atomic<std::uint64_t> refused_busy_{0};
  mutable std::mutex figures_mutex_;
  Figures figures_;

  std::chrono::steady_clock::time_point prune_again_{};
  Checkpoints checkpoints_;
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_WRITING_THREAD_H_
