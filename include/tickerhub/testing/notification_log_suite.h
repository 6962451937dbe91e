#ifndef TICKERHUB_TESTING_NOTIFICATION_LOG_SUITE_H_
#define TICKERHUB_TESTING_NOTIFICATION_LOG_SUITE_H_

// The promises of NotificationLog as checks that any implementation must pass
// (component tickerhub::testing). They need no test framework. With GoogleTest
// make each promise a test of its own, by the names that
// NotificationLogPromises() gives.
//
//     for (const auto& name : tickerhub::testing::NotificationLogPromises()) {
//       const auto broken = tickerhub::testing::CheckNotificationLog(name, [] {
//         return std::make_unique<tickerhub::InMemoryNotificationLog>();
//       });
//       for (const auto& sentence : broken) std::cerr << sentence << std::endl;
//     }
//
// A check waits for callbacks, so the log may call back on any thread. It gives
// up after 20 seconds, which is a broken promise too. The log must keep some
// hundred notifications, marks and users; its other limits do not matter.
//
// Threads: one check at a time for each log. A check calls the log from several
// threads.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/notification_log.h"

namespace tickerhub::testing {

/// Makes an empty log. A check may make several, one after the other.
using MakeNotificationLog = std::function<std::unique_ptr<NotificationLog>()>;

/// The names of all promises: "ReadsTheNewestFirst".
TICKERHUB_EXPORT std::vector<std::string> NotificationLogPromises();

/// Returns what the log does otherwise, a sentence each. Empty: it keeps the
/// promise. A name that is none is a broken promise.
TICKERHUB_EXPORT std::vector<std::string> CheckNotificationLog(
    const std::string& promise, const MakeNotificationLog& make_log);

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_NOTIFICATION_LOG_SUITE_H_
