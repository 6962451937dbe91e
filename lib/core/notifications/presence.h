#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_

// Presence tells everybody who is online: the `users` message, or only what
// changed in it if it is long, and a `presence` message for people. It observes
// the router. It reports at most once in an interval; whoever leaves and
// returns within one was never away. With many clients the interval grows, so
// that the reports to all together take no more bytes a second than they may.
//
// Presence is state: nothing of it goes into the notification log, and a client
// that does not keep up is skipped and gets the list when it can take it.
//
// It keeps what differs from the last report, and nothing else. So the memory
// and the cost of a report are in proportion to the changes, not to the users.

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "protocol/notification_messages.h"
#include "requests/parts.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

class Presence : public NotificationRouter::Observer {
 public:
  /// Observes the router from now on.
  explicit Presence(const NotifierParts& parts);
  ~Presence() override { parts_.router.SetObserver(nullptr); }

  /// The `users` message: as of now if it is short, else as of some moment
  /// since the last report. Whoever gets it gets the reports after it.
  Payload Users();

  /// Sends it to a session that was skipped.
  void BringUpToDate(SessionId session);

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
  bool IsLong(const Payload& users) const {
    return users.text().size() > parts_.options.max_whole_users_bytes;
  }
  void Wait();
  void Report();
  // The whole list, or what changed in it: the shorter one.
  Payload ListChanges();
  void NoteCost(std::size_t bytes);
  protocol::PresenceChanges TakeChanges();

  const NotifierParts parts_;
  std::optional<Payload> users_;
  // The sessions that have another name than at the last report, and the name
  // they had then; empty: they were not connected.
  std::map<SessionId, std::string> renamed_;
  // The names that were online at the last report and are not now, or the other
  // way round.
  std::set<std::string> toggled_;
  // The names that may be other than at the last report.
  std::set<std::string> touched_;
  bool touched_too_many_ = false;
  // Not before this moment, so that the reports are not too many bytes.
  SteadyTime not_before_{};
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_PRESENCE_H_
