#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_

// A log beside a model of it that is as simple as can be: a list of
// notifications and a few sets. Both get the same random steps, and what the
// log answers must be what the model answers. No limit of the log is reached.

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

/// Ends a log and opens it again, as it was; null if a log cannot.
using RestartLog = std::function<void(std::unique_ptr<NotificationLog>*)>;

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

/// Random steps for a log and for its model.
class LogModelRun {
 public:
  LogModelRun(std::unique_ptr<NotificationLog> log, unsigned seed,
              RestartLog restart)
      : log_(std::move(log)), random_(seed), restart_(std::move(restart)) {
    Listen();
  }

  void Run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
      now_ += std::chrono::milliseconds(Below(20));
      Step();
    }
  }

 private:
  using Pending = std::multimap<Timestamp, Notification>;

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }
  bool OneIn(std::uint64_t chance) { return Below(chance) == 0; }
  std::string Name() { return "user" + std::to_string(Below(6)); }
  std::string Group() { return "group" + std::to_string(Below(3)); }
  std::uint64_t SomeId() { return Below(model_.last_id() + 3); }

  void Listen() {
    log_->SetListener([this](const std::vector<LogEntry>& entries) {
      const std::lock_guard<std::mutex> lock(mutex_);
      heard_.insert(heard_.end(), entries.begin(), entries.end());
    });
  }

  void Step() {
    if (restart_ && OneIn(100)) {
      restart_(&log_);
      Listen();
    }
    switch (Below(10)) {
      case 0:
        return Keep(
            ReadMark{Name(), {SomeId(), SomeId()}, OneIn(3) ? SomeId() : 0});
      case 1:
        return Keep(Deletion{Name(), SomeId()});
      case 2:
        return Keep(Membership{Group(), Name(), !OneIn(3)});
      case 3:
        if (OneIn(3)) Keep(Visit{Name(), "Spelled", OneIn(2) ? "s" : ""});
        return ReleaseDue();
      case 4:
      case 5:
      case 6:
        return Look();
      default:
        return AppendOne();
    }
  }

  Notification RandomNotification() {
    Notification one = ToAll(std::string(1 + Below(30), 'x'));
    switch (Below(8)) {
      case 0:
        one.audience = Audience::Connection("client");
        break;
      case 1:
      case 2:
        one.audience = Audience::Group(Group());
        break;
      case 3:
      case 4:
      case 5:
        one.audience = Audience::User(Name());
        break;
      default:
        break;
    }
    one.from = OneIn(2) ? "ci" : "api";
    one.time = now_;
    if (OneIn(4)) one.tag = OneIn(2) ? "t" : "u";
    if (OneIn(4)) one.key = "k" + std::to_string(Below(10));
    if (OneIn(6)) one.expires = now_ + std::chrono::milliseconds(Below(400));
    if (OneIn(8)) one.deliver_at = now_ + std::chrono::milliseconds(Below(300));
    return one;
  }

  void AppendOne() {
    const Notification one = RandomNotification();
    const auto ack = AckOf(*log_, one);
    ASSERT_FALSE(ack.error) << ack.sentence;
    const auto key = std::pair(one.from, one.key);
    const auto known = keys_.find(key);
    if (!one.key.empty() && known != keys_.end()) {
      ASSERT_TRUE(ack.duplicate);
      ASSERT_EQ(ack.id, known->second.first);
      ASSERT_EQ(ack.outcome.has_value(), known->second.second.has_value());
      ASSERT_EQ(ack.scheduled, ack.id == 0);
      return;
    }
    ASSERT_FALSE(ack.duplicate);
    ASSERT_EQ(ack.scheduled, one.deliver_at > now_);
    if (!one.key.empty()) keys_[key] = {ack.id, {}};
    if (ack.scheduled) {
      scheduled_.emplace(one.deliver_at, one);
      return;
    }
    ASSERT_GT(ack.id, model_.last_id());
    model_.Take(ack.id, one);
    Expect(ack.id, one.message, one.audience);
    if (!one.key.empty() && OneIn(2)) {
      const std::uint64_t id = Append(*log_, Outcome{ack.id, 1, 2});
      model_.Apply(id, Outcome{ack.id, 1, 2});
      keys_[key].second = Outcome{ack.id, 1, 2};
      Hear(id);
    }
  }

  void Keep(const LogRecord& record) {
    const std::uint64_t id = Append(*log_, record);
    ASSERT_GT(id, model_.last_id());
    model_.Apply(id, record);
    const LogEntry entry = Hear(id);
    if (const auto* const member = std::get_if<Membership>(&record)) {
      ASSERT_EQ(entry.members, model_.MembersOfGroup(member->group));
    }
  }

  // The next entry that the listener got.
  LogEntry Hear(std::uint64_t id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    LogEntry entry;
    EXPECT_LT(next_, heard_.size());
    if (next_ < heard_.size()) entry = heard_[next_++];
    EXPECT_EQ(entry.id, id);
    return entry;
  }

  void Expect(std::uint64_t id, const std::string& message,
              const Audience& audience) {
    const LogEntry entry = Hear(id);
    ASSERT_EQ(std::get<Notification>(entry.record).message, message);
    if (audience.kind == Audience::Kind::kGroup) {
      ASSERT_EQ(entry.members, model_.MembersOfGroup(audience.name));
    } else {
      ASSERT_TRUE(entry.members.empty());
    }
  }

  void ReleaseDue() {
    const std::optional<Timestamp> next = Release(*log_, now_);
    while (!scheduled_.empty() && scheduled_.begin()->first <= now_) {
      Notification one = scheduled_.begin()->second;
      scheduled_.erase(scheduled_.begin());
      one.time = one.deliver_at;
      std::uint64_t id = 0;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        ASSERT_LT(next_, heard_.size());
        id = heard_[next_].id;
      }
      ASSERT_GT(id, model_.last_id());
      model_.Take(id, one);
      Expect(id, one.message, one.audience);
    }
    ASSERT_EQ(next.has_value(), !scheduled_.empty());
    if (next) {
      ASSERT_EQ(*next, scheduled_.begin()->first);
    }
  }

  void Look() {
    NotificationLog::Query query;
    if (!OneIn(8)) query.user = Name();
    query.after = OneIn(3) ? 0 : SomeId();
    if (OneIn(4)) query.personal_after = SomeId();
    if (OneIn(3)) query.before = 1 + SomeId();
    if (OneIn(2)) query.limit = Below(8);
    if (OneIn(4)) query.max_bytes = Below(300);
    query.now = now_;
    const auto page = Read(*log_, query);
    const auto expected = model_.Read(query);
    ASSERT_EQ(IdsOf(page), IdsOf(expected));
    ASSERT_EQ(page.read, expected.read);
    ASSERT_EQ(page.more, expected.more);
    ASSERT_EQ(page.last_id, expected.last_id);
    ASSERT_EQ(page.unread, expected.unread);
    ASSERT_TRUE(page.complete);
    ASSERT_EQ(page.kept_after, 0u);
    for (std::size_t i = 0; i < page.entries.size(); ++i) {
      ASSERT_EQ(page.entries[i].record.index(),
                expected.entries[i].record.index());
    }
    LookAtUser(query.user);
    const std::string group = Group();
    ASSERT_EQ(MembersOf(*log_, group), model_.MembersOfGroup(group));
  }

  void LookAtUser(const std::string& name) {
    const auto state = Find(*log_, name);
    const LogModel::User* const user = model_.FindUser(name);
    ASSERT_EQ(state.known, user != nullptr && user->known);
    if (user == nullptr) return;
    ASSERT_EQ(state.read_up_to, user->read_up_to);
    ASSERT_EQ(state.unread, model_.Unread(name, 0, now_));
    ASSERT_EQ(state.groups, std::vector<std::string>(user->groups.begin(),
                                                     user->groups.end()));
  }

  std::unique_ptr<NotificationLog> log_;
  std::mt19937 random_;
  RestartLog restart_;
  Timestamp now_ = At(1'000);
  LogModel model_;
  Pending scheduled_;
  std::map<std::pair<std::string, std::string>,
           std::pair<std::uint64_t, std::optional<Outcome>>>
      keys_;
  std::mutex mutex_;
  std::vector<LogEntry> heard_;
  std::size_t next_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_H_
