#ifndef TICKERHUB_LIB_CORE_REQUESTS_PARTS_H_
#define TICKERHUB_LIB_CORE_REQUESTS_PARTS_H_

// What the parts of a Notifier share.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "names/text_rules.h"
#include "protocol/error_message.h"
#include "requests/home_calls.h"
#include "requests/notifier_budgets.h"
#include "requests/resume_page.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// One for each connection: keep it small.
struct NotifierClient {
  Received received;
  /// Of what was for its name before it had it, it may read what is above this.
  std::uint64_t personal_after = UINT64_MAX;
  /// What `identified` has handed out to it under this name by trust.
  std::string secret;
  Timestamp since;
  RemoteAddress remote_address;
  bool may_send_to_all = false;
  bool may_send_to_users = false;
  bool may_send_to_groups = false;
  bool may_join_groups = false;
  bool may_list_members = false;
};

using NotifierClients = std::unordered_map<SessionId, NotifierClient>;

/// All of it must outlive whoever has it.
struct NotifierParts {
  const Notifier::Options& options;
  Broadcaster& broadcaster;
  Scheduler& scheduler;
  NotificationLog& log;
  NotificationRouter& router;
  NotifierClients& clients;
  Notifier::Counters& counters;
  const HomeCalls& home;
  NotifierBudgets& budgets;

  /// Does nothing if the session is gone.
  void Reply(SessionId session, const Payload& payload) const {
    if (clients.count(session) == 0) return;
    broadcaster.Send(session, payload, Delivery::kEvery);
  }
  void ReplyError(SessionId session, const Rejection& refusal,
                  std::string_view request_id) const {
    ++counters.errors;
    Reply(session,
          protocol::EncodeError(refusal.code, refusal.message, request_id));
  }
  /// The user of a session in the form of the log; empty for a guest.
  std::string UserOf(SessionId session) const {
    return NameKey(router.IdentifierOf(session));
  }
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_PARTS_H_
