#include "store/reader.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>

#include "limits/log_bytes.h"
#include "store/rows.h"

namespace tickerhub::internal {
namespace {

using ReadQuery = NotificationLog::Query;
using ReadPage = NotificationLog::Page;

constexpr std::uint64_t kEverybody = 0;

// What the file says of one user.
struct ReadUser {
  std::uint64_t number = 0;
  bool known = false;
  std::string spelling;
  std::uint64_t dropped_up_to = 0;
  std::uint64_t read_up_to = 0;
  std::uint64_t marks_dropped_up_to = 0;
  std::uint64_t deletions_dropped_up_to = 0;
  std::unordered_set<std::uint64_t> read;
  std::unordered_set<std::uint64_t> deleted;

  bool IsRead(std::uint64_t id) const {
    return id <= read_up_to || read.count(id) > 0;
  }
};

std::unordered_set<std::uint64_t> IdsIn(Rows rows) {
  std::unordered_set<std::uint64_t> ids;
  while (rows.Next()) ids.insert(rows.Id(0));
  return ids;
}

std::optional<ReadUser> SelectUser(Database& database,
                                   const std::string& name) {
  enum Column : std::uint8_t {
    kNumber,
    kKnown,
    kSpelling,
    kDropped,
    kRead,
    kMarksDropped,
    kDeletionsDropped,
  };
  static constexpr char kSelect[] =
      "SELECT number, known, spelling, dropped_up_to, read_up_to, "
      "marks_dropped_up_to, deletions_dropped_up_to FROM users "
      "WHERE name = ?1";
  static constexpr char kReadIds[] = "SELECT id FROM read WHERE user = ?1";
  static constexpr char kDeletedIds[] =
      "SELECT id FROM deleted WHERE user = ?1";
  Rows row = database.Ask(kSelect, name);
  if (name.empty() || !row.Next()) return std::nullopt;
  ReadUser user;
  user.number = row.Id(kNumber);
  user.known = row.Integer(kKnown) != 0;
  user.spelling = row.Text(kSpelling);
  user.dropped_up_to = row.Id(kDropped);
  user.read_up_to = row.Id(kRead);
  user.marks_dropped_up_to = row.Id(kMarksDropped);
  user.deletions_dropped_up_to = row.Id(kDeletionsDropped);
  user.read = IdsIn(database.Ask(kReadIds, user.number));
  user.deleted = IdsIn(database.Ask(kDeletedIds, user.number));
  return user;
}

// One inbox, from one end. Two of them are merged by their ids.
class Cursor {
 public:
  explicit Cursor(std::optional<Rows> rows) : rows_(std::move(rows)) { Next(); }

  std::uint64_t id() const { return id_; }  // 0: there are no more
  void Next() { id_ = rows_ && rows_->Next() ? rows_->Id(0) : 0; }

 private:
  std::optional<Rows> rows_;
  std::uint64_t id_ = 0;
};

class PageReading {
 public:
  PageReading(Database& database, const ReadQuery& query)
      : database_(database),
        query_(query),
        now_(query.now.time_since_epoch().count()),
        user_(SelectUser(database, query.user)) {}

  ReadPage Read() {
    ReadLog();
    page_.unread = query_.user.empty() ? 0 : CountUnread(query_.personal_after);
    if (query_.before == 0) {
      ReadForward();
    } else {
      ReadBackward();
    }
    return std::move(page_);
  }

  std::uint64_t CountUnread(std::uint64_t personal_after) {
    if (!user_) return CountAbove(kEverybody, 0);
    const std::uint64_t personal = std::max(user_->read_up_to, personal_after);
    std::uint64_t count = CountAbove(kEverybody, user_->read_up_to) +
                          CountAbove(user_->number, personal);
    std::unordered_set<std::uint64_t> others = user_->deleted;
    others.insert(user_->read.begin(), user_->read.end());
    for (const std::uint64_t id : others) {
      if ((id > user_->read_up_to && IsIn(kEverybody, id)) ||
          (id > personal && IsIn(user_->number, id))) {
        --count;
      }
    }
    return count;
  }

