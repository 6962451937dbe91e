#include "store/users.h"

#include <algorithm>
#include <variant>

#include "store/rows.h"

namespace tickerhub::internal {
namespace {

constexpr char kCountRead[] = "SELECT COUNT(*) FROM read WHERE user = ?1";
constexpr char kCountDeleted[] = "SELECT COUNT(*) FROM deleted WHERE user = ?1";
constexpr char kCountMarks[] = "SELECT COUNT(*) FROM marks WHERE user = ?1";
constexpr char kDeleteRead[] = "DELETE FROM read WHERE user = ?1 AND id <= ?2";

}  // namespace

void StoredUsers::Load(std::uint64_t forgotten_up_to) {
  enum Column : std::uint8_t {
    kNumber,
    kName,
    kKnown,
    kSpelling,
    kCame,
    kDropped,
    kRead,
    kMarksDropped,
    kDeletionsDropped,
  };
  static constexpr char kUsers[] =
      "SELECT number, name, known, spelling, came, dropped_up_to, read_up_to, "
      "marks_dropped_up_to, deletions_dropped_up_to FROM users";
  static constexpr char kWaiting[] =
      "SELECT user, COUNT(*) FROM inbox WHERE user > 0 GROUP BY user";
  static constexpr char kMembers[] = "SELECT team, user FROM members";
  forgotten_up_to_ = forgotten_up_to;
  for (Rows rows = database_.Ask(kUsers); rows.Next();) {
    StoredUser& user = Add(rows.Text(kName), rows.Id(kNumber));
    user.known = rows.Integer(kKnown) != 0;
    user.spelling = rows.Text(kSpelling);
    user.came = rows.Id(kCame);
    user.dropped_up_to = rows.Id(kDropped);
    user.read_up_to = rows.Id(kRead);
    user.marks_dropped_up_to = rows.Id(kMarksDropped);
    user.deletions_dropped_up_to = rows.Id(kDeletionsDropped);
    if (user.known) ++known_;
  }
  for (Rows rows = database_.Ask(kWaiting); rows.Next();) {
    StoredUser* const user = Find(rows.Id(0));
    if (user != nullptr) user->waiting = rows.Id(1);
  }
  for (Rows rows = database_.Ask(kMembers); rows.Next();) {
    StoredUser* const user = Find(rows.Id(1));
    if (user == nullptr) continue;
    user->groups.insert(rows.Text(0));
    groups_[rows.Text(0)].insert(*user->name);
  }
  for (const auto& [name, user] : users_) turns_.insert(TurnOf(user));
}

std::set<std::uint64_t> StoredUsers::WithMoreThan(std::size_t waiting) const {
  std::set<std::uint64_t> numbers;
  for (const auto& [number, user] : by_number_) {
    if (user->waiting > waiting) numbers.insert(number);
  }
  return numbers;
}

void StoredUsers::Flush() {
  static constexpr char kReplace[] =
      "INSERT OR REPLACE INTO users "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
  for (const std::uint64_t number : changed_) {
    StoredUser* const user = Find(number);
    if (user == nullptr) continue;  // forgotten since
    database_.Run(kReplace, user->number, *user->name,
                  std::int64_t{user->known}, user->spelling, user->came,
                  user->dropped_up_to, user->read_up_to,
                  user->marks_dropped_up_to, user->deletions_dropped_up_to);
    user->is_changed = false;
  }
  changed_.clear();
}

void StoredUsers::Changed(StoredUser* user) {
  if (std::exchange(user->is_changed, true)) return;
  changed_.push_back(user->number);
}

StoredUser* StoredUsers::Find(const std::string& name) {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

StoredUser* StoredUsers::Find(std::uint64_t number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

StoredUser& StoredUsers::Add(const std::string& name, std::uint64_t number) {
  const auto added = users_.try_emplace(name).first;
  StoredUser& user = added->second;
  user.number = number;
  user.name = &added->first;
  by_number_[number] = &user;
  newest_number_ = std::max(newest_number_, number);
  return user;
}

StoredUser& StoredUsers::Get(const std::string& name, std::uint64_t id) {
  if (StoredUser* const user = Find(name)) return *user;
  StoredUser& user = Add(name, newest_number_ + 1);
  user.came = id;
  user.dropped_up_to = forgotten_up_to_;
  user.read = user.deleted = user.marks = 0;
  turns_.insert(TurnOf(user));
  Changed(&user);
  // Two at most, so that a limit that is lower than before is reached in time.
  if (users_.size() > options_.max_users) ForgetOne(name);
  if (users_.size() > options_.max_users) ForgetOne(name);
  return user;
}

template <typename Change>
void StoredUsers::ChangeTurn(StoredUser* user, const Change& change) {
  const ByAge before = TurnOf(*user);
  change();
  const ByAge after = TurnOf(*user);
  if (before == after) return;
  turns_.erase(before);
  turns_.insert(after);
}

void StoredUsers::ForgetOne(const std::string& but) {
  static constexpr char kNewest[] = "SELECT MAX(id) FROM inbox WHERE user = ?1";
  static constexpr const char* kDeletes[] = {
      "DELETE FROM inbox WHERE user = ?1",
      "DELETE FROM secrets WHERE user = ?1",
      "DELETE FROM read WHERE user = ?1",
      "DELETE FROM deleted WHERE user = ?1",
      "DELETE FROM marks WHERE user = ?1",
      "DELETE FROM members WHERE user = ?1",
      "DELETE FROM users WHERE number = ?1"};
  auto turn = turns_.begin();
  const std::uint64_t kept = Find(but)->number;
  if (std::get<2>(*turn) == kept) ++turn;
  if (turn == turns_.end()) return;
  StoredUser* const user = Find(std::get<2>(*turn));
  ++counters_.users_forgotten;
  if (user->waiting > 0) {
    const std::int64_t newest = database_.AskNumber(0, kNewest, user->number);
    forgotten_up_to_ =
        std::max(forgotten_up_to_, static_cast<std::uint64_t>(newest));
    forgotten_(*user);
  }
  for (const std::string& group : user->groups) {
    const auto members = groups_.find(group);
    members->second.erase(*user->name);
    if (members->second.empty()) groups_.erase(members);
  }
  for (const char* const sql : kDeletes) database_.Run(sql, user->number);
  if (user->known) --known_;
  turns_.erase(TurnOf(*user));
  by_number_.erase(user->number);
  users_.erase(users_.find(*user->name));
}

void StoredUsers::Deliver(StoredUser* user, std::uint64_t id,
                          Timestamp expires) {
  static constexpr char kInsert[] = "INSERT INTO inbox VALUES (?1, ?2, ?3)";
  database_.Run(kInsert, user->number, id,
                std::int64_t{expires.time_since_epoch().count()});
  ChangeTurn(user, [&] { ++user->waiting; });
}

bool StoredUsers::Remove(StoredUser* user, std::uint64_t id) {
  static constexpr char kDelete[] =
      "DELETE FROM inbox WHERE user = ?1 AND id = ?2";
  database_.Run(kDelete, user->number, id);
  if (database_.changes() == 0) return false;
  ChangeTurn(user, [&] { --user->waiting; });
  return true;
}

void StoredUsers::Drop(StoredUser* user, std::uint64_t id) {
  if (!Remove(user, id)) return;
  user->dropped_up_to = std::max(user->dropped_up_to, id);
  Changed(user);
}

void StoredUsers::Apply(const Visit& visit, std::uint64_t id) {
  static constexpr char kInsert[] = "INSERT INTO secrets VALUES (?1, ?2, ?3)";
  static constexpr char kForget[] =
      "DELETE FROM secrets WHERE user = ?1 AND since <= (SELECT since FROM "
      "secrets WHERE user = ?1 ORDER BY since DESC LIMIT 1 OFFSET ?2) AND "
      "since > (SELECT min(since) FROM secrets WHERE user = ?1)";
  StoredUser& user = Get(visit.user, id);
  if (!user.known) ++known_;
  user.known = true;
  user.spelling = visit.spelling;
  ChangeTurn(&user, [&] { user.came = id; });
  Changed(&user);
  if (visit.secret.empty()) return;
  database_.Run(kInsert, user.number, id, visit.secret);
  database_.Run(kForget, user.number,
                std::uint64_t{NotificationLog::kMaxSecrets - 1});
}

std::size_t& StoredUsers::Count(std::optional<std::size_t>* count,
                                const char* sql, const StoredUser& user) {
  if (!*count) {
    *count = static_cast<std::size_t>(database_.AskNumber(0, sql, user.number));
  }
  return **count;
}

void StoredUsers::Apply(const ReadMark& mark, const LogEntry& entry) {
  // What is not kept means nothing any more.
  static constexpr char kInsert[] =
      "INSERT OR IGNORE INTO read SELECT ?1, id FROM notifications "
      "WHERE id = ?2";
  StoredUser& user = Get(mark.user, entry.id);
  std::size_t& read = Count(&user.read, kCountRead, user);
  // What comes later is not read, whatever a client says.
  const std::uint64_t up_to = std::min(mark.up_to, entry.id);
  if (up_to > user.read_up_to) {
    user.read_up_to = up_to;
    if (read > 0) {
      database_.Run(kDeleteRead, user.number, up_to);
      read -= static_cast<std::size_t>(database_.changes());
    }
  }
  for (const std::uint64_t id : mark.ids) {
    if (id <= user.read_up_to || id > entry.id) continue;
    database_.Run(kInsert, user.number, id);
    read += static_cast<std::size_t>(database_.changes());
  }
  JoinMarks(&user);
  Changed(&user);
  Keep(&user, entry);
}

void StoredUsers::JoinMarks(StoredUser* user) {
  static constexpr char kOldest[] = "SELECT MIN(id) FROM read WHERE user = ?1";
  while (*user->read > options_.max_marks_per_user) {
    user->read_up_to = static_cast<std::uint64_t>(
        database_.AskNumber(0, kOldest, user->number));
    database_.Run(kDeleteRead, user->number, user->read_up_to);
    --*user->read;
    ++counters_.marks_joined;
  }
}

void StoredUsers::Keep(StoredUser* user, const LogEntry& entry) {
  static constexpr char kDelete[] =
      "DELETE FROM marks WHERE user = ?1 AND id = ?2";
  std::size_t& marks = Count(&user->marks, kCountMarks, *user);
  InsertMark(database_, user->number, entry);
  ++marks;
  while (marks > options_.max_marks_per_user) {
    LogEntry oldest;
    {
      Rows rows = AskMarks(database_, user->number, 0);
      if (!rows.Next()) return;
      oldest = MarkOf(rows, *user->name);
    }
    user->marks_dropped_up_to = oldest.id;
    if (std::holds_alternative<Deletion>(oldest.record)) {
      user->deletions_dropped_up_to = oldest.id;
    }
    database_.Run(kDelete, user->number, oldest.id);
    Changed(user);
    --marks;
    ++counters_.marks_joined;
  }
}

void StoredUsers::Hide(const Deletion& deletion, const LogEntry& entry) {
  static constexpr char kInsert[] =
      "INSERT OR IGNORE INTO deleted VALUES (?1, ?2)";
  StoredUser& user = Get(deletion.user, entry.id);
  std::size_t& deleted = Count(&user.deleted, kCountDeleted, user);
  database_.Run(kInsert, user.number, deletion.id);
  deleted += static_cast<std::size_t>(database_.changes());
}

bool StoredUsers::HasRoomToDelete(const std::string& name) {
  // Those that the log has dropped since need no room.
  static constexpr char kTidyUp[] =
      "DELETE FROM deleted WHERE user = ?1 AND NOT EXISTS "
      "(SELECT 1 FROM notifications WHERE notifications.id = deleted.id)";
  StoredUser* const user = Find(name);
  if (user == nullptr) return true;
  std::size_t& deleted = Count(&user->deleted, kCountDeleted, *user);
  if (deleted < options_.max_marks_per_user) return true;
  database_.Run(kTidyUp, user->number);
  deleted -= static_cast<std::size_t>(database_.changes());
  return deleted < options_.max_marks_per_user;
}

bool StoredUsers::HasRoom(const Membership& membership) {
  if (!membership.joined) return true;
  const auto found = groups_.find(membership.group);
  if (found == groups_.end()) return groups_.size() < options_.max_groups;
  return found->second.count(membership.user) > 0 ||
         found->second.size() < options_.max_members;
}

void StoredUsers::Apply(const Membership& membership, const LogEntry& entry) {
  static constexpr char kInsert[] =
      "INSERT OR IGNORE INTO members VALUES (?1, ?2)";
  static constexpr char kDelete[] =
      "DELETE FROM members WHERE team = ?1 AND user = ?2";
  StoredUser& user = Get(membership.user, entry.id);
  if (membership.joined) {
    groups_[membership.group].insert(membership.user);
    user.groups.insert(membership.group);
    database_.Run(kInsert, membership.group, user.number);
  } else if (const auto found = groups_.find(membership.group);
             found != groups_.end()) {
    found->second.erase(membership.user);
    if (found->second.empty()) groups_.erase(found);
    user.groups.erase(membership.group);
    database_.Run(kDelete, membership.group, user.number);
  }
  Keep(&user, entry);
}

std::vector<std::string> StoredUsers::MembersOf(
    const std::string& group) const {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace tickerhub::internal
