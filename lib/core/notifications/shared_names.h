#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_

#include <functional>
#include <unordered_map>
#include <utility>

#include "tickerhub/broadcaster.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Returns whether two clients may be one person's as far as their addresses
/// tell: the same IPv4 address, or the same IPv6 network (/64), in which a
/// machine changes its address now and then. Nobody's address is everybody's.
bool IsSamePlace(const RemoteAddress& a, const RemoteAddress& b);

/// Where names are by trust, anybody can take the name of somebody who is
/// online. This tells the one who had it, but not too often. It has an entry
/// only for who was told.
class SharedNames {
 public:
  /// All of it must outlive this.
  struct Parts {
    Broadcaster& broadcaster;
    Scheduler& scheduler;
    const NotificationRouter& router;
    const Notifier::Options& options;
    Notifier::Counters& counters;
    std::function<const RemoteAddress&(SessionId)> address_of;
  };

  explicit SharedNames(Parts parts) : parts_(std::move(parts)) {}

  /// `newcomer` has its name from now on. Tells the connections that have the
  /// same and come from another place.
  void Tell(SessionId newcomer);
  void Forget(SessionId session) { told_.erase(session); }

 private:
  const Parts parts_;
  std::unordered_map<SessionId, SteadyTime> told_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_
