#ifndef TICKERHUB_LOG_RECORD_H_
#define TICKERHUB_LOG_RECORD_H_

// What a NotificationLog keeps: notifications, and what users did with them.
// The state of a user (known, read up to where, in which groups) is what the
// records of that user have made of it, so it survives restarts and reaches
// other devices the same way as a notification does.
//
//     tickerhub::ReadMark mark;
//     mark.user = "ann";
//     mark.up_to = 42;
//     log.Append(mark, nullptr);
//
// Names of users and groups are in the form that all spellings share: "ann" for
// "Ann" (NFKC_Casefold). A log compares them byte by byte; a Notifier brings
// them into that form.
//
// Threads: values; use them from any thread as you use a std::string.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/notification.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// A user has read the notifications `ids`, and all up to `up_to`. What the log
/// takes later is not read, whatever `up_to` says.
struct TICKERHUB_EXPORT ReadMark {
  std::string user;
  std::vector<std::uint64_t> ids;
  std::uint64_t up_to = 0;
};

/// A user does not want to see a notification any more. Others still do; one
/// that was to this user alone is removed. Nothing happens to somebody else's.
struct TICKERHUB_EXPORT Deletion {
  std::string user;
  std::uint64_t id = 0;
};

/// A user has joined a group, or left it.
struct TICKERHUB_EXPORT Membership {
  std::string group;
  std::string user;
  bool joined = true;
};

/// A user was here, and is known from now on.
struct TICKERHUB_EXPORT Visit {
  std::string user;
  std::string spelling;  ///< as the user writes the name
  /// Whoever shows it later has been this user since this visit. Empty where
  /// an admission says who is who.
  std::string secret;
};

/// What became of a notification with a key, for whoever sends it again.
struct TICKERHUB_EXPORT Outcome {
  std::uint64_t id = 0;         ///< of the notification
  std::uint64_t delivered = 0;  ///< connections that it was given to
  std::uint64_t queued = 0;     ///< see Notifier::SubmitResult
};

using LogRecord =
    std::variant<Notification, ReadMark, Deletion, Membership, Visit, Outcome>;

/// A record with its place in the log.
struct TICKERHUB_EXPORT LogEntry {
  /// Also in Notification::id.
  std::uint64_t id = 0;
  /// When the log took it. Of a notification: Notification::time.
  Timestamp time{};
  LogRecord record;
  /// For the listener, of a notification to a group and of a Membership: the
  /// members of the group at this id, a Membership counted in. Else empty.
  std::vector<std::string> members;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LOG_RECORD_H_
