#include "notifications/notification_rules.h"

#include <string>
#include <string_view>

#include "names/text_rules.h"
#include "protocol/notification_messages.h"
#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

Rejection Missing(const char* field) {
  return {ErrorCode::kMissingField,
          std::string("The field '") + field + "' is missing."};
}

Rejection TooLong(ErrorCode code, const char* what, std::size_t max_bytes) {
  return {code, std::string("The ") + what + " is longer than " +
                    std::to_string(max_bytes) + " bytes."};
}

bool IsAllUtf8(const Notification& notification) {
  for (const std::string* text :
       {&notification.audience.name, &notification.from, &notification.message,
        &notification.title, &notification.link, &notification.event}) {
    if (!IsValidUtf8(*text)) return false;
  }
  return true;
}

}  // namespace

std::variant<Notification, Rejection> ReadNotification(
    const protocol::ClientMessage& message) {
  if (!message.recipient_id) return Missing("recipientId");
  if (!message.message) return Missing("message");
  // An empty recipient would mean everybody further on. A form with a field
  // that was left empty must not write to everybody.
  if (message.recipient_id->empty()) {
    return Rejection{ErrorCode::kUnknownRecipient,
                     "The recipientId is empty; it is 'all', an identifier or "
                     "a client id."};
  }
  Notification notification;
  if (*message.recipient_id != "all") {
    notification.audience = Audience::User(*message.recipient_id);
  }
  notification.message = *message.message;
  notification.title = message.title.value_or("");
  notification.link = message.link.value_or("");
  if (message.level) {
    const auto level = protocol::ParseLevel(*message.level);
    if (!level) {
      return Rejection{
          ErrorCode::kInvalidField,
          "The level is one of info, success, warning and critical."};
    }
    notification.level = *level;
  }
  return notification;
}

std::optional<Rejection> RefusalOf(NotificationRouter::IdentifyResult result,
                                   const NotificationRouter::Options& limits) {
  using Result = NotificationRouter::IdentifyResult;
  switch (result) {
    case Result::kIdentified:
    case Result::kUnchanged:
    case Result::kNotConnected:  // nobody is there to hear of it
      return std::nullopt;
    case Result::kInvalid:
      return Rejection{
          ErrorCode::kInvalidIdentifier,
          "An identifier has 1 to " +
              std::to_string(limits.max_identifier_bytes) +
              " bytes, a character that can be seen, no control characters "
              "and no blanks at an end."};
    case Result::kReserved:
      return Rejection{ErrorCode::kReservedIdentifier,
                       "That name is reserved, or looks like one that is; "
                       "choose another."};
    case Result::kTooManyConnections:
      return Rejection{ErrorCode::kTooManyConnections,
                       "This user has too many connections already."};
  }
  return std::nullopt;
}

Rejection SendingDisabled(bool is_to_all) {
  return {ErrorCode::kSendingDisabled,
          is_to_all ? "You may not send to everybody here."
                    : "You may not send to single users here."};
}

Rejection NobodyHasThatName() {
  return {ErrorCode::kUnknownRecipient,
          "Nobody online has the name given as recipientId."};
}

std::optional<Rejection> RefusalOf(const NotificationLog::Ack& ack) {
  if (!ack.error) return std::nullopt;
  if (*ack.error == NotificationLog::Error::kBusy) {
    return Rejection{ErrorCode::kBusy,
                     "The server has too much to keep; try again."};
  }
  return Rejection{ErrorCode::kNotKept,
                   "The server could not keep it, so nobody got it."};
}

std::optional<Rejection> RefusalOf(const Identity& sender,
                                   const Notification& notification,
                                   const Notifier::Options& options) {
  using Result = NotificationRouter::IdentifyResult;
  const std::size_t longest = options.router.max_identifier_bytes;
  if (!IsName(sender.user, longest)) {
    return RefusalOf(Result::kInvalid, options.router);
  }
  if (LooksReserved(sender.user)) {
    return RefusalOf(Result::kReserved, options.router);
  }
  SessionInfo client;
  client.identity = sender.user;
  client.rights = sender.rights;
  const bool is_to_all = !notification.is_personal();
  const ClientRule& rule =
      is_to_all ? options.may_send_to_all : options.may_send_to_users;
  if (rule && rule(client)) return std::nullopt;
  return SendingDisabled(is_to_all);
}

std::optional<Rejection> CheckLengths(const Notification& notification,
                                      const NotificationLimits& limits) {
  const auto [message, title, link] = limits;
  if (notification.message.size() > message) {
    return TooLong(ErrorCode::kMessageTooLong, "message", message);
  }
  if (notification.title.size() > title) {
    return TooLong(ErrorCode::kInvalidField, "title", title);
  }
  if (notification.link.size() > link) {
    return TooLong(ErrorCode::kInvalidField, "link", link);
  }
  return std::nullopt;
}

std::optional<Rejection> CheckTexts(const Notification& notification) {
  if (!IsAllUtf8(notification)) {
    return Rejection{ErrorCode::kInvalidField, "The text is not UTF-8."};
  }
  if (!HasVisible(notification.message)) {
    return Rejection{ErrorCode::kEmptyMessage,
                     "The message has nothing that can be seen."};
  }
  if (HasControl(notification.title)) {
    return Rejection{ErrorCode::kInvalidField,
                     "The title has control characters."};
  }
  if (!IsValidLink(notification.link)) {
    return Rejection{ErrorCode::kInvalidField,
                     "The link begins with http://, https:// or one slash and "
                     "has no control characters."};
  }
  return std::nullopt;
}

bool IsValidLink(std::string_view link) {
  if (link.empty()) return true;
  if (HasControl(link)) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (link.rfind(scheme, 0) == 0) return link.size() > scheme.size();
  }
  // "//host" is another server; browsers take "/\host" for the same.
  return link[0] == '/' &&
         (link.size() == 1 || (link[1] != '/' && link[1] != '\\'));
}

std::optional<Rejection> TooOften(std::string_view what,
                                  std::uint64_t* counter) {
  ++*counter;
  return Rejection{ErrorCode::kRateLimited,
                   std::string(what) + " too often; wait a moment."};
}

}  // namespace tickerhub::internal
