#include "protocol/notification_messages.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "protocol/json_values.h"
#include "text/json.h"

namespace tickerhub::internal::protocol {
namespace {

// In the order of NotificationLevel.
constexpr const char* kLevels[] = {"info", "success", "warning", "critical"};

// In the order of NotificationPriority.
constexpr const char* kPriorities[] = {"low", "normal", "high"};

// A size to reserve: what is usual, so that a string seldom grows.
constexpr std::size_t kUsual = 160;

void AppendOptionalField(std::string* out, std::string_view name,
                         std::string_view text) {
  if (!text.empty()) AppendField(out, name, text);
}

void AppendUser(std::string* out, const NotificationRouter::User& user) {
  out->append("{\"identifier\":");
  AppendString(out, user.identifier);
  out->append(",\"clientIds\":[");
  for (std::size_t i = 0; i < user.client_ids.size(); ++i) {
    if (i > 0) *out += ',';
    AppendString(out, user.client_ids[i]);
  }
  *out += ']';
  if (user.anonymous) out->append(",\"anonymous\":true");
  *out += '}';
}

void AppendName(std::string* out, const std::string& name) {
  AppendString(out, name);
}

void AppendName(std::string* out,
                const std::pair<std::string, std::string>& rename) {
  out->append("{\"from\":");
  AppendString(out, rename.first);
  AppendField(out, "to", rename.second);
  *out += '}';
}

// ,"field":{"total":2,"data":[…]}
template <typename Name>
void AppendNames(std::string* out, std::string_view field,
                 const std::vector<Name>& names, std::size_t max_named) {
  if (names.empty()) return;
  out->append(",\"").append(field).append("\":{\"total\":");
  AppendNumber(out, names.size());
  out->append(",\"data\":[");
  for (std::size_t i = 0; i < std::min(names.size(), max_named); ++i) {
    if (i > 0) *out += ',';
    AppendName(out, names[i]);
  }
  out->append("]}");
}

void AppendActions(std::string* out,
                   const std::vector<NotificationAction>& actions) {
  if (actions.empty()) return;
  out->append(",\"actions\":[");
  for (std::size_t i = 0; i < actions.size(); ++i) {
    out->append(i > 0 ? ",{\"label\":" : "{\"label\":");
    AppendString(out, actions[i].label);
    AppendField(out, "link", actions[i].link);
    *out += '}';
  }
  *out += ']';
}

}  // namespace

const char* LevelName(NotificationLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

std::optional<NotificationLevel> ParseLevel(std::string_view name) {
  const auto* found = std::find(std::begin(kLevels), std::end(kLevels), name);
  if (found == std::end(kLevels)) return std::nullopt;
  return static_cast<NotificationLevel>(found - kLevels);
}

std::optional<NotificationPriority> ParsePriority(std::string_view name) {
  const auto* found =
      std::find(std::begin(kPriorities), std::end(kPriorities), name);
  if (found == std::end(kPriorities)) return std::nullopt;
  return static_cast<NotificationPriority>(found - kPriorities);
}

Payload EncodeId(std::string_view client_id, std::string_view epoch,
                 std::uint64_t last_id) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"id\"");
  AppendField(&text, "clientId", client_id);
  AppendField(&text, "epoch", epoch);
  AppendField(&text, "lastId", last_id);
  return EndMessage(std::move(text));
}

EncodedUsers EncodeUsers(const std::vector<NotificationRouter::User>& users,
                         std::size_t total, std::size_t max_bytes) {
  constexpr std::string_view kEnd = "]}";
  std::string text = BeginMessage(std::min(max_bytes, 64 + 64 * users.size()),
                                  "{\"type\":\"users\"");
  AppendField(&text, "total", std::uint64_t{total});
  text.append(",\"data\":[");
  std::size_t listed = 0;
  for (; listed < users.size(); ++listed) {
    const std::size_t size = text.size();
    if (listed > 0) text += ',';
    AppendUser(&text, users[listed]);
    if (text.size() + kEnd.size() > Payload::kHeaderRoom + max_bytes) {
      text.resize(size);
      break;
    }
  }
  text.append(kEnd);
  return {Payload::InPlace(std::move(text)), listed};
}

