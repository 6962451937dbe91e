#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_

// Presence tells everybody who is online: the `users` message, and a `presence`
// message that says what changed. It observes the router. It sends at most once
// in an interval; whoever leaves and returns within one was never away.
// Presence is state: nothing of it goes into the notification log.
//
// It keeps what differs from the last report, and nothing else. So the memory
// and the cost of a report are in proportion to the changes, not to the users.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "protocol/notification_messages.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

class Presence : public NotificationRouter::Observer {
 public:
  /// Observes `router` from now on. Everything must outlive this.
  Presence(NotificationRouter& router, Scheduler& scheduler,
           const Notifier::Options& options, Notifier::Counters& counters);
  ~Presence() override { router_.SetObserver(nullptr); }

  /// The `users` message as of now.
  Payload Users();

  void OnConnect(SessionId session) override { Note(session, ""); }
  void OnIdentify(SessionId session, const std::string& old_name) override {
    Note(session, old_name);
  }
  void OnDisconnect(SessionId session, const std::string& old_name) override {
    Note(session, old_name);
  }

 private:
  void Note(SessionId session, const std::string& old_name);
  void Toggle(const std::string& name);
  void Report();
  protocol::PresenceChanges TakeChanges();

  NotificationRouter& router_;
  const Notifier::Options& options_;
  Notifier::Counters& counters_;
  std::optional<Payload> users_;  // unset after a change
  // The sessions that have another name than at the last report, and the name
  // they had then; empty: they were not connected.
  std::map<SessionId, std::string> renamed_;
  // The names that were online at the last report and are not now, or the other
  // way round.
  std::set<std::string> toggled_;
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
