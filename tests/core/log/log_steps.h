#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_

// Steps of tests with a log that calls back before a call returns.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {

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

inline NotificationLog::Ack AckOf(NotificationLog& log, LogRecord record) {
  NotificationLog::Ack result;
  int calls = 0;
  log.Append(std::move(record), [&](const NotificationLog::Ack& ack) {
    result = ack;
    ++calls;
  });
  EXPECT_EQ(calls, 1);
  return result;
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
  NotificationLog::Page result;
  int calls = 0;
  log.Read(query, [&](NotificationLog::Page page) {
    result = std::move(page);
    ++calls;
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(result.read.size(), result.entries.size());
  return result;
}

inline NotificationLog::UserState Find(NotificationLog& log,
                                       const std::string& user) {
  NotificationLog::UserState result;
  log.FindUser(user, [&](NotificationLog::UserState state) {
    result = std::move(state);
  });
  return result;
}

inline std::vector<std::uint64_t> IdsOf(const NotificationLog::Page& page) {
  std::vector<std::uint64_t> ids;
  for (const LogEntry& entry : page.entries) ids.push_back(entry.id);
  return ids;
}

/// The ids of the notifications of a page that are not read.
inline std::vector<std::uint64_t> UnreadOf(const NotificationLog::Page& page) {
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const bool is_notification =
        std::holds_alternative<Notification>(page.entries[i].record);
    if (is_notification && !page.read[i]) ids.push_back(page.entries[i].id);
  }
  return ids;
}

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_
