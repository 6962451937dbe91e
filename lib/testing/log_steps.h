#ifndef TICKERHUB_LIB_TESTING_LOG_STEPS_H_
#define TICKERHUB_LIB_TESTING_LOG_STEPS_H_

// Steps of tests with any log: each waits until the log has called back, on
// whatever thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tickerhub/notification_log.h"

namespace tickerhub::testing {

/// Far more than a busy machine needs: only a failing test waits this long.
constexpr std::chrono::seconds kLogDeadline{20};

/// Calls `start` with a callback, and returns what that gets. Throws if it is
/// not called in time.
template <typename Result, typename Start>
Result AwaitLog(const char* what, const Start& start) {
  auto promise = std::make_shared<std::promise<Result>>();
  std::future<Result> result = promise->get_future();
  start([promise](Result value) { promise->set_value(std::move(value)); });
  if (result.wait_for(kLogDeadline) != std::future_status::ready) {
    throw std::runtime_error(std::string(what) + " did not call back");
  }
  return result.get();
}

inline Timestamp At(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

inline Notification ToAll(std::string message) {
  Notification notification;
  notification.message = std::move(message);
  return notification;
}

inline Notification To(std::string user, std::string message) {
  Notification notification = ToAll(std::move(message));
  notification.audience = Audience::User(std::move(user));
  return notification;
}

inline Notification ToGroup(std::string group, std::string message) {
  Notification notification = ToAll(std::move(message));
  notification.audience = Audience::Group(std::move(group));
  return notification;
}

/// With an idempotency key.
inline Notification Keyed(std::string from, std::string key, Timestamp time) {
  Notification notification = ToAll("x");
  notification.from = std::move(from);
  notification.key = std::move(key);
  notification.time = time;
  return notification;
}

inline NotificationLog::Ack AckOf(NotificationLog& log, LogRecord record) {
  return AwaitLog<NotificationLog::Ack>("Append()", [&](auto done) {
    log.Append(std::move(record),
               [done](const NotificationLog::Ack& ack) { done(ack); });
  });
}

inline std::uint64_t Append(NotificationLog& log, LogRecord record) {
  return AckOf(log, std::move(record)).id;
}

inline NotificationLog::Query After(std::uint64_t after,
                                    std::string user = "") {
  NotificationLog::Query query;
  query.after = after;
  query.user = std::move(user);
  return query;
}

inline NotificationLog::Page Read(NotificationLog& log,
                                  const NotificationLog::Query& query) {
  NotificationLog::Page page = AwaitLog<NotificationLog::Page>(
      "Read()", [&](auto done) { log.Read(query, done); });
  if (page.read.size() != page.entries.size()) {
    throw std::runtime_error("a page has not one `read` for each entry");
  }
  return page;
}

inline NotificationLog::UserState Find(NotificationLog& log,
                                       const std::string& user) {
  return AwaitLog<NotificationLog::UserState>(
      "FindUser()", [&](auto done) { log.FindUser(user, done); });
}

inline std::vector<std::string> MembersOf(NotificationLog& log,
                                          const std::string& group) {
  return AwaitLog<NotificationLog::MemberList>(
             "Members()", [&](auto done) { log.Members(group, done); })
      .names;
}

inline std::optional<Timestamp> Release(NotificationLog& log, Timestamp now) {
  return AwaitLog<std::optional<Timestamp>>(
      "Release()", [&](auto done) { log.Release(now, done); });
}

using LogIds = std::vector<std::uint64_t>;

inline LogIds IdsOf(const NotificationLog::Page& page) {
  LogIds ids;
  for (const LogEntry& entry : page.entries) ids.push_back(entry.id);
  return ids;
}

/// The ids of the notifications of a page that are not read.
inline LogIds UnreadOf(const NotificationLog::Page& page) {
  LogIds ids;
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const bool is_notification =
        std::holds_alternative<Notification>(page.entries[i].record);
    if (is_notification && !page.read[i]) ids.push_back(page.entries[i].id);
  }
  return ids;
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_LIB_TESTING_LOG_STEPS_H_
