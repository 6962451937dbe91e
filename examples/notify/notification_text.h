#ifndef TICKERHUB_EXAMPLES_NOTIFY_NOTIFICATION_TEXT_H_
#define TICKERHUB_EXAMPLES_NOTIFY_NOTIFICATION_TEXT_H_

// The JSON that tickerhub-notify writes and reads.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/options.h"

namespace tickerhub::examples {

/// The body of POST /api/notifications. Empty if a text is not UTF-8.
std::string NotificationText(const NotifyOptions& options);

/// One JSON object in UTF-8, and nothing else.
bool IsJsonObject(std::string_view text);

/// What the server says about one notification.
struct Outcome {
  NotifyStatus status = NotifyStatus::kUnreached;
  std::string sentence;
};

/// Reads the answer to one. `http_status`: that of the response.
Outcome ReadOutcome(long http_status, std::string_view body);

/// Reads the answer to `count` of them. Nothing if it is none.
std::optional<std::vector<Outcome>> ReadOutcomes(std::string_view body,
                                                 std::size_t count);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFY_NOTIFICATION_TEXT_H_
