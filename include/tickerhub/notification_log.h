#ifndef TICKERHUB_NOTIFICATION_LOG_H_
#define TICKERHUB_NOTIFICATION_LOG_H_

// A NotificationLog is the memory of a Notifier. It gives each notification its
// id and keeps it, so that a client that was away can ask for what it missed.
// InMemoryNotificationLog keeps the newest ones in memory. Implement
// NotificationLog to keep them elsewhere.
//
//     tickerhub::InMemoryNotificationLog::Options log_options;
//     log_options.max_notifications = 1'000;
//     tickerhub::InMemoryNotificationLog log(log_options);
//
// Ids only grow, and only within one `epoch`. A log that starts empty starts a
// new epoch, so that a client does not take its ids for those of an older log.
//
// Threads: call from the hub's thread only. The callbacks also run there,
// possibly before the call returns.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/notification.h"

namespace tickerhub {

class TICKERHUB_EXPORT NotificationLog {
 public:
  /// Selects the notifications with an id above `after` that are for everybody,
  /// for `identifier` or for `client_id`.
  struct Query {
    /// Above last_id(): the result is empty and complete.
    std::uint64_t after = 0;
    /// In the form that all spellings share, as Notification::recipient is.
    /// Empty: selects nothing.
    std::string identifier;
    std::string client_id;  ///< empty: selects nothing
    /// Return at most this many, the oldest first.
    std::size_t limit = 1000;
  };

  struct ReadResult {
    std::vector<Notification> notifications;  ///< in the order of their ids
    /// False if the log has dropped a notification above `after` that may have
    /// been for this reader.
    bool complete = true;
    /// True if there are more than `limit`. Read on with `after` set to the
    /// last id of these.
    bool more = false;
  };

  virtual ~NotificationLog() = default;

  /// A text that no earlier log of this service had.
  virtual const std::string& epoch() const = 0;
  /// The newest id; 0 if the log has given none.
  virtual std::uint64_t last_id() const = 0;

  /// Keeps `notification` under the next id. Calls `done` (may be null) with
  /// the numbered notification once it is as safe as this log can make it;
  /// deliver it only then. The calls of `done` come in the order of the ids.
  virtual void Append(Notification notification,
                      std::function<void(const Notification&)> done) = 0;

  /// Calls `done` once with what `query` selects.
  virtual void Read(const Query& query,
                    std::function<void(const ReadResult&)> done) = 0;
};

/// Keeps the newest notifications in memory. They are lost when the process
/// ends. Append() and Read() call `done` before they return. A reading costs
/// time in proportion to the notifications kept above Query::after.
class TICKERHUB_EXPORT InMemoryNotificationLog : public NotificationLog {
 public:
  struct Options {
    /// Most notifications to keep. Beyond, the oldest are dropped.
    std::size_t max_notifications = 10'000;
    /// Most bytes of text to keep, over all fields. Beyond, the oldest are
    /// dropped. Each notification takes a few hundred bytes besides.
    std::size_t max_bytes = 16 * 1024 * 1024;
    /// Empty: a random text of 16 hexadecimal digits. Set it in tests.
    std::string epoch;
  };

  /// Notifications that were dropped since the start.
  struct Counters {
    std::uint64_t dropped_by_number = 0;  ///< because of max_notifications
    std::uint64_t dropped_by_bytes = 0;   ///< because of max_bytes
  };

  InMemoryNotificationLog() : InMemoryNotificationLog(Options()) {}
  explicit InMemoryNotificationLog(Options options);

  const std::string& epoch() const override { return options_.epoch; }
  std::uint64_t last_id() const override { return last_id_; }
  void Append(Notification notification,
              std::function<void(const Notification&)> done) override;
  void Read(const Query& query,
            std::function<void(const ReadResult&)> done) override;

  std::size_t size() const { return kept_.size(); }  ///< notifications kept
  std::size_t bytes() const { return bytes_; }       ///< of text kept
  /// The figures of this moment.
  Counters counters() const { return counters_; }

 private:
  void DropOldest();

  Options options_;
  std::deque<Notification> kept_;  // their ids have no gaps
  std::size_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
  Counters counters_;
  // The newest dropped id of those for everybody and of the personal ones.
  std::uint64_t last_dropped_to_all_ = 0;
  std::uint64_t last_dropped_personal_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_LOG_H_
