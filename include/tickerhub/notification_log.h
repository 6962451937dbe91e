#ifndef TICKERHUB_NOTIFICATION_LOG_H_
#define TICKERHUB_NOTIFICATION_LOG_H_

// A NotificationLog is the memory of a Notifier, and the way to its clients:
// what is appended comes back through the listener, and only then it is
// delivered. InMemoryNotificationLog keeps the newest in memory. Implement this
// interface to keep them elsewhere; testing/notification_log_suite.h checks the
// promises.
//
//     log.SetListener([](std::vector<tickerhub::LogEntry> entries) {
//       for (const auto& entry : entries) std::cout << entry.id << std::endl;
//     });
//     log.Append(tickerhub::Visit{"ann", "Ann", ""}, nullptr);
//
// Ids only grow, by whatever step, and only within one `epoch`. A log that
// starts empty starts a new epoch, so that a client does not take its ids for
// those of an older log.
//
// Threads: any thread may call. Callbacks come on any thread, also before the
// call returns, and must not throw. They may call the log again.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/log_record.h"

namespace tickerhub {

class TICKERHUB_EXPORT NotificationLog {
 public:
  enum class Error : std::uint8_t {
    kBusy,     ///< too many appends or readings in flight; try again
    kNoSpace,  ///< a full disk, or a limit of the log
    kFailed,   ///< it could not be kept, or not be read
    kClosed,   ///< the log has ended
  };

  /// What became of an append. Exactly one of `error`, `scheduled` and an id is
  /// set.
  struct Ack {
    std::uint64_t id = 0;  ///< of the entry; of the first, if `duplicate`
    std::optional<Error> error;
    std::string sentence;  ///< why, for the log of the operator
    /// The log knows the sender and the key: nothing was appended.
    bool duplicate = false;
    std::optional<Outcome> outcome;  ///< of the first, if it is known
    /// It waits for deliver_at and has no id yet. Of a duplicate: the first was
    /// scheduled.
    bool scheduled = false;
  };
  using AckCallback = std::function<void(const Ack&)>;
  using Listener = std::function<void(std::vector<LogEntry>)>;

  struct Query {
    std::string user;         ///< empty: only what is for all
    std::uint64_t after = 0;  ///< entries above this id
    /// Those for the user and its groups must be above this id too.
    std::uint64_t personal_after = 0;
    /// 0: the oldest entries above `after`, oldest first. Else the newest
    /// notifications below `before` and above `after`, newest first.
    std::uint64_t before = 0;
    std::size_t limit = 1000;          ///< entries at most
    std::size_t max_bytes = SIZE_MAX;  ///< of text; one entry always fits
    Timestamp now{};                   ///< what expires until then is absent
  };

  struct Page {
    /// Notifications that are visible to the user and, oldest first, the
    /// ReadMark, Deletion and Membership entries of the user. Not visible is
    /// what the user has deleted, what was replaced, and what has expired.
    std::vector<LogEntry> entries;
    std::vector<bool> read;  ///< of each entry: a notification that is read
    /// False if retention took something above `after` that the user would see.
    bool complete = true;
    /// The log tells all that it was given above this id.
    std::uint64_t kept_after = 0;
    bool more = false;          ///< there are more than `limit` or `max_bytes`
    std::uint64_t last_id = 0;  ///< of the log, when it was read
    /// Notifications visible to the user that are not read, in the whole log.
    /// 0 without a user.
    std::uint64_t unread = 0;
    /// Set: nothing could be read. With kBusy all else here says nothing: ask
    /// again. With kFailed this is an empty page that is not complete.
    std::optional<Error> error;
  };

  /// What the records of a user have made of it (log_record.h).
  struct UserState {
    struct Secret {
      std::string secret;
      std::uint64_t since = 0;  ///< the id of its Visit
    };
    bool known = false;               ///< with a Visit
    std::string spelling;             ///< of the newest visit
    std::uint64_t unread = 0;         ///< notifications, as Page::unread
    std::uint64_t read_up_to = 0;     ///< all up to this id are read
    std::vector<std::string> groups;  ///< in their order
    /// The oldest first. Of more than kMaxSecrets the first and the newest:
    /// others who take the name do not take it from whoever had it first.
    std::vector<Secret> secrets;
    std::optional<Error> error;  ///< set: nothing could be read
  };

  /// The members of one group.
  struct MemberList {
    std::vector<std::string> names;  ///< in their order
    std::optional<Error> error;      ///< set: nothing could be read
  };

  /// A log forgets the oldest secret of a user beyond.
  static constexpr std::size_t kMaxSecrets = 16;

  virtual ~NotificationLog() = default;

  /// A text that no earlier log of this service had. Stays the same as long as
  /// the log keeps its entries.
  virtual const std::string& epoch() const = 0;
  /// The newest id; 0 if the log has given none.
  virtual std::uint64_t last_id() const = 0;

  /// From now on `listener` gets every entry, whoever appended it, in the order
  /// of the ids, each once, never two calls at a time. It gets an entry once
  /// that is as safe as this log is set to make it. Null: nobody.
  virtual void SetListener(Listener listener) = 0;

  /// Keeps `record` under the next id. Calls `ack` (may be null) once: after
  /// the listener has had the entry, in the order of the ids; or with an error,
  /// then nothing was kept or delivered. Appends of one thread keep their
  /// order. Those in flight are bounded: beyond, kBusy at once.
  virtual void Append(LogRecord record, AckCallback ack) = 0;

  /// Calls `done` once. The page has all that was acknowledged before the call.
  /// A log that reads elsewhere bounds what waits: beyond, kBusy at once. The
  /// same holds for the two below.
  virtual void Read(Query query, std::function<void(Page)> done) = 0;
  /// A user that nobody knows has an empty state.
  virtual void FindUser(std::string user,
                        std::function<void(UserState)> done) = 0;
  /// A group that nobody has joined has no members.
  virtual void Members(std::string group,
                       std::function<void(MemberList)> done) = 0;

  /// Appends each notification whose deliver_at is not after `now`, with
  /// deliver_at as its time. Then calls `done` (may be null) with the time of
  /// the next one, or nothing. Also a good moment for retention by age.
  virtual void Release(
      Timestamp now,
      std::function<void(std::optional<Timestamp> next)> done) = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_LOG_H_
