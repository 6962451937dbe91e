#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limits/address_key.h"
#include "names/client_ids.h"
#include "notifications/namings.h"
#include "notifications/notification_dispatch.h"
#include "notifications/presence.h"
#include "notifications/shared_names.h"
#include "protocol/client_message.h"
#include "protocol/token_refresh.h"
#include "requests/followers.h"
#include "requests/notifier_budgets.h"
#include "requests/parts.h"
#include "requests/user_requests.h"
#include "threads/hub_thread.h"
#include "tickerhub/notifier.h"

namespace tickerhub {

// Requests come in, notifications go through the log to the router.
class Notifier::Impl {
 public:
  Impl(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log,
       Options options)
      : broadcaster_(broadcaster),
        scheduler_(scheduler),
        log_(log),
        options_(std::move(options)),
        router_(broadcaster, options_.router),
        client_ids_(options_.client_id_seed),
        home_(scheduler),
        budgets_(options_, scheduler, counters_),
        parts_{options_, broadcaster, scheduler, log,     router_,
               clients_, counters_,   home_,     budgets_},
        requests_(parts_),
        followers_(std::make_shared<internal::Followers>(parts_)),
        dispatch_(parts_,
                  [this](const LogEntry& entry) {
                    requests_.Tell(entry);
                    followers_->Tell(entry);
                  }),
        namings_(parts_),
        presence_(parts_),
        shared_names_(parts_) {}

  // See ExpectHubThread().
  void ExpectHub(const char* call) const {
    internal::ExpectHubThread(scheduler_, call);
  }

  void OnOpen(SessionId session, const SessionInfo& info);
  void OnMessage(SessionId session, const InboundMessage& message);
  void OnDrained(SessionId session) {
    if (clients_.count(session) > 0) presence_.BringUpToDate(session);
  }
  void OnClose(SessionId session) {
    if (clients_.erase(session) == 0) return;
    router_.Disconnect(session);
    namings_.Forget(session);
    shared_names_.Forget(session);
    refresh_.OnClose(session);
  }

  internal::NotificationDispatch& dispatch() { return dispatch_; }
  void SubmitBatch(std::string_view json, const Caller& caller,
                   std::string_view key, const BatchCallback& done);
  void ReadInbox(const InboxQuery& query, const Caller& caller,
                 InboxCallback done) {
    requests_.ReadInbox(query, caller, std::move(done));
  }
  FollowResult Follow(const FollowQuery& query, const Caller& caller) {
    return followers_->Follow(query, caller);
  }
  std::size_t Kick(std::string_view name, CloseCode code,
                   std::string_view reason);
  std::vector<ClientInfo> Clients(std::size_t limit) const;
  Payload Users() { return presence_.Users(); }

  const NotificationRouter& router() const { return router_; }
  const Counters& counters() const { return counters_; }

 private:
  using Refusal = std::optional<Rejection>;

  // Asks the rules what the client may.
  void SetRights(const SessionInfo& info, internal::NotifierClient* client);
  // Each answers a request or returns why it refuses it.
  Refusal Handle(SessionId session,
                 const internal::protocol::ClientMessage& message);
  Refusal SetIdentifier(SessionId session,
                        const internal::protocol::ClientMessage& message);
  // Says the name that the session has again.
  Refusal RepeatName(SessionId session, const std::string& request_id);
  // Makes `identifier` the name of the session.
  Refusal Identify(SessionId session, std::string_view identifier);
  // The client is who its admission says. Closes it if it cannot be.
  bool IdentifyAsAdmitted(SessionId session, const std::string& identity);
  Refusal SendNotification(SessionId session,
                           const internal::protocol::ClientMessage& message);
  // Asks once it is settled what the client may read. Charges `budget` at once.
  Refusal AskOnceSettled(SessionId session,
                         const internal::protocol::ClientMessage& message,
                         internal::RequestBudget& budget);
  Refusal AskForUser(SessionId session,
                     const internal::protocol::ClientMessage& message);

  internal::AddressKey AddressOf(SessionId session) const {
    return internal::AddressKey::OfStranger(
        clients_.at(session).remote_address);
  }
  void Reply(SessionId session, const Payload& payload) {
    parts_.Reply(session, payload);
  }

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  NotificationLog& log_;
  const Options options_;
  NotificationRouter router_;
  internal::ClientIds client_ids_;
  internal::NotifierClients clients_;
  Counters counters_;
  internal::HomeCalls home_;  // drops the calls that come after this
  internal::NotifierBudgets budgets_;
  const internal::NotifierParts parts_;
  internal::UserRequests requests_;
  const std::shared_ptr<internal::Followers> followers_;
  internal::NotificationDispatch dispatch_;
  internal::Namings namings_;
  internal::Presence presence_;
  internal::SharedNames shared_names_;
  internal::protocol::TokenRefresh refresh_{
      broadcaster_, scheduler_, options_.refresh,
      [this](SessionId session, const SessionInfo& info) {
        SetRights(info, &clients_.at(session));
      }};
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_