  const std::optional<ReadUser>& user() const { return user_; }

 private:
  void ReadLog() {
    static constexpr char kLog[] =
        "SELECT last_id, dropped_to_all, forgotten_up_to FROM log";
    Rows row = database_.Ask(kLog);
    if (!row.Next()) throw DatabaseFault(SQLITE_CORRUPT, "a row is missing");
    page_.last_id = row.Id(0);
    page_.kept_after = row.Id(1);
    if (!query_.user.empty()) {
      const std::uint64_t dropped = user_ ? user_->dropped_up_to : row.Id(2);
      if (dropped > query_.personal_after) {
        page_.kept_after = std::max(page_.kept_after, dropped);
      }
    }
    page_.complete = query_.after >= page_.kept_after;
    if (user_ && query_.after < user_->deletions_dropped_up_to) {
      page_.complete = false;
    }
  }

  std::uint64_t CountAbove(std::uint64_t user, std::uint64_t after) {
    static constexpr char kCount[] =
        "SELECT COUNT(*) FROM inbox WHERE user = ?1 AND id > ?2 "
        "AND (expires = 0 OR expires > ?3)";
    return static_cast<std::uint64_t>(
        database_.AskNumber(0, kCount, user, BoundedId(after), now_));
  }

  bool IsIn(std::uint64_t user, std::uint64_t id) {
    static constexpr char kIsIn[] =
        "SELECT 1 FROM inbox WHERE user = ?1 AND id = ?2 "
        "AND (expires = 0 OR expires > ?3)";
    return database_.AskNumber(0, kIsIn, user, BoundedId(id), now_) != 0;
  }

  void ReadForward() {
    // Two statements, because both are under way at a time.
    static constexpr char kToAll[] =
        "SELECT id FROM inbox WHERE user = 0 AND id > ?1 "
        "AND (expires = 0 OR expires > ?2) ORDER BY id";
    static constexpr char kToUser[] =
        "SELECT id FROM inbox WHERE user = ?1 AND id > ?2 "
        "AND (expires = 0 OR expires > ?3) ORDER BY id";
    Cursor to_all(database_.Ask(kToAll, BoundedId(query_.after), now_));
    Cursor to_user(
        user_ ? std::optional(database_.Ask(
                    kToUser, user_->number,
                    BoundedId(std::max(query_.after, query_.personal_after)),
                    now_))
              : std::nullopt);
    Marks marks(this);
    for (;;) {
      const std::uint64_t next = Sooner(to_all.id(), to_user.id());
      if (marks.next() && (next == 0 || marks.next()->id < next)) {
        if (!Add(*marks.next())) return;
        marks.Next();
        continue;
      }
      if (next == 0 || !AddNotification(next)) return;
      (next == to_all.id() ? to_all : to_user).Next();
    }
  }

  void ReadBackward() {
    static constexpr char kToAll[] =
        "SELECT id FROM inbox WHERE user = 0 AND id > ?1 AND id < ?2 "
        "AND (expires = 0 OR expires > ?3) ORDER BY id DESC";
    static constexpr char kToUser[] =
        "SELECT id FROM inbox WHERE user = ?1 AND id > ?2 AND id < ?3 "
        "AND (expires = 0 OR expires > ?4) ORDER BY id DESC";
    const std::int64_t before = BoundedId(query_.before);
    Cursor to_all(database_.Ask(kToAll, BoundedId(query_.after), before, now_));
    Cursor to_user(
        user_ ? std::optional(database_.Ask(
                    kToUser, user_->number,
                    BoundedId(std::max(query_.after, query_.personal_after)),
                    before, now_))
              : std::nullopt);
    for (;;) {
      const std::uint64_t next = std::max(to_all.id(), to_user.id());
      if (next == 0 || !AddNotification(next)) return;
      (next == to_all.id() ? to_all : to_user).Next();
    }
  }

