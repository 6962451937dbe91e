#ifndef TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_

// Encoding of what clients of /notifications get (docs/protocol.md). Texts are
// UTF-8; `request_id` is JSON as ClientMessage has it, or empty.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tickerhub/notification.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {

/// As on the wire: "info".
const char* LevelName(NotificationLevel level);
/// Unset if there is no such level.
std::optional<NotificationLevel> ParseLevel(std::string_view name);

Payload EncodeId(std::string_view client_id, std::string_view epoch,
                 std::uint64_t last_id);

struct EncodedUsers {
  Payload payload;
  std::size_t listed;  // how many of `users` are in it
};
/// `users` may be fewer than the `total` online; as many of them as `max_bytes`
/// of text have room for are listed.
EncodedUsers EncodeUsers(const std::vector<NotificationRouter::User>& users,
                         std::size_t total, std::size_t max_bytes);

/// Says whether it is personal, not for whom.
Payload EncodeNotification(const Notification& notification);

Payload EncodeIdentified(std::string_view identifier,
                         std::string_view request_id);

struct Sent {
  std::uint64_t id = 0;
  std::size_t delivered = 0;
  std::size_t queued = 0;
};
Payload EncodeSent(const Sent& sent, std::string_view request_id);

struct Resumed {
  std::string_view epoch;
  std::uint64_t last_id = 0;
  std::size_t count = 0;
  bool complete = true;
  bool more = false;
};
Payload EncodeResumed(const Resumed& resumed, std::string_view request_id);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_NOTIFICATION_MESSAGES_H_
