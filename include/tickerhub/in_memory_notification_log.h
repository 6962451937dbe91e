#ifndef TICKERHUB_IN_MEMORY_NOTIFICATION_LOG_H_
#define TICKERHUB_IN_MEMORY_NOTIFICATION_LOG_H_

// Keeps the newest notifications in memory, and what users did with them. All
// is lost when the process ends.
//
//     tickerhub::InMemoryNotificationLog::Options log_options;
//     log_options.max_notifications = 1'000;
//     tickerhub::InMemoryNotificationLog log(log_options);
//
// What is beyond a limit is dropped at once, and a page that lacks it says so
// (Page::complete). Visits, marks and memberships do not count for the limits
// of notifications; users have limits of their own.
//
// Threads: any thread may call. Callbacks come before the call returns, on the
// same thread, unless another thread is inside one: then that one makes them.
// Costs: a reading takes time in proportion to what it yields, and to the
// notifications that the user has not read.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/notification_log.h"

namespace tickerhub {

class TICKERHUB_EXPORT InMemoryNotificationLog : public NotificationLog {
 public:
  struct Options {
    /// Most notifications to keep. Beyond, the oldest are dropped.
    std::size_t max_notifications = 10'000;
    /// Most bytes of text to keep, over all fields. Beyond, the oldest are
    /// dropped. Each notification takes a few hundred bytes besides.
    std::size_t max_bytes = 16 * 1024 * 1024;
    /// Most notifications to one user or its groups. Beyond, the oldest of that
    /// user are dropped.
    std::size_t max_per_user = 1'000;
    /// Notifications older than this are dropped; 0: never.
    std::chrono::milliseconds max_age{0};
    /// Most users to know. Beyond, one is forgotten, with all that was to that
    /// user alone: first those who have no notifications, of these the one
    /// whose last Visit is the oldest.
    std::size_t max_users = 50'000;
    /// Most marks and deletions kept apart for one user. Beyond, older marks
    /// are joined into one "up to", and a further deletion is kNoSpace.
    std::size_t max_marks_per_user = 1'000;
    /// Most groups, and most members of one. Beyond: kNoSpace.
    std::size_t max_groups = 1'000;
    std::size_t max_members = 1'000;
    /// Most notifications that wait for their deliver_at. Beyond: kNoSpace.
    std::size_t max_scheduled = 1'000;
    /// Most idempotency keys to remember, and how long. Beyond, the oldest are
    /// forgotten: a second notification with such a key is delivered again.
    std::size_t max_keys = 10'000;
    std::chrono::milliseconds key_lifetime = std::chrono::hours(24);
    /// Most appends, and bytes of them, that wait for a callback to return.
    /// Beyond: kBusy.
    std::size_t max_in_flight = 10'000;
    std::size_t max_in_flight_bytes = 16 * 1024 * 1024;
    /// Empty: a random text of 16 hexadecimal digits. Set it in tests.
    std::string epoch;
    /// The time of entries other than notifications. Null: the system's clock.
    std::function<Timestamp()> clock;
  };

  /// Since the start: notifications, unless it says otherwise.
  struct Counters {
    std::uint64_t dropped_by_number = 0;  ///< because of max_notifications
    std::uint64_t dropped_by_bytes = 0;   ///< because of max_bytes
    std::uint64_t dropped_by_user = 0;    ///< because of max_per_user
    std::uint64_t dropped_by_age = 0;     ///< because of max_age
    std::uint64_t expired = 0;            ///< because of Notification::expires
    std::uint64_t replaced = 0;           ///< because of Notification::tag
    std::uint64_t users_forgotten = 0;    ///< because of max_users
    std::uint64_t marks_joined = 0;       ///< because of max_marks_per_user
    std::uint64_t keys_forgotten = 0;     ///< because of max_keys
    /// Appends refused with kBusy, because of max_in_flight or
    /// max_in_flight_bytes.
    std::uint64_t refused_busy = 0;
    /// Appends refused with kNoSpace, because of max_scheduled, max_groups,
    /// max_members or max_marks_per_user.
    std::uint64_t refused_full = 0;
  };

  InMemoryNotificationLog() : InMemoryNotificationLog(Options()) {}
  explicit InMemoryNotificationLog(Options options);
  ~InMemoryNotificationLog() override;

  const std::string& epoch() const override;
  std::uint64_t last_id() const override;
  void SetListener(Listener listener) override;
  void Append(LogRecord record, AckCallback ack) override;
  void Read(Query query, std::function<void(Page)> done) override;
  void FindUser(std::string user, std::function<void(UserState)> done) override;
  void Members(std::string group,
               std::function<void(MemberList)> done) override;
  void Release(
      Timestamp now,
      std::function<void(std::optional<Timestamp> next)> done) override;

  // The figures of this moment. Any thread may call.
  std::size_t size() const;       ///< notifications kept, without `scheduled`
  std::size_t bytes() const;      ///< of their texts
  std::size_t users() const;      ///< that are known: with a Visit
  std::size_t scheduled() const;  ///< notifications that wait for deliver_at
  Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_IN_MEMORY_NOTIFICATION_LOG_H_
