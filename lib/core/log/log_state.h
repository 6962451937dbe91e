#ifndef TICKERHUB_LIB_CORE_LOG_LOG_STATE_H_
#define TICKERHUB_LIB_CORE_LOG_LOG_STATE_H_

// The in-memory log without its callbacks and its lock: what is kept, and what
// retention drops.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "log/inboxes.h"
#include "log/known_keys.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub::internal {

class LogState {
 public:
  using Options = InMemoryNotificationLog::Options;
  using Counters = InMemoryNotificationLog::Counters;
  using Ack = NotificationLog::Ack;
  using Query = NotificationLog::Query;
  using Page = NotificationLog::Page;

  explicit LogState(const Options& options);

  struct Appended {
    Ack ack;
    std::optional<LogEntry> entry;  // for the listener
  };
  Appended Append(LogRecord record);
  /// What is due, in the order of its time. The rest waits.
  std::vector<LogEntry> Release(Timestamp now);
  std::optional<Timestamp> next_release() const;

  Page Read(const Query& query);
  NotificationLog::UserState FindUser(const std::string& user) const;
  std::vector<std::string> Members(const std::string& group) const;

  std::uint64_t last_id() const { return last_id_; }
  std::size_t size() const { return kept_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t users() const { return inboxes_.known(); }
  std::size_t scheduled() const { return scheduled_.size(); }
  Counters& counters() { return counters_; }

 private:
  using Tag = std::tuple<Audience::Kind, std::string, std::string, std::string>;

  Appended AppendNotification(Notification notification);
  LogEntry Take(Notification notification);
  void Keep(const LogEntry& entry);
  void Delete(const Deletion& deletion, const LogEntry& entry);
  bool HasRoomToDelete(const Deletion& deletion);
  // Because of a newer one, its end, or its user: nobody misses it.
  void Remove(std::uint64_t id);
  // Because of a limit.
  void DropOldest(std::uint64_t* counter);
  void DropOldestOf(const std::string& user);
  void DropOld(Timestamp now);
  std::uint64_t CountUnread(const Inbox& inbox,
                            std::uint64_t personal_after) const;
  std::uint64_t KeptAfter(const Query& query, const Inbox* inbox) const;
  // Forgets ids of groups' notifications that are gone.
  void TidyUp(Inbox* inbox) const;
  void ReadForward(const Query& query, const Inbox* inbox, Page* page) const;
  void ReadBackward(const Query& query, const Inbox* inbox, Page* page) const;
  // Returns false if there is no room.
  bool AddTo(Page* page, const Query& query, const Inbox* inbox,
             const LogEntry& entry, std::size_t* bytes) const;
  bool IsVisible(std::uint64_t id, const Inbox* inbox) const {
    return kept_.count(id) > 0 &&
           (inbox == nullptr || inbox->deleted.count(id) == 0);
  }

  const Options& options_;
  Counters counters_;
  std::map<std::uint64_t, LogEntry> kept_;
  Ids to_all_;
  Inboxes inboxes_;
  KnownKeys keys_;
  std::map<Tag, std::uint64_t> tags_;
  std::set<std::pair<Timestamp, std::uint64_t>> expiring_;
  std::multimap<Timestamp, Notification> scheduled_;
  std::size_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t dropped_to_all_ = 0;  // the newest of those for all
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LOG_LOG_STATE_H_
