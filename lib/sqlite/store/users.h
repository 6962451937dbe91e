#ifndef TICKERHUB_LIB_SQLITE_STORE_USERS_H_
#define TICKERHUB_LIB_SQLITE_STORE_USERS_H_

// Users and groups, as the thread that writes knows them: a row of figures for
// each user in memory, and the rest in the file. What changes in memory gets
// into the file by Flush(). All of it throws DatabaseFault.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/database.h"
#include "tickerhub/log_record.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub::internal {

struct StoredUser {
  std::uint64_t number = 0;  ///< in the tables; never 0
  const std::string* name = nullptr;
  bool known = false;
  std::string spelling;
  std::uint64_t came = 0;  ///< the id of its newest visit, or its first record
  std::uint64_t dropped_up_to = 0;  ///< of its notifications, by retention
  std::uint64_t read_up_to = 0;
  std::uint64_t marks_dropped_up_to = 0;
  std::uint64_t deletions_dropped_up_to = 0;
  std::size_t waiting = 0;  ///< rows in its inbox
  /// Rows in the tables of these names; counted when they are first needed.
  std::optional<std::size_t> read;
  std::optional<std::size_t> deleted;
  std::optional<std::size_t> marks;
  std::set<std::string> groups;
  bool is_changed = false;
};

class StoredUsers {
 public:
  using Options = SqliteNotificationLog::Options;
  using Counters = SqliteNotificationLog::Counters;
  /// Takes out the notifications that are for this user alone.
  using Forgotten = std::function<void(const StoredUser&)>;

  StoredUsers(Database& database, const Options& options, Counters& counters,
              Forgotten forgotten)
      : database_(database),
        options_(options),
        counters_(counters),
        forgotten_(std::move(forgotten)) {}

  /// Reads all users from the file.
  void Load(std::uint64_t forgotten_up_to);
  /// Writes those that have changed.
  void Flush();

  /// Null if there is none.
  StoredUser* Find(const std::string& name);
  StoredUser* Find(std::uint64_t number);
  /// Makes it at the record `id` if there is none.
  StoredUser& Get(const std::string& name, std::uint64_t id);

  void Deliver(StoredUser* user, std::uint64_t id, Timestamp expires);
  /// Takes `id` out of its inbox, if it is there. Returns whether it was.
  bool Remove(StoredUser* user, std::uint64_t id);
  /// The same because of a limit.
  void Drop(StoredUser* user, std::uint64_t id);

  void Apply(const Visit& visit, std::uint64_t id);
  void Apply(const ReadMark& mark, const LogEntry& entry);
  /// REQUIRES: HasRoom().
  void Apply(const Membership& membership, const LogEntry& entry);
  /// Hides `deletion.id`, which others see too.
  void Hide(const Deletion& deletion, const LogEntry& entry);
  /// Keeps a mark for devices that were away.
  void Keep(StoredUser* user, const LogEntry& entry);

  bool HasRoom(const Membership& membership);
  bool HasRoomToDelete(const std::string& name);
  /// The numbers of users in whose inbox more wait.
  std::set<std::uint64_t> WithMoreThan(std::size_t waiting) const;
  /// In the order of their names.
  std::vector<std::string> MembersOf(const std::string& group) const;

  /// The newest id that was in the inbox of a user that is forgotten.
  std::uint64_t forgotten_up_to() const { return forgotten_up_to_; }
  std::size_t known() const { return known_; }

 private:
  using ByAge = std::tuple<bool, std::uint64_t, std::uint64_t>;

  static ByAge TurnOf(const StoredUser& user) {
    return {user.waiting > 0, user.came, user.number};
  }
  StoredUser& Add(const std::string& name, std::uint64_t number);
  void Changed(StoredUser* user);
  // Changes a user so that it may be another one's turn to be forgotten.
  template <typename Change>
  void ChangeTurn(StoredUser* user, const Change& change);
  void ForgetOne(const std::string& but);
  void JoinMarks(StoredUser* user);
  std::size_t& Count(std::optional<std::size_t>* count, const char* sql,
                     const StoredUser& user);

  Database& database_;
  const Options& options_;
  Counters& counters_;
  const Forgotten forgotten_;
  std::unordered_map<std::string, StoredUser> users_;
  std::unordered_map<std::uint64_t, StoredUser*> by_number_;
  std::set<ByAge> turns_;  // who is forgotten first
  std::map<std::string, std::set<std::string>> groups_;
  std::vector<std::uint64_t> changed_;
  std::uint64_t newest_number_ = 0;
  std::uint64_t forgotten_up_to_ = 0;
  std::size_t known_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_USERS_H_