  // The marks of the user, with one in front that stands for those that are
  // not kept apart any more.
  class Marks {
   public:
    explicit Marks(PageReading* reading) : reading_(*reading) {
      const auto& user = reading_.user_;
      if (!user) return;
      const std::uint64_t after = reading_.query_.after;
      rows_.emplace(AskMarks(reading_.database_, user->number, after));
      if (after >= user->marks_dropped_up_to) {
        Next();
        return;
      }
      std::vector<std::uint64_t> read(user->read.begin(), user->read.end());
      std::sort(read.begin(), read.end());
      next_.emplace();
      next_->id = user->marks_dropped_up_to;
      next_->record =
          ReadMark{reading_.query_.user, std::move(read), user->read_up_to};
    }

    const std::optional<LogEntry>& next() const { return next_; }
    void Next() {
      next_.reset();
      if (rows_->Next()) next_ = MarkOf(*rows_, reading_.query_.user);
    }

   private:
    PageReading& reading_;
    std::optional<Rows> rows_;
    std::optional<LogEntry> next_;
  };

  static std::uint64_t Sooner(std::uint64_t one, std::uint64_t other) {
    if (one == 0 || other == 0) return std::max(one, other);
    return std::min(one, other);
  }

  // Returns false if there is no room.
  bool AddNotification(std::uint64_t id) {
    if (user_ && user_->deleted.count(id) > 0) return true;
    if (page_.entries.size() >= query_.limit) {
      page_.more = true;
      return false;
    }
    std::optional<Notification> notification =
        SelectNotification(database_, id);
    if (!notification) {
      throw DatabaseFault(SQLITE_CORRUPT, "a notification is missing");
    }
    LogEntry entry;
    entry.id = id;
    entry.time = notification->time;
    entry.record = *std::move(notification);
    return Add(std::move(entry));
  }

  bool Add(LogEntry entry) {
    bytes_ += PageBytes(entry);
    const bool is_first = page_.entries.empty() && query_.limit > 0;
    if (page_.entries.size() >= query_.limit ||
        (!is_first && bytes_ > query_.max_bytes)) {
      page_.more = true;
      return false;
    }
    page_.read.push_back(std::holds_alternative<Notification>(entry.record) &&
                         user_ && user_->IsRead(entry.id));
    page_.entries.push_back(std::move(entry));
    return true;
  }

  Database& database_;
  const ReadQuery& query_;
  const std::int64_t now_;
  const std::optional<ReadUser> user_;
  ReadPage page_;
  std::size_t bytes_ = 0;
};

}  // namespace

NotificationLog::Page StoreReader::Read(const Query& query) {
  const Transaction transaction(database_, Transaction::Kind::kReading);
  return PageReading(database_, query).Read();
}

NotificationLog::UserState StoreReader::FindUser(const std::string& name,
                                                 Timestamp now) {
  static constexpr char kGroups[] =
      "SELECT team FROM members WHERE user = ?1 ORDER BY team";
  static constexpr char kSecrets[] =
      "SELECT secret, since FROM secrets WHERE user = ?1 ORDER BY since";
  const Transaction transaction(database_, Transaction::Kind::kReading);
  Query query;
  query.user = name;
  query.now = now;
  PageReading reading(database_, query);
  NotificationLog::UserState state;
  const std::optional<ReadUser>& user = reading.user();
  if (!user) return state;
  state.known = user->known;
  state.spelling = user->spelling;
  state.unread = reading.CountUnread(0);
  state.read_up_to = user->read_up_to;
  for (Rows rows = database_.Ask(kGroups, user->number); rows.Next();) {
    state.groups.push_back(rows.Text(0));
  }
  for (Rows rows = database_.Ask(kSecrets, user->number); rows.Next();) {
    state.secrets.push_back({rows.Text(0), rows.Id(1)});
  }
  return state;
}

std::vector<std::string> StoreReader::Members(const std::string& group) {
  static constexpr char kMembers[] =
      "SELECT name FROM members JOIN users ON users.number = members.user "
      "WHERE team = ?1 ORDER BY name";
  std::vector<std::string> members;
  for (Rows rows = database_.Ask(kMembers, group); rows.Next();) {
    members.push_back(rows.Text(0));
  }
  return members;
}

}  // namespace tickerhub::internal
