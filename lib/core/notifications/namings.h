#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NAMINGS_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NAMINGS_H_

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "requests/parts.h"

namespace tickerhub::internal {

/// What follows when a connection has taken a name: the log knows the user from
/// then on, and the connection may read of its inbox what is its own. Where
/// names are by trust that is what came since the visit whose secret it shows.
class Namings {
 public:
  explicit Namings(const NotifierParts& parts) : parts_(parts) {}

  /// `session` has taken its name by trust. Answers with `identified`, once the
  /// log has the visit, with the secret of it. `secret`: what the client has
  /// shown; may be empty.
  void ByTrust(SessionId session, const std::string& secret,
               const std::string& request_id);
  /// An admission has named it: it reads everything of its user.
  void ByAdmission(SessionId session);

  /// Calls `task` once it is settled what the session may read: now, or behind
  /// ByTrust(). Returns false if too much waits for that.
  bool WhenSettled(SessionId session, std::function<void()> task);
  void Forget(SessionId session) { open_.erase(session); }

 private:
  struct Open {
    int count = 0;  // of names that are not settled
    std::vector<std::function<void()>> tasks;
  };

  void Settle(SessionId session, const std::string& user,
              const std::string& secret, std::uint64_t since,
              const std::string& request_id);

  const NotifierParts parts_;
  std::unordered_map<SessionId, Open> open_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NAMINGS_H_
