#ifndef TICKERHUB_LIB_CORE_LOG_INBOXES_H_
#define TICKERHUB_LIB_CORE_LOG_INBOXES_H_

// What the in-memory log knows of users and groups. It does not have the
// notifications, but their ids.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub::internal {

using Ids = std::deque<std::uint64_t>;  // growing

/// Removes `id`. Does nothing if it is not there.
void RemoveId(Ids* ids, std::uint64_t id);

struct Inbox {
  bool known = false;
  std::string spelling;
  std::uint64_t came = 0;  ///< the id of its newest visit, or its first record
  std::deque<NotificationLog::UserState::Secret> secrets;
  Ids ids;  ///< for the user, and for its groups while it was a member
  std::uint64_t dropped_up_to = 0;  ///< of its ids, by retention
  std::uint64_t read_up_to = 0;
  std::set<std::uint64_t> read;     ///< above read_up_to
  std::set<std::uint64_t> deleted;  ///< of those that others see too
  std::set<std::string> groups;
  std::deque<LogEntry> marks;  ///< ReadMark, Deletion, Membership
  std::uint64_t marks_dropped_up_to = 0;
  std::uint64_t deletions_dropped_up_to = 0;

  bool IsRead(std::uint64_t id) const {
    return id <= read_up_to || read.count(id) > 0;
  }
};

class Inboxes {
 public:
  using Options = InMemoryNotificationLog::Options;
  /// Hears what was in an inbox that is forgotten.
  using Forgotten = std::function<void(const Inbox&)>;

  Inboxes(const Options& options, InMemoryNotificationLog::Counters& counters,
          Forgotten forgotten)
      : options_(options),
        counters_(counters),
        forgotten_(std::move(forgotten)) {}

  /// Null if there is none. Valid until the next call that makes one.
  Inbox* Find(const std::string& user);
  const Inbox* Find(const std::string& user) const;
  /// Makes it at the record `id` if there is none.
  Inbox& Get(const std::string& user, std::uint64_t id);

  /// Puts `id` into the inbox of a user.
  void Deliver(const std::string& user, std::uint64_t id);
  /// Takes it out again.
  void Remove(const std::string& user, std::uint64_t id);

  void Apply(const Visit& visit, std::uint64_t id);
  /// `is_kept` tells which ids still mean something.
  void Apply(const ReadMark& mark, const LogEntry& entry,
             const std::function<bool(std::uint64_t)>& is_kept);
  /// Returns false if the group has no room.
  bool Apply(const Membership& membership, const LogEntry& entry);
  /// Keeps a mark for devices that were away.
  void Keep(Inbox* inbox, const LogEntry& entry);

  const std::set<std::string>& MembersOf(const std::string& group) const;
  bool HasRoom(const Membership& membership) const;

  /// The newest id that was in an inbox that is forgotten.
  std::uint64_t forgotten_up_to() const { return forgotten_up_to_; }
  std::size_t known() const { return known_; }

 private:
  using ByAge = std::pair<bool, std::uint64_t>;  // has something; came

  // Changes an inbox so that it may be another one's turn to be forgotten.
  template <typename Change>
  void ChangeTurn(const std::string& user, Inbox* inbox, const Change& change);
  void ForgetOne(const std::string& but);
  void JoinMarks(Inbox* inbox);

  const Options& options_;
  InMemoryNotificationLog::Counters& counters_;
  const Forgotten forgotten_;
  std::unordered_map<std::string, Inbox> inboxes_;
  std::map<ByAge, std::string> turns_;  // who is forgotten first
  std::map<std::string, std::set<std::string>> groups_;
  std::uint64_t forgotten_up_to_ = 0;
  std::size_t known_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LOG_INBOXES_H_
