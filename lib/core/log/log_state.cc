#include "log/log_state.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "limits/log_bytes.h"
#include "threads/system_time.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {
namespace {

using Error = NotificationLog::Error;
using AudienceKind = Audience::Kind;

LogState::Appended Refuse(Error error, const char* sentence) {
  LogState::Appended appended;
  appended.ack.error = error;
  appended.ack.sentence = sentence;
  return appended;
}

auto TagOf(const Notification& notification) {
  return std::tuple(notification.audience.kind, notification.audience.name,
                    notification.from, notification.tag);
}

}  // namespace

LogState::LogState(const Options& options)
    : options_(options),
      inboxes_(options_, counters_,
               [this](const Inbox& inbox) {
                 for (const std::uint64_t id : inbox.ids) {
                   const auto found = kept_.find(id);
                   if (found == kept_.end()) continue;
                   const auto& audience =
                       std::get<Notification>(found->second.record).audience;
                   if (audience.kind == AudienceKind::kUser) Remove(id);
                 }
               }),
      keys_(options.max_keys, options.key_lifetime) {}

LogState::Appended LogState::Append(LogRecord record) {
  if (auto* const notification = std::get_if<Notification>(&record)) {
    return AppendNotification(std::move(*notification));
  }
  const auto* const membership = std::get_if<Membership>(&record);
  if (membership != nullptr && !inboxes_.HasRoom(*membership)) {
    ++counters_.refused_full;
    return Refuse(Error::kNoSpace,
                  "There are too many groups, or members of this one.");
  }
  const auto* const deletion = std::get_if<Deletion>(&record);
  if (deletion != nullptr && !HasRoomToDelete(*deletion)) {
    ++counters_.refused_full;
    return Refuse(Error::kNoSpace, "This user has deleted too many.");
  }
  Appended appended;
  LogEntry& entry = appended.entry.emplace();
  entry.id = appended.ack.id = ++last_id_;
  entry.time = options_.clock ? options_.clock() : SystemTime();
  entry.record = std::move(record);
  if (const auto* const visit = std::get_if<Visit>(&entry.record)) {
    inboxes_.Apply(*visit, entry.id);
  } else if (const auto* const mark = std::get_if<ReadMark>(&entry.record)) {
    inboxes_.Apply(*mark, entry,
                   [this](std::uint64_t id) { return kept_.count(id) > 0; });
  } else if (const auto* const joined =
                 std::get_if<Membership>(&entry.record)) {
    inboxes_.Apply(*joined, entry);
    entry.members = Members(joined->group);
  } else if (const auto* const gone = std::get_if<Deletion>(&entry.record)) {
    Delete(*gone, entry);
  } else {
    keys_.SetOutcome(std::get<Outcome>(entry.record));
  }
  return appended;
}

LogState::Appended LogState::AppendNotification(Notification notification) {
  const KnownKeys::Key key{notification.from, notification.key};
  const Timestamp now = notification.time;
  Appended appended;
  if (!notification.key.empty()) {
    if (const KnownKeys::First* const first = keys_.Find(key, now)) {
      appended.ack.id = first->id;
      appended.ack.duplicate = true;
      appended.ack.outcome = first->outcome;
      appended.ack.scheduled = first->id == 0;
      return appended;
    }
  }
  if (notification.deliver_at > now) {
    if (scheduled_.size() >= options_.max_scheduled) {
      ++counters_.refused_full;
      return Refuse(Error::kNoSpace, "Too many notifications are scheduled.");
    }
    appended.ack.scheduled = true;
    const Timestamp due = notification.deliver_at;
    scheduled_.emplace(due, std::move(notification));
  } else {
    appended.entry = Take(std::move(notification));
    appended.ack.id = last_id_;
  }
  if (!key.second.empty()) {
    counters_.keys_forgotten += keys_.Add(key, appended.ack.id, now);
  }
  return appended;
}

std::vector<LogEntry> LogState::Release(Timestamp now) {
  DropOld(now);
  std::vector<LogEntry> entries;
  while (!scheduled_.empty() && scheduled_.begin()->first <= now) {
    Notification notification = std::move(scheduled_.begin()->second);
    scheduled_.erase(scheduled_.begin());
    notification.time = notification.deliver_at;
    entries.push_back(Take(std::move(notification)));
  }
  return entries;
}

std::optional<Timestamp> LogState::next_release() const {
  if (scheduled_.empty()) return std::nullopt;
  return scheduled_.begin()->first;
}

LogEntry LogState::Take(Notification notification) {
  notification.id = ++last_id_;
  LogEntry entry;
  entry.id = notification.id;
  entry.time = notification.time;
  if (notification.audience.kind == AudienceKind::kGroup) {
    entry.members = Members(notification.audience.name);
  }
  entry.record = std::move(notification);
  Keep(entry);
  return entry;
}

