#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_

// What a notification must be like to be accepted, whoever sent it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/client_message.h"
#include "protocol/error_code.h"
#include "tickerhub/notification.h"

namespace tickerhub::internal {

struct NotificationLimits {
  std::size_t max_message_bytes;
  std::size_t max_title_bytes;
  std::size_t max_link_bytes;
};

struct Rejection {
  protocol::ErrorCode code;
  std::string sentence;
  /// A text was beyond one of the limits.
  bool too_long = false;
};

/// Takes the fields of a `send-notification` over, whatever they say; refused
/// if one that is needed is missing or the level is none.
std::optional<Rejection> ReadNotification(
    const protocol::ClientMessage& message, Notification* notification);

/// Whether the texts may be shown to others; does not look at who gets them.
std::optional<Rejection> CheckTexts(const Notification& notification,
                                    const NotificationLimits& limits);

/// Empty, http://…, https://… or a path on this server.
bool IsValidLink(std::string_view link);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_
