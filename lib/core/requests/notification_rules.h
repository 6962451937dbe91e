#ifndef TICKERHUB_LIB_CORE_REQUESTS_NOTIFICATION_RULES_H_
#define TICKERHUB_LIB_CORE_REQUESTS_NOTIFICATION_RULES_H_

// What a notification must be like to be accepted, whoever sent it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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

/// Takes the fields of a `send-notification`. Refuses it if a field is missing
/// or if there is no such level. Does not check the texts. A recipient with a
/// '#' is a group, and any other but "all" a user. A ttl begins `now` or at
/// deliverAt.
std::variant<Notification, Rejection> ReadNotification(
    const protocol::ClientMessage& message, Timestamp now = {});

/// Why a session could not take an identifier. Nothing if it has it now.
std::optional<Rejection> RefusalOf(NotificationRouter::IdentifyResult result,
                                   const NotificationRouter::Options& limits);

/// What a sender hears that may not send to everybody, or not to single users.
Rejection SendingDisabled(Audience::Kind kind);

/// What a sender hears if nobody has the name of the recipient.
Rejection NobodyHasThatName();

/// Why the log has not kept something, which is counted. Nothing if it has.
std::optional<Rejection> RefusalOf(const NotificationLog::Ack& ack,
                                   Notifier::Counters* counters);

/// The server has too much to do; counted.
Rejection Busy(Notifier::Counters* counters);

/// The log could not be read; counted.
Rejection Unreadable(Notifier::Counters* counters);

/// The form of the log of a group that clients call `name` ("#ops"). Nothing if
/// that is none.
std::optional<std::string> GroupOf(std::string_view name,
                                   const Notifier::Options& options);
Rejection InvalidGroup();

/// Why somebody whom the HTTP API knows may not send `notification`.
std::optional<Rejection> RefusalOf(const Identity& sender,
                                   const Notification& notification,
                                   const Notifier::Options& options);

/// Refuses texts that are longer than the limits, and too many actions.
std::optional<Rejection> CheckLengths(const Notification& notification,
                                      const Notifier::Options& limits);

/// Refuses texts that must not be shown to others, whatever their length.
std::optional<Rejection> CheckTexts(const Notification& notification);

/// Returns whether `link` is empty, http://…, https://… or a path on this
/// server.
bool IsValidLink(std::string_view link);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_NOTIFICATION_RULES_H_
