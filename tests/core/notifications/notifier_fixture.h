#ifndef TICKERHUB_TESTS_CORE_NOTIFICATIONS_NOTIFIER_FIXTURE_H_
#define TICKERHUB_TESTS_CORE_NOTIFICATIONS_NOTIFIER_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/parsed_json.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {

/// Everybody for "all", else the user of that name.
inline Audience AudienceOf(const std::string& recipient) {
  return recipient == "all" || recipient.empty() ? Audience::All()
                                                 : Audience::User(recipient);
}

/// A log whose callbacks come when the test says so, as those of a log on a
/// disk would.
class LateLog : public NotificationLog {
 public:
  LateLog() {
    memory_.SetListener([this](std::vector<LogEntry> entries) {
      for (LogEntry& entry : entries) taken_.push_back(std::move(entry));
    });
  }

  const std::string& epoch() const override { return memory_.epoch(); }
  std::uint64_t last_id() const override { return memory_.last_id(); }
  void SetListener(Listener listener) override {
    listener_ = std::move(listener);
  }

  void Append(LogRecord record, AckCallback ack) override {
    memory_.Append(std::move(record), [&](const Ack& known) {
      pending_.push_back(
          [this, ack, known, entries = std::exchange(taken_, {})] {
            if (listener_ && !entries.empty()) listener_(entries);
            if (ack) ack(known);
          });
    });
  }

  void Read(Query query, std::function<void(Page)> done) override {
    if (is_busy) return done(Busy<Page>());
    pending_.push_back([this, query, done] { memory_.Read(query, done); });
  }
  void FindUser(std::string user,
                std::function<void(UserState)> done) override {
    if (is_busy) return done(Busy<UserState>());
    pending_.push_back([this, user, done] { memory_.FindUser(user, done); });
  }
  void Members(std::string group,
               std::function<void(MemberList)> done) override {
    if (is_busy) return done(Busy<MemberList>());
    pending_.push_back([this, group, done] { memory_.Members(group, done); });
  }
  void Release(Timestamp now,
               std::function<void(std::optional<Timestamp>)> done) override {
    memory_.Release(now, [&](std::optional<Timestamp> next) {
      if (!taken_.empty() && listener_) listener_(std::exchange(taken_, {}));
      if (done) done(next);
    });
  }

  /// Completes the oldest call.
  void CompleteOne() {
    ASSERT_FALSE(pending_.empty());
    const auto next = std::move(pending_.front());
    pending_.pop_front();
    next();
  }
  /// Completes all, also those that come of it.
  void CompleteAll() {
    while (!pending_.empty()) CompleteOne();
  }
  std::size_t pending() const { return pending_.size(); }

  /// Refuses to read anything.
  bool is_busy = false;

 private:
  template <typename Answer>
  static Answer Busy() {
    Answer answer;
    answer.error = Error::kBusy;
    return answer;
  }

  InMemoryNotificationLog memory_;
  Listener listener_;
  std::vector<LogEntry> taken_;
  std::deque<std::function<void()>> pending_;
};

class NotifierTest : public ::testing::Test {
 protected:
  static constexpr SessionId kA{1};
  static constexpr SessionId kB{2};
  static constexpr SessionId kC{3};

  static InMemoryNotificationLog::Options Epoch(const char* epoch) {
    InMemoryNotificationLog::Options options;
    options.epoch = epoch;
    return options;
  }

  /// The notifier, made of options_ and the log at its first use.
  Notifier& notifier() {
    if (!notifier_) {
      options_.client_id_seed = 7;
      notifier_ =
          std::make_unique<Notifier>(out_, scheduler_, *used_log_, options_);
    }
    return *notifier_;
  }

  /// Opens a session and, with a name, sets its identifier.
  void Open(SessionId session, std::string_view name = "") {
    notifier().OnOpen(session, {});
    if (!name.empty()) {
      Say(session, R"({"type":"set-identifier","identifier":")" +
                       std::string(name) + "\"}");
      late_log_.CompleteAll();
      ASSERT_EQ(Last(session).Text("type"), "identified");
    }
  }

  /// Lets the changes of presence be told, and forgets all that was sent.
  void Settle() {
    PassInterval();
    out_.ClearMessages();
  }

  void PassInterval() { scheduler_.Advance(options_.presence_interval); }

  void Say(SessionId session, const std::string& text) {
    notifier().OnMessage(session, InboundMessage{text, false});
  }

  /// `more` is further fields: R"(,"title":"t")".
  void SendNotification(SessionId session, const std::string& recipient,
                        const std::string& message,
                        const std::string& more = "") {
    Say(session, R"({"type":"send-notification","recipientId":")" + recipient +
                     R"(","message":")" + message + "\"" + more + "}");
  }

  void Resume(SessionId session, const std::string& epoch,
              std::uint64_t after) {
    Say(session, R"({"type":"resume","epoch":")" + epoch + R"(","after":)" +
                     std::to_string(after) + "}");
  }

  std::vector<ParsedJson> Messages(SessionId session,
                                   std::string_view type = "") const {
    std::vector<ParsedJson> messages;
    for (const std::string& text : out_.TextsTo(session)) {
      ParsedJson message(text);
      if (type.empty() || message.Text("type") == type) {
        messages.push_back(std::move(message));
      }
    }
    return messages;
  }

  ParsedJson Last(SessionId session) const {
    const auto texts = out_.TextsTo(session);
    if (texts.empty()) {
      ADD_FAILURE() << "nothing was sent to session " << session.value;
      return ParsedJson("{}");
    }
    return ParsedJson(texts.back());
  }

  /// A field of each notification that a session got.
  std::vector<std::string> Notified(SessionId session,
                                    const char* field = "message") const {
    std::vector<std::string> texts;
    for (const ParsedJson& message : Messages(session, "notification")) {
      texts.push_back(message.Text(field));
    }
    return texts;
  }

  std::vector<std::int64_t> NotifiedIds(SessionId session) const {
    std::vector<std::int64_t> ids;
    for (const ParsedJson& message : Messages(session, "notification")) {
      ids.push_back(message.Number("id"));
    }
    return ids;
  }

  std::string ClientId(SessionId session) {
    const std::string* id = notifier().router().ClientIdOf(session);
    return id == nullptr ? "" : *id;
  }

  void ExpectError(SessionId session, const char* code) {
    const ParsedJson last = Last(session);
    EXPECT_EQ(last.Text("type"), "error") << last.text();
    EXPECT_EQ(last.Text("code"), code) << last.text();
    EXPECT_NE(last.Text("message"), "") << last.text();
  }

  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  InMemoryNotificationLog log_{Epoch("e1")};
  LateLog late_log_;
  NotificationLog* used_log_ = &log_;
  Notifier::Options options_;
  std::unique_ptr<Notifier> notifier_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_NOTIFICATIONS_NOTIFIER_FIXTURE_H_
