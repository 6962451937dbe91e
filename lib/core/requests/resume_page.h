#ifndef TICKERHUB_LIB_CORE_REQUESTS_RESUME_PAGE_H_
#define TICKERHUB_LIB_CORE_REQUESTS_RESUME_PAGE_H_

// What a client gets for `resume`: the notifications that it missed, as many as
// one answer may hold, and the answer itself.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/notification_messages.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// What a connection got at the moment of its delivery, and so does not miss.
struct Received {
  /// Above this id: everything for everybody and for its client id.
  std::uint64_t live_after;
  /// Above this id: everything for its identifier.
  std::uint64_t named_after;
};

struct ResumeRequest {
  NotificationLog::Query query;
  Received received;  // as it was when the client asked
  bool same_epoch;    // the client knows this log
};

struct ResumePage {
  std::vector<Payload> messages;  // notifications, and marks among them
  protocol::Resumed answer;
};

/// `delivered_id`: the newest notification that everybody concerned has got.
/// At least one notification is in a page, however small `max_bytes` is.
ResumePage MakeResumePage(const ResumeRequest& request,
                          const NotificationLog::Page& read,
                          std::uint64_t delivered_id, std::size_t max_bytes);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_RESUME_PAGE_H_
