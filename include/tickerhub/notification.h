#ifndef TICKERHUB_NOTIFICATION_H_
#define TICKERHUB_NOTIFICATION_H_

// One notification: an event that is delivered as it is, never merged with
// another. A plain value.

#include <cstdint>
#include <string>

#include "tickerhub/timestamp.h"

namespace tickerhub {

enum class NotificationLevel : std::uint8_t {
  kInfo,
  kSuccess,
  kWarning,
  kCritical,
};

struct Notification {
  /// Given by the NotificationLog: 1, 2, 3, … within its epoch. 0: not yet.
  std::uint64_t id = 0;
  /// To whom: an identifier (all connections of that user) or a client id (one
  /// connection); empty: to all.
  std::string recipient;
  /// Who sent it: an identifier, a client id, or "server".
  std::string from;
  std::string message;  ///< plain text, UTF-8, never empty
  std::string title;    ///< may be empty
  std::string link;     ///< empty, or http://, https:// or a path from "/"
  /// Why the server made it ("joined", "left", "announcement"); empty if a
  /// client or a program did.
  std::string event;
  /// Whom a "joined" or "left" is about; otherwise empty.
  std::string subject;
  NotificationLevel level = NotificationLevel::kInfo;
  Timestamp time{};

  bool is_personal() const { return !recipient.empty(); }
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_H_
