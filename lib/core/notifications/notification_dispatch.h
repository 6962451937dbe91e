#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

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
  };
  using Delivered = std::function<void(const Notification&, std::size_t count)>;

  explicit NotificationDispatch(const Notifications& parts)
      : parts_(parts), delivered_id_(parts.log.last_id()) {}

  /// Check() and Accept(). See Notifier::Submit().
  void Submit(Notification notification, Notifier::SubmitCallback done);

  /// See Notifier::SubmitJson() and SubmitJsonAs(). `sender`: null if the
  /// program vouches for `from`.
  void SubmitJson(std::string_view json, std::string_view from,
                  const Identity* sender, Notifier::SubmitCallback done);

  /// Fills in what the sender left out. Returns why the notification cannot be
  /// accepted.
  std::optional<Rejection> Check(Notification& notification);
  /// Gives it to the log, and from there to its recipients. Then calls `done`
  /// (may be null) with the number of connections.
  void Accept(Notification notification, Delivered done);

  /// The newest notification that has been delivered. The log's last_id() may
  /// be ahead of it, by those that the log has not finished with.
  std::uint64_t delivered_id() const { return delivered_id_; }

 private:
  const Notifications parts_;
  std::uint64_t delivered_id_;
  // Tells callbacks of the log whether this still exists.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
