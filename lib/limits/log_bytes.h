#ifndef TICKERHUB_LIB_LIMITS_LOG_BYTES_H_
#define TICKERHUB_LIB_LIMITS_LOG_BYTES_H_

// What the limits of every NotificationLog count.

#include <cstddef>
#include <variant>

#include "tickerhub/log_record.h"

namespace tickerhub::internal {

/// Returns the bytes of all texts of a notification.
inline std::size_t TextBytes(const Notification& notification) {
  std::size_t bytes = notification.audience.name.size() +
                      notification.from.size() + notification.message.size() +
                      notification.title.size() + notification.link.size() +
                      notification.event.size() + notification.tag.size() +
                      notification.key.size();
  for (const NotificationAction& action : notification.actions) {
    bytes += action.label.size() + action.link.size();
  }
  return bytes;
}

/// The same of a record that waits in flight; 0 if it is no notification.
inline std::size_t TextBytes(const LogRecord& record) {
  const auto* const notification = std::get_if<Notification>(&record);
  return notification == nullptr ? 0 : TextBytes(*notification);
}

/// Returns the bytes of an entry in a page that is read.
inline std::size_t PageBytes(const LogEntry& entry) {
  constexpr std::size_t kMark = 32;
  const auto* const notification = std::get_if<Notification>(&entry.record);
  if (notification != nullptr) return TextBytes(*notification);
  const auto* const mark = std::get_if<ReadMark>(&entry.record);
  return kMark +
         (mark == nullptr ? 0 : mark->ids.size() * sizeof(mark->ids[0]));
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_LOG_BYTES_H_
