#include "store/rows.h"

#include <cstring>
#include <optional>
#include <utility>
#include <variant>

#include "limits/log_bytes.h"

namespace tickerhub::internal {
namespace {

#define TICKERHUB_NOTIFICATION_NAMES                                       \
  "kind, audience, sender, message, title, link, event, level, priority, " \
  "time, expires, deliver_at, tag, actions, key, bytes, recipients"

constexpr char kInsertNotification[] =
    "INSERT INTO notifications (id, " TICKERHUB_NOTIFICATION_NAMES
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
    "?15, ?16, ?17, ?18)";
constexpr char kInsertScheduled[] =
    "INSERT INTO scheduled (number, " TICKERHUB_NOTIFICATION_NAMES
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
    "?15, ?16, ?17, ?18)";
constexpr char kSelectNotification[] =
    "SELECT id, " TICKERHUB_NOTIFICATION_NAMES
    " FROM notifications WHERE id = ?1";
constexpr char kSelectScheduled[] =
    "SELECT number, " TICKERHUB_NOTIFICATION_NAMES
    " FROM scheduled WHERE deliver_at <= ?1 ORDER BY deliver_at, number "
    "LIMIT 1";

#undef TICKERHUB_NOTIFICATION_NAMES

enum NotificationColumn : std::uint8_t {
  kIdColumn,
  kKindColumn,
  kAudienceColumn,
  kSenderColumn,
  kMessageColumn,
  kTitleColumn,
  kLinkColumn,
  kEventColumn,
  kLevelColumn,
  kPriorityColumn,
  kTimeColumn,
  kExpiresColumn,
  kDeliverAtColumn,
  kTagColumn,
  kActionsColumn,
  kKeyColumn,
};

enum class MarkKind : std::uint8_t { kRead = 1, kDeletion, kJoined, kLeft };

std::int64_t Milliseconds(Timestamp time) {
  return time.time_since_epoch().count();
}

Timestamp TimeOf(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

void InsertInto(Database& database, const char* sql,
                std::optional<std::int64_t> id,
                const Notification& notification,
                const std::string& recipients) {
  const std::string actions = PackActions(notification.actions);
  std::optional<std::string_view> tag;
  if (!notification.tag.empty()) tag = notification.tag;
  database.Run(
      sql, id, static_cast<std::int64_t>(notification.audience.kind),
      notification.audience.name, notification.from, notification.message,
      notification.title, notification.link, notification.event,
      static_cast<std::int64_t>(notification.level),
      static_cast<std::int64_t>(notification.priority),
      Milliseconds(notification.time), Milliseconds(notification.expires),
      Milliseconds(notification.deliver_at), tag, BlobValue{actions},
      notification.key, TextBytes(notification), BlobValue{recipients});
}

Notification NotificationOf(const Rows& row) {
  Notification notification;
  notification.id = row.Id(kIdColumn);
  notification.audience.kind =
      static_cast<Audience::Kind>(row.Integer(kKindColumn));
  notification.audience.name = row.Text(kAudienceColumn);
  notification.from = row.Text(kSenderColumn);
  notification.message = row.Text(kMessageColumn);
  notification.title = row.Text(kTitleColumn);
  notification.link = row.Text(kLinkColumn);
  notification.event = row.Text(kEventColumn);
  notification.level =
      static_cast<NotificationLevel>(row.Integer(kLevelColumn));
  notification.priority =
      static_cast<NotificationPriority>(row.Integer(kPriorityColumn));
  notification.time = TimeOf(row.Integer(kTimeColumn));
  notification.expires = TimeOf(row.Integer(kExpiresColumn));
  notification.deliver_at = TimeOf(row.Integer(kDeliverAtColumn));
  notification.tag = row.Text(kTagColumn);
  notification.actions = UnpackActions(row.Text(kActionsColumn));
  notification.key = row.Text(kKeyColumn);
  return notification;
}

// A text with its length before it.
void PackText(const std::string& text, std::string* bytes) {
  const std::uint64_t size = text.size();
  bytes->append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes->append(text);
}

std::string UnpackText(std::string_view* bytes) {
  std::uint64_t size = 0;
  if (bytes->size() < sizeof size) {
    throw DatabaseFault(SQLITE_CORRUPT, "the actions of a row are damaged");
  }
  std::memcpy(&size, bytes->data(), sizeof size);
  bytes->remove_prefix(sizeof size);
  if (bytes->size() < size) {
    throw DatabaseFault(SQLITE_CORRUPT, "the actions of a row are damaged");
  }
  std::string text(bytes->substr(0, size));
  bytes->remove_prefix(size);
  return text;
}

}  // namespace

std::string PackNumbers(const std::vector<std::uint64_t>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()),
          numbers.size() * sizeof(std::uint64_t)};
}

