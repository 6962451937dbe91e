#ifndef TICKERHUB_LIB_SQLITE_STORE_ROWS_H_
#define TICKERHUB_LIB_SQLITE_STORE_ROWS_H_

// Notifications and marks as rows of tables, and back.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "tickerhub/log_record.h"
#include "tickerhub/notification.h"

namespace tickerhub::internal {

/// Numbers as the bytes of a column, and back.
std::string PackNumbers(const std::vector<std::uint64_t>& numbers);
std::vector<std::uint64_t> UnpackNumbers(std::string_view bytes);

/// Actions as the bytes of a column, and back. Throws DatabaseFault for bytes
/// that PackActions() does not make.
std::string PackActions(const std::vector<NotificationAction>& actions);
std::vector<NotificationAction> UnpackActions(std::string_view bytes);

/// `recipients`: the numbers of the members, if it is for a group.
void InsertNotification(Database& database, const Notification& notification,
                        const std::vector<std::uint64_t>& recipients);
void InsertScheduled(Database& database, const Notification& notification);
/// Empty if it is not there.
std::optional<Notification> SelectNotification(Database& database,
                                               std::uint64_t id);
/// Takes the first one out that is due. Empty if there is none.
std::optional<Notification> TakeScheduled(Database& database, Timestamp now);

/// `entry` holds a ReadMark, a Deletion or a Membership of `user`.
void InsertMark(Database& database, std::uint64_t user, const LogEntry& entry);
/// Those above `after`, the oldest first: id, time, kind, number, body.
Rows AskMarks(Database& database, std::uint64_t user, std::uint64_t after);
/// The mark in the current row of AskMarks().
LogEntry MarkOf(const Rows& rows, const std::string& user);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_ROWS_H_
