#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_

// A model of a log that is as simple as can be: a list of notifications and a
// few sets.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "log_steps.h"

namespace tickerhub {

class LogModel {
 public:
  struct Kept {
    Notification notification;
    std::vector<std::string> members;
    bool is_gone = false;
  };
  struct User {
    std::set<std::uint64_t> read;
    std::uint64_t read_up_to = 0;
    std::set<std::uint64_t> deleted;
    std::set<std::string> groups;
    std::vector<LogEntry> marks;
    bool known = false;
  };

  void Take(std::uint64_t id, Notification notification) {
    notification.id = id;
    last_id_ = id;
    const Audience& audience = notification.audience;
    if (audience.kind == Audience::Kind::kConnection) return;
    if (!notification.tag.empty()) {
      for (auto& [other_id, other] : kept_) {
        const Notification& older = other.notification;
        if (std::tie(older.tag, older.from, older.audience.name) ==
                std::tie(notification.tag, notification.from, audience.name) &&
            older.audience.kind == audience.kind) {
          other.is_gone = true;
        }
      }
    }
    Kept kept;
    if (audience.kind == Audience::Kind::kGroup) {
      kept.members = MembersOfGroup(audience.name);
    }
    if (audience.kind == Audience::Kind::kUser) users_[audience.name];
    kept.notification = std::move(notification);
    kept_[id] = std::move(kept);
  }

  void Apply(std::uint64_t id, const LogRecord& record) {
    last_id_ = id;
    LogEntry entry;
    entry.id = id;
    entry.record = record;
    if (const auto* const mark = std::get_if<ReadMark>(&record)) {
      User& user = users_[mark->user];
      user.read_up_to = std::max(user.read_up_to, std::min(mark->up_to, id));
      for (const std::uint64_t one : mark->ids) {
        if (IsKept(one)) user.read.insert(one);
      }
      user.marks.push_back(entry);
    } else if (const auto* const gone = std::get_if<Deletion>(&record)) {
      users_[gone->user].marks.push_back(entry);
      if (IsKept(gone->id)) Delete(*gone);
    } else if (const auto* const member = std::get_if<Membership>(&record)) {
      User& user = users_[member->user];
      if (member->joined) user.groups.insert(member->group);
      if (!member->joined) user.groups.erase(member->group);
      user.marks.push_back(entry);
    } else if (const auto* const visit = std::get_if<Visit>(&record)) {
      users_[visit->user].known = true;
    }
  }

  NotificationLog::Page Read(const NotificationLog::Query& query) const {
    NotificationLog::Page page;
    page.last_id = last_id_;
    page.unread = Unread(query.user, query.personal_after, query.now);
    std::vector<LogEntry> entries;
    for (const auto& [id, kept] : kept_) {
      const bool is_old =
          kept.notification.is_personal() && id <= query.personal_after;
      const bool is_in = id > query.after && !is_old &&
                         (query.before == 0 || id < query.before);
      if (!is_in || !IsVisible(kept, query.user, query.now)) continue;
      LogEntry entry;
      entry.id = id;
      entry.record = kept.notification;
      entries.push_back(std::move(entry));
    }
    const auto user = users_.find(query.user);
    if (query.before == 0 && user != users_.end()) {
      for (const LogEntry& mark : user->second.marks) {
        if (mark.id > query.after) entries.push_back(mark);
      }
    }
    std::sort(entries.begin(), entries.end(),
              [&](const LogEntry& a, const LogEntry& b) {
                return query.before == 0 ? a.id < b.id : a.id > b.id;
              });
    std::size_t bytes = 0;
    for (LogEntry& entry : entries) {
      bytes += BytesOfEntry(entry);
      const bool is_first = page.entries.empty() && query.limit > 0;
      page.more = page.entries.size() >= query.limit ||
                  (!is_first && bytes > query.max_bytes);
      if (page.more) break;
      page.read.push_back(IsRead(entry, query.user));
      page.entries.push_back(std::move(entry));
    }
    return page;
  }

  std::uint64_t Unread(const std::string& name, std::uint64_t personal_after,
                       Timestamp now) const {
    if (name.empty()) return 0;
    std::uint64_t count = 0;
    for (const auto& [id, kept] : kept_) {
      if (kept.notification.is_personal() && id <= personal_after) continue;
      LogEntry entry;
      entry.id = id;
      entry.record = kept.notification;
      if (IsVisible(kept, name, now) && !IsRead(entry, name)) ++count;
    }
    return count;
  }

  std::vector<std::string> MembersOfGroup(const std::string& group) const {
    std::vector<std::string> members;
    for (const auto& [name, user] : users_) {
      if (user.groups.count(group) > 0) members.push_back(name);
    }
    return members;
  }

  const User* FindUser(const std::string& name) const {
    const auto found = users_.find(name);
    return found == users_.end() ? nullptr : &found->second;
  }
  std::uint64_t last_id() const { return last_id_; }

 private:
  bool IsKept(std::uint64_t id) const {
    const auto found = kept_.find(id);
    return found != kept_.end() && !found->second.is_gone;
  }

  void Delete(const Deletion& deletion) {
    Kept& kept = kept_.at(deletion.id);
    const Audience& audience = kept.notification.audience;
    if (audience.kind != Audience::Kind::kUser) {
      users_[deletion.user].deleted.insert(deletion.id);
    } else if (audience.name == deletion.user) {
      kept.is_gone = true;
    }
  }

  bool IsVisible(const Kept& kept, const std::string& name,
                 Timestamp now) const {
    const Notification& one = kept.notification;
    const bool has_ended = one.expires != Timestamp{} && one.expires <= now;
    if (kept.is_gone || has_ended) return false;
    const auto user = users_.find(name);
    if (user != users_.end() && user->second.deleted.count(one.id) > 0) {
      return false;
    }
    if (one.audience.kind == Audience::Kind::kAll) return true;
    if (one.audience.kind == Audience::Kind::kUser) {
      return !name.empty() && one.audience.name == name;
    }
    return std::count(kept.members.begin(), kept.members.end(), name) > 0;
  }

  bool IsRead(const LogEntry& entry, const std::string& name) const {
    const auto user = users_.find(name);
    return std::holds_alternative<Notification>(entry.record) &&
           user != users_.end() &&
           (entry.id <= user->second.read_up_to ||
            user->second.read.count(entry.id) > 0);
  }

  static std::size_t BytesOfEntry(const LogEntry& entry) {
    if (const auto* const one = std::get_if<Notification>(&entry.record)) {
      return one->audience.name.size() + one->from.size() +
             one->message.size() + one->tag.size() + one->key.size();
    }
    const auto* const mark = std::get_if<ReadMark>(&entry.record);
    return 32 + (mark == nullptr ? 0 : 8 * mark->ids.size());
  }

  std::map<std::uint64_t, Kept> kept_;
  std::map<std::string, User> users_;
  std::uint64_t last_id_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_
