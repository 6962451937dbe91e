#include "store/writer.h"

#include <algorithm>
#include <variant>

#include "limits/log_bytes.h"
#include "store/rows.h"
#include "threads/system_time.h"

namespace tickerhub::internal {
namespace {

using AppendError = NotificationLog::Error;

// More than the log can give before what it wrote first is on the disk.
constexpr std::uint64_t kSkippedIds = 1'000'000;

StoreWriter::Appended NoSpace(const char* sentence) {
  StoreWriter::Appended appended;
  appended.ack.error = AppendError::kNoSpace;
  appended.ack.sentence = sentence;
  return appended;
}

}  // namespace

StoreWriter::StoreWriter(Database& database, const Options& options,
                         Counters counters)
    : database_(database),
      options_(options),
      counters_(counters),
      users_(database, options_, counters_,
             [this](const StoredUser& user) {
               static constexpr char kOwn[] =
                   "SELECT inbox.id FROM inbox JOIN notifications "
                   "ON notifications.id = inbox.id "
                   "WHERE inbox.user = ?1 AND kind = ?2";
               std::vector<std::uint64_t> ids;
               for (Rows rows = database_.Ask(
                        kOwn, user.number,
                        static_cast<std::int64_t>(Audience::Kind::kUser));
                    rows.Next();) {
                 ids.push_back(rows.Id(0));
               }
               for (const std::uint64_t id : ids) {
                 if (const auto row = Find(id)) Remove(*row);
               }
             }),
      keys_(database, options.max_keys, options.key_lifetime) {
  static constexpr char kLog[] =
      "SELECT last_id, kept, bytes, dropped_to_all, forgotten_up_to FROM log";
  static constexpr char kScheduled[] = "SELECT COUNT(*) FROM scheduled";
  static constexpr char kFirstEnd[] =
      "SELECT MIN(expires) FROM notifications WHERE expires <> 0";
  std::uint64_t forgotten_up_to = 0;
  {
    enum Column : std::uint8_t { kLastId, kKept, kBytes, kDropped, kForgotten };
    Rows row = database_.Ask(kLog);
    if (!row.Next()) throw DatabaseFault(SQLITE_CORRUPT, "a row is missing");
    last_id_ = row.Id(kLastId);
    kept_ = row.Id(kKept);
    bytes_ = row.Id(kBytes);
    dropped_to_all_ = row.Id(kDropped);
    forgotten_up_to = row.Id(kForgotten);
  }
  users_.Load(forgotten_up_to);
  over_ = users_.WithMoreThan(options_.max_per_user);
  keys_.Load();
  scheduled_ = static_cast<std::size_t>(database_.AskNumber(0, kScheduled));
  first_end_ = database_.AskNumber(0, kFirstEnd);
}

void StoreWriter::Flush() {
  static constexpr char kUpdate[] =
      "UPDATE log SET last_id = ?1, kept = ?2, bytes = ?3, "
      "dropped_to_all = ?4, forgotten_up_to = ?5";
  users_.Flush();
  database_.Run(kUpdate, last_id_, kept_, bytes_, dropped_to_all_,
                users_.forgotten_up_to());
}

void StoreWriter::SkipIds() { last_id_ += kSkippedIds; }

StoreWriter::Appended StoreWriter::Append(LogRecord record) {
  if (auto* const notification = std::get_if<Notification>(&record)) {
    return AppendNotification(std::move(*notification));
  }
  const auto* const membership = std::get_if<Membership>(&record);
  if (membership != nullptr && !users_.HasRoom(*membership)) {
    ++counters_.refused_full;
    return NoSpace("There are too many groups, or members of this one.");
  }
  const auto* const deletion = std::get_if<Deletion>(&record);
  if (deletion != nullptr && !users_.HasRoomToDelete(deletion->user)) {
    ++counters_.refused_full;
    return NoSpace("This user has deleted too many.");
  }
  Appended appended;
  LogEntry& entry = appended.entry.emplace();
  entry.id = appended.ack.id = ++last_id_;
  entry.time = options_.clock ? options_.clock() : SystemTime();
  entry.record = std::move(record);
  if (const auto* const visit = std::get_if<Visit>(&entry.record)) {
    users_.Apply(*visit, entry.id);
  } else if (const auto* const mark = std::get_if<ReadMark>(&entry.record)) {
    users_.Apply(*mark, entry);
  } else if (const auto* const joined =
                 std::get_if<Membership>(&entry.record)) {
    users_.Apply(*joined, entry);
    entry.members = users_.MembersOf(joined->group);
  } else if (const auto* const gone = std::get_if<Deletion>(&entry.record)) {
    Delete(*gone, entry);
  } else {
    keys_.SetOutcome(std::get<Outcome>(entry.record));
  }
  return appended;
}

StoreWriter::Appended StoreWriter::AppendNotification(
    Notification notification) {
  const std::string from = notification.key.empty() ? "" : notification.from;
  const std::string key = notification.key;
  const Timestamp now = notification.time;
  Appended appended;
  if (!key.empty()) {
    if (const auto first = keys_.Find(from, key, now)) {
      appended.ack.id = first->id;
      appended.ack.duplicate = true;
      appended.ack.outcome = first->outcome;
      appended.ack.scheduled = first->id == 0;
      return appended;
    }
  }
  if (notification.deliver_at > now) {
    if (scheduled_ >= options_.max_scheduled) {
      ++counters_.refused_full;
      return NoSpace("Too many notifications are scheduled.");
    }
    appended.ack.scheduled = true;
    InsertScheduled(database_, notification);
    ++scheduled_;
  } else {
    appended.entry = Take(std::move(notification));
    appended.ack.id = last_id_;
  }
  if (!key.empty()) {
    counters_.keys_forgotten += keys_.Add(from, key, appended.ack.id, now);
  }
  return appended;
}

void StoreWriter::Release(Timestamp now, std::vector<LogEntry>* entries) {
  SetNow(now);
  while (scheduled_ > 0) {
    std::optional<Notification> notification = TakeScheduled(database_, now);
    if (!notification) break;
    --scheduled_;
    notification->time = notification->deliver_at;
    entries->push_back(Take(*std::move(notification)));
  }
}

std::optional<Timestamp> StoreWriter::next_release() {
  static constexpr char kNext[] = "SELECT MIN(deliver_at) FROM scheduled";
  if (scheduled_ == 0) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(database_.AskNumber(0, kNext)));
}

