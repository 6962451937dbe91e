#ifndef TICKERHUB_LIB_SQLITE_STORE_WRITER_H_
#define TICKERHUB_LIB_SQLITE_STORE_WRITER_H_

// The log in the file without its threads and its callbacks: what an append
// changes, and what retention drops. For the one connection that writes, inside
// a transaction. After a transaction that was not committed this does not agree
// with the file any more: make a new one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"
#include "store/keys.h"
#include "store/users.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub::internal {

class StoreWriter {
 public:
  using Options = SqliteNotificationLog::Options;
  using Counters = SqliteNotificationLog::Counters;
  using Ack = NotificationLog::Ack;

  /// `counters` is where it goes on counting. Throws DatabaseFault, as all of
  /// this does.
  StoreWriter(Database& database, const Options& options, Counters counters);

  struct Appended {
    Ack ack;
    std::optional<LogEntry> entry;  // for the listener
  };
  Appended Append(LogRecord record);
  /// What is due, in the order of its time, at the end of `*entries`.
  void Release(Timestamp now, std::vector<LogEntry>* entries);
  std::optional<Timestamp> next_release();

  /// Writes what has changed in memory. Call it before each commit.
  void Flush();

  /// There is something to drop.
  bool IsOver();
  /// Drops `most` at most.
  void Prune(std::size_t most);

  /// Leaves out as many ids as a power cut can have taken.
  void SkipIds();
  /// The time that counts for age and end.
  void SetNow(Timestamp now) { now_ = now; }

  std::uint64_t last_id() const { return last_id_; }
  std::size_t size() const { return kept_; }
  std::size_t bytes() const { return bytes_; }
  std::size_t users() const { return users_.known(); }
  std::size_t scheduled() const { return scheduled_; }
  Counters& counters() { return counters_; }

 private:
  // What the removal of a notification must know of it.
  struct KeptRow {
    std::uint64_t id = 0;
    Audience audience;
    std::size_t bytes = 0;
    std::vector<std::uint64_t> recipients;
  };

  Appended AppendNotification(Notification notification);
  LogEntry Take(Notification notification);
  void Keep(const LogEntry& entry);
  void DeliverTo(StoredUser* user, const Notification& notification);
  void Replace(const Notification& notification);
  void Delete(const Deletion& deletion, const LogEntry& entry);
  std::optional<KeptRow> Find(std::uint64_t id);
  KeptRow Get(std::uint64_t id);  // throws if there is none
  // Because of a newer one, its end, or its user: nobody misses it.
  void Remove(const KeptRow& row);
  // Because of a limit.
  void Drop(const KeptRow& row);
  bool DropOldest();
  bool DropOldestOfUser();
  bool DropExpired();
  // Its counter; null if no limit is passed.
  std::uint64_t* PassedLimit();
  std::optional<Timestamp> OldestTime();

  Database& database_;
  const Options& options_;
  Counters counters_;
  StoredUsers users_;
  StoredKeys keys_;
  std::set<std::uint64_t> over_;          // numbers of users with too many
  std::optional<Timestamp> oldest_time_;  // of what is kept, if it is known
  std::int64_t first_end_ = 0;            // the soonest `expires`; 0: none
  Timestamp now_{};
  std::uint64_t last_id_ = 0;
  std::uint64_t dropped_to_all_ = 0;  // the newest of those for all
  std::size_t kept_ = 0;
  std::size_t bytes_ = 0;
  std::size_t scheduled_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_WRITER_H_
