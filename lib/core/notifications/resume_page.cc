#include "notifications/resume_page.h"

#include <algorithm>
#include <variant>

namespace tickerhub::internal {
namespace {

bool WasReceived(const Notification& notification,
                 const ResumeRequest& request) {
  return notification.id > (notification.is_personal()
                                ? request.received.named_after
                                : request.received.live_after);
}

}  // namespace

ResumePage MakeResumePage(const ResumeRequest& request,
                          const NotificationLog::Page& read,
                          std::uint64_t delivered_id, std::size_t max_bytes) {
  ResumePage page;
  page.answer.complete = read.complete && request.same_epoch;
  page.answer.more = read.more;
  page.answer.last_id = request.query.after;
  const std::uint64_t received_after =
      std::max(request.received.live_after, request.received.named_after);
  std::size_t bytes = 0;
  for (const LogEntry& entry : read.entries) {
    const auto* const kept = std::get_if<Notification>(&entry.record);
    if (kept == nullptr) {
      page.answer.last_id = entry.id;
      continue;
    }
    const Notification& notification = *kept;
    if (notification.id > received_after) {
      page.answer.more = false;  // this one and all that follow were received
      break;
    }
    if (!WasReceived(notification, request)) {
      const Payload payload = protocol::EncodeNotification(notification);
      bytes += payload.frame().size();
      if (!page.notifications.empty() && bytes > max_bytes) {
        page.answer.more = true;
        break;
      }
      page.notifications.push_back(payload);
    }
    page.answer.last_id = notification.id;
  }
  page.answer.count = page.notifications.size();
  if (!page.answer.more) page.answer.last_id = delivered_id;
  return page;
}

}  // namespace tickerhub::internal
