#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_

#include <unordered_map>

#include "requests/parts.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Where names are by trust, anybody can take the name of somebody who is
/// online. This tells the one who had it, but not too often. It has an entry
/// only for who was told.
class SharedNames {
 public:
  explicit SharedNames(const NotifierParts& parts) : parts_(parts) {}

  /// `newcomer` has its name from now on. Tells the connections that have the
  /// same and come from another place.
  void Tell(SessionId newcomer);
  void Forget(SessionId session) { told_.erase(session); }

 private:
  const NotifierParts parts_;
  std::unordered_map<SessionId, SteadyTime> told_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_SHARED_NAMES_H_
