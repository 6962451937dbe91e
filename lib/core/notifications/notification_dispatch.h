#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "notifications/home_calls.h"
#include "tickerhub/identity.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// The way of a notification, whoever sent it: it is checked, the log gets it,
/// and then its recipients.
class NotificationDispatch {
 public:
  /// All of it must outlive this.
  struct Notifications {
    const Notifier::Options& options;
    Scheduler& scheduler;
    NotificationLog& log;
    NotificationRouter& router;
    Notifier::Counters& counters;
    const HomeCalls& home;
  };
  /// What became of a notification: its outcome, or why it was not kept.
  using Done = std::function<void(const NotificationLog::Ack&, const Outcome&)>;

  /// Listens to the log from now on.
  explicit NotificationDispatch(const Notifications& parts);
  ~NotificationDispatch();

  /// Check() and Accept(). See Notifier::Submit().
  void Submit(Notification notification, Notifier::SubmitCallback done);

  /// See Notifier::SubmitJson() and SubmitJsonAs(). `sender`: null if the
  /// program vouches for `from`.
  void SubmitJson(std::string_view json, std::string_view from,
                  const Identity* sender, Notifier::SubmitCallback done);

  /// Fills in what the sender left out. Returns why the notification cannot be
  /// accepted.
  std::optional<Rejection> Check(Notification& notification);
  /// A recipient that a client names is a user, or else a connection.
  void ResolveRecipient(Notification* notification) const;
  /// Gives it to the log, and from there to its recipients. Then calls `done`
  /// (may be null).
  void Accept(Notification notification, Done done);

  /// The newest notification that has been delivered. The log's last_id() may
  /// be ahead of it, by those that the log has not finished with.
  std::uint64_t delivered_id() const { return delivered_id_; }

 private:
  void OnEntries(const std::vector<LogEntry>& entries);
  Outcome Deliver(const Notification& notification);

  const Notifications parts_;
  std::uint64_t delivered_id_;
  // Of what was delivered and not acknowledged yet.
  std::map<std::uint64_t, Outcome> outcomes_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
