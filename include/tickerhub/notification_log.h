#ifndef TICKERHUB_NOTIFICATION_LOG_H_
#define TICKERHUB_NOTIFICATION_LOG_H_

// The memory of a Notifier: gives each notification its id and keeps it, so
// that a client that was away can ask for what it missed.
// InMemoryNotificationLog is the default; a durable one implements the same
// interface.
//
// A log is one `epoch`: ids are comparable within an epoch only. A log that
// starts empty starts a new one.
//
// Threads: call from the hub's thread only; callbacks come there too, possibly
// before the call returns.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tickerhub/notification.h"

namespace tickerhub {

class NotificationLog {
 public:
  /// What to read: notifications after `after` that are for everybody, for
  /// `identifier` or for `client_id`; oldest first, at most `limit`. An `after`
  /// beyond last_id() finds nothing, and nothing is missing.
  struct Query {
    std::uint64_t after = 0;
    std::string identifier;  ///< empty: none
    std::string client_id;   ///< empty: none
    std::size_t limit = 1000;
  };

  struct ReadResult {
    std::vector<Notification> notifications;
    /// False if something that matches may be gone for good: what the log has
    /// dropped after `after` may have been for this reader.
    bool complete = true;
    /// There is more than the limit: read on after the last of these.
    bool more = false;
  };

  virtual ~NotificationLog() = default;

  virtual const std::string& epoch() const = 0;
  /// The id given last; 0 if none.
  virtual std::uint64_t last_id() const = 0;

  /// Keeps `notification` under the next id. `done` gets it with its id once
  /// it is as safe as this log makes it; deliver it only then. Calls of `done`
  /// come in the order of the ids.
  virtual void Append(Notification notification,
                      std::function<void(const Notification&)> done) = 0;

  virtual void Read(const Query& query,
                    std::function<void(const ReadResult&)> done) = 0;
};

/// Keeps the newest notifications in memory; they are gone with the process.
class InMemoryNotificationLog : public NotificationLog {
 public:
  struct Options {
    /// The oldest are dropped beyond this number.
    std::size_t max_notifications = 10'000;
    /// … and beyond this many bytes of text (all its fields; a fixed overhead
    /// of a few hundred bytes a notification comes on top).
    std::size_t max_bytes = 16 * 1024 * 1024;
    /// Empty: a random one, of 16 hexadecimal digits.
    std::string epoch;
  };

  InMemoryNotificationLog() : InMemoryNotificationLog(Options()) {}
  explicit InMemoryNotificationLog(Options options);

  const std::string& epoch() const override { return options_.epoch; }
  std::uint64_t last_id() const override { return last_id_; }
  void Append(Notification notification,
              std::function<void(const Notification&)> done) override;
  void Read(const Query& query,
            std::function<void(const ReadResult&)> done) override;

  std::size_t size() const { return kept_.size(); }
  std::size_t bytes() const { return bytes_; }
  /// Notifications dropped because of max_notifications, and of max_bytes.
  std::uint64_t dropped_by_number() const { return dropped_by_number_; }
  std::uint64_t dropped_by_bytes() const { return dropped_by_bytes_; }
  std::uint64_t dropped() const {
    return dropped_by_number_ + dropped_by_bytes_;
  }

 private:
  void DropOldest();

  Options options_;
  std::deque<Notification> kept_;  // their ids have no gaps
  std::size_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t dropped_by_number_ = 0;
  std::uint64_t dropped_by_bytes_ = 0;
  // The newest that was dropped, of those for all and of the personal ones.
  std::uint64_t last_dropped_to_all_ = 0;
  std::uint64_t last_dropped_personal_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_LOG_H_
