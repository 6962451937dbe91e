#ifndef TICKERHUB_LIB_CORE_PROTOCOL_INBOX_MESSAGES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_INBOX_MESSAGES_H_

// Encodes what users of /notifications get of their inboxes and groups
// (docs/protocol.md). `request_id` is JSON as ClientMessage has it, or empty.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/log_record.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {

/// The notifications of a page, in its order, as many as fit into `max_bytes`;
/// one always does.
Payload EncodeInbox(const NotificationLog::Page& page, std::string_view epoch,
                    std::size_t max_bytes, std::string_view request_id);

/// To all devices of a user.
Payload EncodeRead(const ReadMark& mark);
Payload EncodeDeleted(std::uint64_t id);

/// The log has a mark or a membership, as its entry `id`.
Payload EncodeKept(std::uint64_t id, std::string_view request_id);

struct Member {
  std::string identifier;
  std::size_t devices = 0;
  Timestamp since{};  ///< of the first of its devices
};
Payload EncodeMembers(std::string_view group,
                      const std::vector<Member>& members, std::size_t total,
                      std::string_view request_id);
/// The groups that a user is in.
Payload EncodeGroups(const std::vector<std::string>& groups,
                     std::string_view request_id);
/// To the members of a group.
Payload EncodeMembership(std::string_view group, std::string_view identifier,
                         bool joined);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_INBOX_MESSAGES_H_
