#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_

// What a notification must be like to be accepted, whoever sent it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "protocol/client_message.h"
#include "tickerhub/error_code.h"
#include "tickerhub/identity.h"
#include "tickerhub/notification.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"

namespace tickerhub::internal {

struct NotificationLimits {
  std::size_t max_message_bytes;
  std::size_t max_title_bytes;
  std::size_t max_link_bytes;
};

/// Takes the fields of a `send-notification`. Refuses it if a field is missing
/// or if there is no such level. Does not check the texts.
std::variant<Notification, Rejection> ReadNotification(
    const protocol::ClientMessage& message);

/// Why a session could not take an identifier. Nothing if it has it now.
std::optional<Rejection> RefusalOf(NotificationRouter::IdentifyResult result,
                                   const NotificationRouter::Options& limits);

/// What a sender hears that may not send to everybody, or not to single users.
Rejection SendingDisabled(bool is_to_all);

/// What a sender hears if nobody has the name of the recipient.
Rejection NobodyHasThatName();

/// Why the log has not kept something. Nothing if it has.
std::optional<Rejection> RefusalOf(const NotificationLog::Ack& ack);

/// Why somebody whom the HTTP API knows may not send `notification`.
std::optional<Rejection> RefusalOf(const Identity& sender,
                                   const Notification& notification,
                                   const Notifier::Options& options);

/// Refuses texts that are longer than the limits.
std::optional<Rejection> CheckLengths(const Notification& notification,
                                      const NotificationLimits& limits);

/// Refuses texts that must not be shown to others, whatever their length.
std::optional<Rejection> CheckTexts(const Notification& notification);

/// Returns whether `link` is empty, http://…, https://… or a path on this
/// server.
bool IsValidLink(std::string_view link);

/// Counts and refuses what a ClientBudget does not allow: "Names are changed".
std::optional<Rejection> TooOften(std::string_view what,
                                  std::uint64_t* counter);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_RULES_H_
