#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_

// Presence is who is online as the others were told. Every change goes through
// it to the router; what the changes of one interval come to is reported once.
// Who leaves and returns within it was never away.
//
// It remembers what it touched, as it was before, and nothing else: the cost of
// a report is proportional to what changed, not to who is online.

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/notification_router.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

class Presence {
 public:
  /// Something to tell: who, by the name to address them with, and the
  /// sentence.
  struct Change {
    std::string subject;
    std::string sentence;
  };

  /// What an interval came to; something is different if it is reported.
  struct Report {
    std::vector<Change> joined;
    std::vector<Change> left;
    /// Took a name that nobody online had: they joined under it, but were here.
    std::vector<Change> renamed;
  };

  /// `report` comes `interval` after the first change. Both references must
  /// outlive this.
  Presence(NotificationRouter& router, Scheduler& scheduler,
           std::chrono::milliseconds interval,
           std::function<void(const Report&)> report);

  // As the router's.
  void Connect(SessionId session, std::string_view client_id);
  NotificationRouter::IdentifyResult Identify(SessionId session,
                                              std::string_view identifier);
  void Disconnect(SessionId session);

 private:
  // A connection as it is or was; not online if there is no client id.
  struct Standing {
    std::string client_id;
    std::string identifier;

    bool online() const { return !client_id.empty(); }
    bool guest() const { return online() && identifier.empty(); }
    bool user() const { return !identifier.empty(); }
  };
  // Identifiers that came and that went, but for those already told of.
  struct Names {
    std::set<std::string> joined;
    std::set<std::string> left;
  };

  Standing StandingOf(SessionId session) const;
  void Note(SessionId session, const Standing& before);
  void Fire();
  static void Tell(const Standing& before, const Standing& now, Names* names,
                   Report* report);

  NotificationRouter& router_;
  std::chrono::milliseconds interval_;
  std::function<void(const Report&)> report_;
  // As it was before the first change of this interval: what each connection
  // was, and whether an identifier was online.
  std::map<SessionId, Standing> sessions_;
  std::map<std::string, bool> names_;
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