std::optional<Payload> EncodeUsersChanged(
    const std::vector<NotificationRouter::User>& users,
    const std::vector<std::string>& gone, std::size_t total,
    std::size_t max_bytes) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"users-changed\"");
  const auto fits = [&] {
    return text.size() <= Payload::kHeaderRoom + max_bytes;
  };
  AppendField(&text, "total", std::uint64_t{total});
  text.append(",\"data\":[");
  for (std::size_t i = 0; i < users.size() && fits(); ++i) {
    if (i > 0) text += ',';
    AppendUser(&text, users[i]);
  }
  text.append("],\"gone\":[");
  for (std::size_t i = 0; i < gone.size() && fits(); ++i) {
    if (i > 0) text += ',';
    AppendString(&text, gone[i]);
  }
  text.append("]}");
  if (!fits()) return std::nullopt;
  return Payload::InPlace(std::move(text));
}

Payload EncodePresence(const PresenceChanges& changes, std::size_t max_named) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"presence\"");
  AppendNames(&text, "joined", changes.joined, max_named);
  AppendNames(&text, "left", changes.left, max_named);
  AppendNames(&text, "renamed", changes.renamed, max_named);
  return EndMessage(std::move(text));
}

Payload EncodeNotification(const Notification& notification, bool is_read) {
  std::string text =
      BeginMessage(kUsual + notification.message.size() +
                       notification.title.size() + notification.link.size(),
                   "{\"type\":\"notification\"");
  AppendField(&text, "id", notification.id);
  AppendField(&text, "message", notification.message);
  const bool is_to_group = notification.audience.kind == Audience::Kind::kGroup;
  AppendField(&text, "scope",
              is_to_group                  ? "group"
              : notification.is_personal() ? "personal"
                                           : "all");
  AppendField(&text, "from", notification.from);
  text.append(",\"time\":");
  AppendTime(&text, notification.time);
  AppendField(&text, "level", LevelName(notification.level));
  AppendOptionalField(&text, "title", notification.title);
  AppendOptionalField(&text, "link", notification.link);
  AppendOptionalField(&text, "event", notification.event);
  AppendOptionalField(&text, "replaces", notification.tag);
  if (is_to_group)
    AppendField(&text, "group", "#" + notification.audience.name);
  if (notification.priority != NotificationPriority::kNormal) {
    AppendField(&text, "priority",
                kPriorities[static_cast<std::size_t>(notification.priority)]);
  }
  if (notification.expires != Timestamp{}) {
    text.append(",\"expires\":");
    AppendTime(&text, notification.expires);
  }
  AppendActions(&text, notification.actions);
  if (is_read) text.append(",\"read\":true");
  return EndMessage(std::move(text));
}

Payload EncodeIdentified(std::string_view identifier,
                         std::string_view request_id, std::string_view secret) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"identified\"");
  AppendField(&text, "identifier", identifier);
  AppendOptionalField(&text, "secret", secret);
  return EndMessage(std::move(text), request_id);
}

Payload EncodeNameShared(std::string_view identifier,
                         std::string_view client_id) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"name-shared\"");
  AppendField(&text, "identifier", identifier);
  AppendField(&text, "clientId", client_id);
  return EndMessage(std::move(text));
}

Payload EncodeSent(const Sent& sent, std::string_view request_id) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"sent\"");
  if (!sent.scheduled) AppendField(&text, "id", sent.id);
  AppendField(&text, "delivered", std::uint64_t{sent.delivered});
  AppendField(&text, "queued", std::uint64_t{sent.queued});
  if (sent.scheduled) text.append(",\"scheduled\":true");
  return EndMessage(std::move(text), request_id);
}

Payload EncodeResumed(const Resumed& resumed, std::string_view request_id) {
  std::string text = BeginMessage(kUsual, "{\"type\":\"resumed\"");
  AppendField(&text, "epoch", resumed.epoch);
  AppendField(&text, "lastId", resumed.last_id);
  AppendField(&text, "count", std::uint64_t{resumed.count});
  text.append(resumed.complete ? ",\"complete\":true" : ",\"complete\":false");
  if (resumed.unread) AppendField(&text, "unread", *resumed.unread);
  if (resumed.more) text.append(",\"more\":true");
  return EndMessage(std::move(text), request_id);
}

}  // namespace tickerhub::internal::protocol