std::vector<std::uint64_t> UnpackNumbers(std::string_view bytes) {
  std::vector<std::uint64_t> numbers(bytes.size() / sizeof(std::uint64_t));
  if (!numbers.empty()) {
    std::memcpy(numbers.data(), bytes.data(),
                numbers.size() * sizeof(std::uint64_t));
  }
  return numbers;
}

std::string PackActions(const std::vector<NotificationAction>& actions) {
  std::string bytes;
  for (const NotificationAction& action : actions) {
    PackText(action.label, &bytes);
    PackText(action.link, &bytes);
  }
  return bytes;
}

std::vector<NotificationAction> UnpackActions(std::string_view bytes) {
  std::vector<NotificationAction> actions;
  while (!bytes.empty()) {
    NotificationAction& action = actions.emplace_back();
    action.label = UnpackText(&bytes);
    action.link = UnpackText(&bytes);
  }
  return actions;
}

void InsertNotification(Database& database, const Notification& notification,
                        const std::vector<std::uint64_t>& recipients) {
  InsertInto(database, kInsertNotification, ToColumn(notification.id),
             notification, PackNumbers(recipients));
}

void InsertScheduled(Database& database, const Notification& notification) {
  InsertInto(database, kInsertScheduled, std::nullopt, notification, {});
}

std::optional<Notification> SelectNotification(Database& database,
                                               std::uint64_t id) {
  Rows row = database.Ask(kSelectNotification, id);
  if (!row.Next()) return std::nullopt;
  return NotificationOf(row);
}

std::optional<Notification> TakeScheduled(Database& database, Timestamp now) {
  static constexpr char kDelete[] = "DELETE FROM scheduled WHERE number = ?1";
  std::optional<Notification> notification;
  {
    Rows row = database.Ask(kSelectScheduled, Milliseconds(now));
    if (!row.Next()) return std::nullopt;
    notification = NotificationOf(row);
  }
  database.Run(kDelete, notification->id);
  return notification;
}

void InsertMark(Database& database, std::uint64_t user, const LogEntry& entry) {
  static constexpr char kInsert[] =
      "INSERT INTO marks VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
  MarkKind kind = MarkKind::kDeletion;
  std::uint64_t number = 0;
  std::string body;
  if (const auto* const mark = std::get_if<ReadMark>(&entry.record)) {
    kind = MarkKind::kRead;
    number = mark->up_to;
    body = PackNumbers(mark->ids);
  } else if (const auto* const gone = std::get_if<Deletion>(&entry.record)) {
    number = gone->id;
  } else {
    const auto& membership = std::get<Membership>(entry.record);
    kind = membership.joined ? MarkKind::kJoined : MarkKind::kLeft;
    body = membership.group;
  }
  database.Run(kInsert, user, entry.id, Milliseconds(entry.time),
               static_cast<std::int64_t>(kind), number, BlobValue{body});
}

Rows AskMarks(Database& database, std::uint64_t user, std::uint64_t after) {
  static constexpr char kSelect[] =
      "SELECT id, time, kind, number, body FROM marks "
      "WHERE user = ?1 AND id > ?2 ORDER BY id";
  return database.Ask(kSelect, user, BoundedId(after));
}

LogEntry MarkOf(const Rows& rows, const std::string& user) {
  enum Column : std::uint8_t { kId, kTime, kKind, kNumber, kBody };
  LogEntry entry;
  entry.id = rows.Id(kId);
  entry.time = TimeOf(rows.Integer(kTime));
  const auto kind = static_cast<MarkKind>(rows.Integer(kKind));
  if (kind == MarkKind::kRead) {
    entry.record =
        ReadMark{user, UnpackNumbers(rows.Text(kBody)), rows.Id(kNumber)};
  } else if (kind == MarkKind::kDeletion) {
    entry.record = Deletion{user, rows.Id(kNumber)};
  } else {
    entry.record =
        Membership{rows.Text(kBody), user, kind == MarkKind::kJoined};
  }
  return entry;
}

}  // namespace tickerhub::internal