void LogState::Keep(const LogEntry& entry) {
  const auto& notification = std::get<Notification>(entry.record);
  DropOld(notification.time);
  const AudienceKind kind = notification.audience.kind;
  if (kind == AudienceKind::kConnection) return;
  if (!notification.tag.empty()) {
    std::uint64_t& newest = tags_[TagOf(notification)];
    if (newest != 0) {
      ++counters_.replaced;
      const std::uint64_t older = std::exchange(newest, entry.id);
      Remove(older);
    }
    tags_[TagOf(notification)] = entry.id;
  }
  if (notification.expires != Timestamp{}) {
    expiring_.emplace(notification.expires, entry.id);
  }
  LogEntry& kept = kept_[entry.id] = entry;
  kept.members.clear();
  bytes_ += TextBytes(notification);
  if (kind == AudienceKind::kAll) {
    to_all_.push_back(entry.id);
  } else if (kind == AudienceKind::kUser) {
    inboxes_.Deliver(notification.audience.name, entry.id);
    DropOldestOf(notification.audience.name);
  }
  for (const std::string& member : entry.members) {
    inboxes_.Deliver(member, entry.id);
    DropOldestOf(member);
  }
  while (kept_.size() > options_.max_notifications) {
    DropOldest(&counters_.dropped_by_number);
  }
  while (bytes_ > options_.max_bytes) {
    DropOldest(&counters_.dropped_by_bytes);
  }
}

bool LogState::HasRoomToDelete(const Deletion& deletion) {
  Inbox* const inbox = inboxes_.Find(deletion.user);
  if (inbox == nullptr) return true;
  std::set<std::uint64_t>& deleted = inbox->deleted;
  if (deleted.size() < options_.max_marks_per_user) return true;
  // Those that the log has dropped since need no room.
  for (auto id = deleted.begin(); id != deleted.end();) {
    id = kept_.count(*id) > 0 ? std::next(id) : deleted.erase(id);
  }
  return deleted.size() < options_.max_marks_per_user;
}

void LogState::Delete(const Deletion& deletion, const LogEntry& entry) {
  Inbox& inbox = inboxes_.Get(deletion.user, entry.id);
  inboxes_.Keep(&inbox, entry);
  const auto found = kept_.find(deletion.id);
  if (found == kept_.end()) return;
  const Audience audience =
      std::get<Notification>(found->second.record).audience;
  if (audience.kind == AudienceKind::kUser) {
    if (audience.name == deletion.user) Remove(deletion.id);
  } else {
    inbox.deleted.insert(deletion.id);
  }
}

void LogState::Remove(std::uint64_t id) {
  const auto found = kept_.find(id);
  if (found == kept_.end()) return;
  const auto& notification = std::get<Notification>(found->second.record);
  if (notification.audience.kind == AudienceKind::kAll) RemoveId(&to_all_, id);
  if (notification.audience.kind == AudienceKind::kUser) {
    inboxes_.Remove(notification.audience.name, id);
  }
  if (!notification.tag.empty()) {
    const auto tag = tags_.find(TagOf(notification));
    if (tag != tags_.end() && tag->second == id) tags_.erase(tag);
  }
  expiring_.erase({notification.expires, id});
  bytes_ -= TextBytes(notification);
  kept_.erase(found);
}

void LogState::DropOldest(std::uint64_t* counter) {
  const std::uint64_t id = kept_.begin()->first;
  const Audience audience =
      std::get<Notification>(kept_.begin()->second.record).audience;
  ++*counter;
  if (audience.kind == AudienceKind::kAll) dropped_to_all_ = id;
  if (audience.kind == AudienceKind::kUser) {
    Inbox* const inbox = inboxes_.Find(audience.name);
    if (inbox != nullptr) inbox->dropped_up_to = id;
  }
  Remove(id);
}

void LogState::DropOldestOf(const std::string& user) {
  Inbox* const inbox = inboxes_.Find(user);
  if (inbox == nullptr) return;
  TidyUp(inbox);
  while (inbox->ids.size() > options_.max_per_user) {
    const std::uint64_t id = inbox->ids.front();
    ++counters_.dropped_by_user;
    inbox->dropped_up_to = id;
    const auto found = kept_.find(id);
    const bool is_own =
        found != kept_.end() &&
        std::get<Notification>(found->second.record).audience.kind ==
            AudienceKind::kUser;
    if (is_own) Remove(id);
    if (!is_own) inboxes_.Remove(user, id);
  }
}

void LogState::DropOld(Timestamp now) {
  while (!expiring_.empty() && expiring_.begin()->first <= now) {
    ++counters_.expired;
    const std::uint64_t id = expiring_.begin()->second;
    expiring_.erase(expiring_.begin());
    Remove(id);
  }
  if (options_.max_age.count() == 0) return;
  while (!kept_.empty() &&
         now - kept_.begin()->second.time > options_.max_age) {
    DropOldest(&counters_.dropped_by_age);
  }
}

}  // namespace tickerhub::internal
