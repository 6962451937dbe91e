#ifndef TICKERHUB_SQLITE_SQLITE_NOTIFICATION_LOG_H_
#define TICKERHUB_SQLITE_SQLITE_NOTIFICATION_LOG_H_

// Keeps notifications, and what users did with them, in an SQLite file
// (component tickerhub::sqlite). They survive the end of the process, however
// it ends. docs/notification-store.md says what each durability survives, and
// how to back the file up while it is in use.
//
//     tickerhub::SqliteNotificationLog::Options store;
//     store.file = "/var/lib/notifier/notifications.db";
//     auto opened = tickerhub::SqliteNotificationLog::Open(store);
//     if (!opened.status.ok()) {
//       std::cerr << opened.status.message() << std::endl;
//       return 1;
//     }
//     tickerhub::NotificationLog& kept = *opened.log;
//
// Files: SQLite keeps FILE-wal and FILE-shm beside FILE while the log is open.
// FILE-lock stays; a flock() on it says that the file is in use, so that a
// second log of the same file is refused, in this process or another one. All
// are readable by their owner only.
//
// What waits when the writer is free goes into one transaction. Its entries
// reach the listener once it is committed, and after that the acks are called.
// What limits drop is taken out later, in small steps between transactions: for
// a moment the log may keep and show more than its limits say.
//
// Threads: any thread may call. Nothing is done on the thread of the caller but
// a refusal with kBusy or kClosed. The listener, acks and Release() are called
// by the thread that writes, readings by those that read. The end of the log
// keeps and calls back all that waits, and refuses what callbacks append then.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/status.h"

namespace tickerhub {

class TICKERHUB_EXPORT SqliteNotificationLog : public NotificationLog {
 public:
  /// What an acknowledged entry survives.
  enum class Durability : std::uint8_t {
    kFull,    ///< the end of the process, and a power cut
    kNormal,  ///< the end of the process; a power cut may take the newest
  };

  struct Options {
    /// The file. It is made if it is not there; its folder is not.
    std::string file;
    Durability durability = Durability::kNormal;
    /// Most notifications to keep. Beyond, the oldest are dropped.
    std::size_t max_notifications = 1'000'000;
    /// Most bytes of text to keep, over all fields. Beyond, the oldest are
    /// dropped. The file takes about twice that and 100 bytes for each one.
    std::size_t max_bytes = std::size_t{4} * 1024 * 1024 * 1024;
    /// Most notifications to one user or its groups. Beyond, the oldest of that
    /// user are dropped.
    std::size_t max_per_user = 10'000;
    /// Notifications older than this are dropped; 0: never.
    std::chrono::milliseconds max_age{0};
    /// Most users to know. Beyond, one is forgotten, with all that was to that
    /// user alone: first those who have no notifications, of these the one
    /// whose last Visit is the oldest. Each takes about 300 bytes of memory.
    std::size_t max_users = 100'000;
    /// Most marks and deletions kept apart for one user. Beyond, older marks
    /// are joined into one "up to", and a further deletion is kNoSpace.
    std::size_t max_marks_per_user = 1'000;
    /// Most groups, and most members of one. Beyond: kNoSpace.
    std::size_t max_groups = 1'000;
    std::size_t max_members = 1'000;
    /// Most notifications that wait for their deliver_at. Beyond: kNoSpace.
    std::size_t max_scheduled = 10'000;
    /// Most idempotency keys to remember, and how long. Beyond, the oldest are
    /// forgotten: a second notification with such a key is delivered again.
    std::size_t max_keys = 100'000;
    std::chrono::milliseconds key_lifetime = std::chrono::hours(24);
    /// Most appends, and bytes of them, that wait for their ack to return.
    /// Beyond: kBusy.
    std::size_t max_in_flight = 10'000;
    std::size_t max_in_flight_bytes = 16 * 1024 * 1024;
    /// Most bytes of the file; beyond: kNoSpace. 0: as much as the disk has.
    std::size_t max_file_bytes = 0;
    /// Threads that read, each with a connection of its own. 0 counts as 1.
    std::size_t reader_threads = 1;
    /// Most readings that wait for such a thread; each takes about 300 bytes.
    /// Beyond: kBusy. Keep it above twice the clients that may come back at
    /// the same moment.
    std::size_t max_waiting_readings = 50'000;
    /// Hears in one sentence what an operator should know: an append that could
    /// not be kept, a reading, a clean-up or a checkpoint that failed. Of each
    /// of these it hears the first one in a minute. Comes on the threads of the
    /// log. Null: nobody.
    std::function<void(const std::string& sentence)> on_problem;
    /// Of a new file. Empty: a random text of 16 hexadecimal digits. Set it in
    /// tests.
    std::string epoch;
    /// The time of entries other than notifications. Null: the system's clock.
    std::function<Timestamp()> clock;
    /// The name of a registered sqlite3_vfs, for tests. Empty: SQLite's own.
    std::string vfs;
  };

  /// Since the start. The first ones are those of the log in memory.
  struct Counters : InMemoryNotificationLog::Counters {
    std::uint64_t transactions = 0;  ///< that were committed with appends
    /// Appends refused with kNoSpace, because the disk or the file is full.
    std::uint64_t refused_disk_full = 0;
    /// Appends refused with kFailed.
    std::uint64_t refused_failed = 0;
    std::uint64_t failed_readings = 0;   ///< answered with kFailed
    std::uint64_t refused_readings = 0;  ///< because of max_waiting_readings
    /// Steps of retention that failed. They are tried again later.
    std::uint64_t failed_prunings = 0;
  };

  struct Opened {
    std::unique_ptr<SqliteNotificationLog> log;  ///< null if not `status.ok()`
    Status status;
    /// What was done to a file of an older version, and how long it took, in
    /// one sentence for the operator. Empty if it was up to date.
    std::string upgrade;
  };

  /// Opens or makes the file. A file of an older version is brought up to date
  /// before this returns, in one transaction: after a failure or a crash it is
  /// still a file of the older version. Refuses, and leaves as it is, what is
  /// not a file of this log, what a newer version has written, what is damaged
  /// at its beginning or in its structure (kInvalidArgument), and what another
  /// log has open (kAlreadyExists). kNotFound: there is no such folder.
  /// kPermissionDenied: the process may not write there. Blocks until it is
  /// done.
  static Opened Open(Options options);

  /// Blocks until all that waits is kept and called back.
  ~SqliteNotificationLog() override;

  const std::string& epoch() const override;
  std::uint64_t last_id() const override;
  void SetListener(Listener listener) override;
  void Append(LogRecord record, AckCallback ack) override;
  void Read(Query query, std::function<void(Page)> done) override;
  void FindUser(std::string user, std::function<void(UserState)> done) override;
  void Members(std::string group,
               std::function<void(MemberList)> done) override;
  /// If it fails, it says to come back in a second.
  void Release(
      Timestamp now,
      std::function<void(std::optional<Timestamp> next)> done) override;

  // As of the last transaction. Any thread may call.
  std::size_t size() const;       ///< notifications kept, without `scheduled`
  std::size_t bytes() const;      ///< of their texts
  std::size_t users() const;      ///< that are known: with a Visit
  std::size_t scheduled() const;  ///< notifications that wait for deliver_at
  Counters counters() const;

 private:
  class Impl;
  explicit SqliteNotificationLog(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_SQLITE_SQLITE_NOTIFICATION_LOG_H_
