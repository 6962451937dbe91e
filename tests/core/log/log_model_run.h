#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_RUN_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_RUN_H_

// A log beside a model of it. Both get the same random steps, and what the log
// answers must be what the model answers. No limit of the log is reached.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log_model.h"
#include "log_steps.h"

namespace tickerhub {

/// Ends a log and opens it again, as it was; null if a log cannot.
using RestartLog = std::function<void(std::unique_ptr<NotificationLog>*)>;

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

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_MODEL_RUN_H_