LogEntry StoreWriter::Take(Notification notification) {
  notification.id = ++last_id_;
  LogEntry entry;
  entry.id = notification.id;
  entry.time = notification.time;
  if (notification.audience.kind == Audience::Kind::kGroup) {
    entry.members = users_.MembersOf(notification.audience.name);
  }
  entry.record = std::move(notification);
  Keep(entry);
  return entry;
}

void StoreWriter::Keep(const LogEntry& entry) {
  static constexpr char kToAll[] = "INSERT INTO inbox VALUES (0, ?1, ?2)";
  const auto& notification = std::get<Notification>(entry.record);
  SetNow(notification.time);
  const Audience::Kind kind = notification.audience.kind;
  if (kind == Audience::Kind::kConnection) return;
  if (!notification.tag.empty()) Replace(notification);
  std::vector<std::uint64_t> recipients;
  for (const std::string& member : entry.members) {
    StoredUser& user = users_.Get(member, entry.id);
    recipients.push_back(user.number);
    DeliverTo(&user, notification);
  }
  InsertNotification(database_, notification, recipients);
  const std::int64_t end = notification.expires.time_since_epoch().count();
  if (kind == Audience::Kind::kAll) {
    database_.Run(kToAll, entry.id, end);
  } else if (kind == Audience::Kind::kUser) {
    DeliverTo(&users_.Get(notification.audience.name, entry.id), notification);
  }
  if (end != 0) first_end_ = first_end_ == 0 ? end : std::min(first_end_, end);
  ++kept_;
  bytes_ += TextBytes(notification);
}

void StoreWriter::DeliverTo(StoredUser* user,
                            const Notification& notification) {
  users_.Deliver(user, notification.id, notification.expires);
  if (user->waiting > options_.max_per_user) over_.insert(user->number);
}

void StoreWriter::Replace(const Notification& notification) {
  static constexpr char kOlder[] =
      "SELECT id FROM notifications WHERE tag = ?1 AND sender = ?2 "
      "AND kind = ?3 AND audience = ?4";
  const auto older = static_cast<std::uint64_t>(
      database_.AskNumber(0, kOlder, notification.tag, notification.from,
                          static_cast<std::int64_t>(notification.audience.kind),
                          notification.audience.name));
  const auto row = Find(older);
  if (!row) return;
  ++counters_.replaced;
  Remove(*row);
}

void StoreWriter::Delete(const Deletion& deletion, const LogEntry& entry) {
  users_.Keep(&users_.Get(deletion.user, entry.id), entry);
  const auto row = Find(deletion.id);
  if (!row) return;
  if (row->audience.kind != Audience::Kind::kUser) {
    users_.Hide(deletion, entry);
  } else if (row->audience.name == deletion.user) {
    Remove(*row);
  }
}

}  // namespace tickerhub::internal
