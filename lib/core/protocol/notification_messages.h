#ifndef TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_

// Encodes what clients of /notifications get (docs/protocol.md). Texts are
// UTF-8. `request_id` is JSON as ClientMessage has it, or empty.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/notification.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {

/// The name on the wire: "info".
const char* LevelName(NotificationLevel level);
/// Unset if no level has this name.
std::optional<NotificationLevel> ParseLevel(std::string_view name);

Payload EncodeId(std::string_view client_id, std::string_view epoch,
                 std::uint64_t last_id);

struct EncodedUsers {
  Payload payload;
  std::size_t listed;  // how many of `users` are in it
};
/// `users` may be fewer than the `total` online. Lists the first of them, as
/// many as fit into a text of `max_bytes`.
EncodedUsers EncodeUsers(const std::vector<NotificationRouter::User>& users,
                         std::size_t total, std::size_t max_bytes);

/// Whom `users` lists is changed: those of `users` are as they are here, those
/// of `gone` are online no more. Nothing if that does not fit into a text of
/// `max_bytes`.
std::optional<Payload> EncodeUsersChanged(
    const std::vector<NotificationRouter::User>& users,
    const std::vector<std::string>& gone, std::size_t total,
    std::size_t max_bytes);

/// What changed in who is online, by names as in the `users` message.
struct PresenceChanges {
  std::vector<std::string> joined;
  std::vector<std::string> left;
  std::vector<std::pair<std::string, std::string>> renamed;  // from, to
};
/// Names the first `max_named` of each list and gives the length of the list.
/// Leaves out a list that is empty.
Payload EncodePresence(const PresenceChanges& changes, std::size_t max_named);

/// The name on the wire: "low". Unset if no priority has this name.
std::optional<NotificationPriority> ParsePriority(std::string_view name);

/// Says that a notification is personal, but not for whom. `is_read`: the user
/// has marked it.
Payload EncodeNotification(const Notification& notification,
                           bool is_read = false);

/// `secret`: see Visit; may be empty.
Payload EncodeIdentified(std::string_view identifier,
                         std::string_view request_id,
                         std::string_view secret = {});

/// To the connections of `identifier`: the one of `client_id` has it too now.
Payload EncodeNameShared(std::string_view identifier,
                         std::string_view client_id);

struct Sent {
  std::uint64_t id = 0;
  std::size_t delivered = 0;
  std::size_t queued = 0;
  bool scheduled = false;  // then it has no id yet
};
Payload EncodeSent(const Sent& sent, std::string_view request_id);

struct Resumed {
  std::string_view epoch;
  std::uint64_t last_id = 0;
  std::size_t count = 0;
  bool complete = true;
  bool more = false;
  std::optional<std::uint64_t> unread = {};  // nothing for a guest
};
Payload EncodeResumed(const Resumed& resumed, std::string_view request_id);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_
