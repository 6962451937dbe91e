#include "requests/resume_page.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "protocol/inbox_messages.h"

namespace tickerhub::internal {
namespace {

bool WasReceived(const LogEntry& entry, const ResumeRequest& request) {
  const auto* const notification = std::get_if<Notification>(&entry.record);
  const bool is_for_all =
      notification != nullptr && !notification->is_personal();
  return entry.id > (is_for_all ? request.received.live_after
                                : request.received.named_after);
}

// Nothing for an entry that devices do not hear of.
std::optional<Payload> Encode(const LogEntry& entry, bool is_read,
                              const ResumeRequest& request) {
  if (const auto* const notification =
          std::get_if<Notification>(&entry.record)) {
    return protocol::EncodeNotification(*notification, is_read);
  }
  // What the user did before this one may speak for it.
  if (entry.id <= request.query.personal_after) return std::nullopt;
  if (const auto* const mark = std::get_if<ReadMark>(&entry.record)) {
    return protocol::EncodeRead(*mark);
  }
  if (const auto* const gone = std::get_if<Deletion>(&entry.record)) {
    return protocol::EncodeDeleted(gone->id);
  }
  return std::nullopt;
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
  for (std::size_t i = 0; i < read.entries.size(); ++i) {
    const LogEntry& entry = read.entries[i];
    if (entry.id > received_after) {
      page.answer.more = false;  // this one and all that follow were received
      break;
    }
    const auto payload = WasReceived(entry, request)
                             ? std::nullopt
                             : Encode(entry, read.read[i], request);
    if (payload) {
      bytes += payload->frame().size();
      if (!page.messages.empty() && bytes > max_bytes) {
        page.answer.more = true;
        break;
      }
      page.messages.push_back(*payload);
      if (std::holds_alternative<Notification>(entry.record)) {
        ++page.answer.count;
      }
    }
    page.answer.last_id = entry.id;
  }
  if (!page.answer.more) page.answer.last_id = delivered_id;
  return page;
}

}  // namespace tickerhub::internal
