#include "requests/notification_rules.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "names/text_rules.h"
#include "protocol/notification_messages.h"
#include "text/ascii.h"
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

// Times, tag, key, priority and actions.
std::optional<Rejection> ReadExtras(const protocol::ClientMessage& message,
                                    Timestamp now, Notification* notification) {
  using std::chrono::milliseconds;
  constexpr std::uint64_t kLatest = 253'402'300'800'000;  // the year 10000
  notification->tag = message.replaces.value_or("");
  notification->key = message.key.value_or("");
  if (message.priority) {
    const auto priority = protocol::ParsePriority(*message.priority);
    if (!priority) {
      return Rejection{ErrorCode::kInvalidField,
                       "The priority is one of low, normal and high."};
    }
    notification->priority = *priority;
  }
  if (message.deliver_at.value_or(0) > kLatest ||
      message.ttl.value_or(0) > kLatest / 1'000 || message.ttl == 0U) {
    return Rejection{ErrorCode::kInvalidField,
                     "A ttl is in seconds and not 0; deliverAt is in "
                     "milliseconds since 1970."};
  }
  notification->deliver_at = Timestamp(
      milliseconds(static_cast<std::int64_t>(message.deliver_at.value_or(0))));
  if (message.ttl) {
    notification->expires =
        std::max(now, notification->deliver_at) +
        milliseconds(static_cast<std::int64_t>(*message.ttl * 1'000));
  }
  if (!message.actions) return std::nullopt;
  for (const protocol::ActionFields& action : *message.actions) {
    if (!action.label || !action.link) {
      return Rejection{ErrorCode::kMissingField,
                       "An action has a 'label' and a 'link'."};
    }
    notification->actions.push_back({*action.label, *action.link});
  }
  return std::nullopt;
}

bool IsAllUtf8(const Notification& notification) {
  for (const std::string* text :
       {&notification.audience.name, &notification.from, &notification.message,
        &notification.title, &notification.link, &notification.event,
        &notification.tag, &notification.key}) {
    if (!IsValidUtf8(*text)) return false;
  }
  for (const NotificationAction& action : notification.actions) {
    if (!IsValidUtf8(action.label) || !IsValidUtf8(action.link)) return false;
  }
  return true;
}

}  // namespace

std::variant<Notification, Rejection> ReadNotification(
    const protocol::ClientMessage& message, Timestamp now) {
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
  if (message.recipient_id->front() == '#') {
    notification.audience = Audience::Group(message.recipient_id->substr(1));
  } else if (*message.recipient_id != "all") {
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
  if (auto refusal = ReadExtras(message, now, &notification)) return *refusal;
  return notification;
}

std::optional<std::string> GroupOf(std::string_view name,
                                   const Notifier::Options& options) {
  if (!name.empty() && name.front() == '#') name.remove_prefix(1);
  if (!IsName(name, options.router.max_identifier_bytes)) return std::nullopt;
  std::string key = NameKey(name);
  if (key.empty() || key.front() == '#') return std::nullopt;
  return key;
}

Rejection InvalidGroup() {
  return {ErrorCode::kInvalidGroup,
          "The name of a group is '#' and what an identifier may be."};
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

Rejection SendingDisabled(Audience::Kind kind) {
  return {ErrorCode::kSendingDisabled,
          kind == Audience::Kind::kAll ? "You may not send to everybody here."
          : kind == Audience::Kind::kGroup
              ? "You may not send to groups here."
              : "You may not send to single users here."};
}

Rejection NobodyHasThatName() {
  return {ErrorCode::kUnknownRecipient,
          "Nobody that is known here has the name given as recipientId."};
}

Rejection Busy(Notifier::Counters* counters) {
  ++counters->busy;
  return {ErrorCode::kBusy, "The server has too much to keep; try again."};
}

Rejection Unreadable(Notifier::Counters* counters) {
  ++counters->readings_refused;
  return {ErrorCode::kBusy, "What is kept cannot be read now; try again."};
}

std::optional<Rejection> RefusalOf(const NotificationLog::Ack& ack,
                                   Notifier::Counters* counters) {
  if (!ack.error) return std::nullopt;
  if (*ack.error == NotificationLog::Error::kBusy) return Busy(counters);
  ++counters->not_kept;
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
  const Audience::Kind kind = notification.audience.kind;
  const ClientRule& rule =
      kind == Audience::Kind::kAll     ? options.may_send_to_all
      : kind == Audience::Kind::kGroup ? options.may_send_to_groups
                                       : options.may_send_to_users;
  if (rule && rule(client)) return std::nullopt;
  return SendingDisabled(kind);
}

std::optional<Rejection> CheckLengths(const Notification& notification,
                                      const Notifier::Options& limits) {
  if (notification.message.size() > limits.max_message_bytes) {
    return TooLong(ErrorCode::kMessageTooLong, "message",
                   limits.max_message_bytes);
  }
  struct Text {
    const char* name;
    const std::string& text;
    std::size_t longest;
  };
  std::vector<Text> texts = {
      {"title", notification.title, limits.max_title_bytes},
      {"link", notification.link, limits.max_link_bytes},
      {"tag", notification.tag, limits.max_tag_bytes},
      {"key", notification.key, limits.max_key_bytes},
  };
  for (const NotificationAction& action : notification.actions) {
    texts.push_back({"label", action.label, limits.max_label_bytes});
    texts.push_back({"link of an action", action.link, limits.max_link_bytes});
  }
  for (const Text& text : texts) {
    if (text.text.size() <= text.longest) continue;
    return TooLong(ErrorCode::kInvalidField, text.name, text.longest);
  }
  if (notification.actions.size() > limits.max_actions) {
    return Rejection{
        ErrorCode::kInvalidField,
        "It has more than " + std::to_string(limits.max_actions) + " actions."};
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
  if (HasControl(notification.key) || HasControl(notification.tag)) {
    return Rejection{ErrorCode::kInvalidField,
                     "The key or the tag has control characters."};
  }
  for (const NotificationAction& action : notification.actions) {
    if (!HasVisible(action.label) || HasControl(action.label) ||
        action.link.empty() || !IsValidLink(action.link)) {
      return Rejection{ErrorCode::kInvalidField,
                       "An action has a label that can be seen, and a link as "
                       "a notification has."};
    }
  }
  return std::nullopt;
}

bool IsValidLink(std::string_view link) {
  if (link.empty()) return true;
  if (HasControl(link)) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (BeginsWith(link, scheme)) return link.size() > scheme.size();
  }
  // "//host" is another server; browsers take "/\host" for the same.
  return link[0] == '/' &&
         (link.size() == 1 || (link[1] != '/' && link[1] != '\\'));
}

}  // namespace tickerhub::internal
