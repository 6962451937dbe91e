#ifndef TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_LIMITS_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_LIMITS_H_

// What notifications may cost; store.h has what is kept. docs/security.md has
// the table of all limits.

#include <cstddef>

#include "common/command_line.h"
#include "tickerhub/notifier.h"

namespace tickerhub::examples {

/// Adds the options, in a group of their own. What `*notifier` holds are the
/// defaults.
void AddNotificationLimits(CommandLine* line, Notifier::Options* notifier);

/// Throws UsageError for limits that make no sense together. Lowers
/// max_resumed_bytes with `max_queued_bytes`, that of the server, unless it was
/// given.
void CheckNotificationLimits(const CommandLine& line,
                             std::size_t max_queued_bytes,
                             Notifier::Options* notifier);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_LIMITS_H_
