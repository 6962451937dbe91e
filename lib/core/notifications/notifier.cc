#include "tickerhub/notifier.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "limits/action_budget.h"
#include "limits/address_key.h"
#include "names/client_ids.h"
#include "names/text_rules.h"
#include "notifications/home_calls.h"
#include "notifications/notification_dispatch.h"
#include "notifications/notification_rules.h"
#include "notifications/presence.h"
#include "notifications/resume_page.h"
#include "notifications/shared_names.h"
#include "protocol/client_message.h"
#include "protocol/error_message.h"
#include "protocol/notification_messages.h"
#include "protocol/token_refresh.h"
#include "threads/hub_thread.h"

namespace tickerhub {
namespace protocol = internal::protocol;

using IdentifyResult = NotificationRouter::IdentifyResult;
using protocol::ClientMessage;
using protocol::MessageType;

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
        dispatch_({options_, scheduler, log, router_, counters_, home_}),
        names_(options_.names, scheduler.SteadyNow()),
        notifications_(options_.notifications, scheduler.SteadyNow()),
        presence_(router_, broadcaster, scheduler, options_, counters_),
        shared_names_({broadcaster, scheduler, router_, options_, counters_,
                       [this](SessionId session) -> const RemoteAddress& {
                         return clients_.at(session).remote_address;
                       }}) {}

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
    shared_names_.Forget(session);
    refresh_.OnClose(session);
  }

  void Submit(Notification notification, SubmitCallback done) {
    dispatch_.Submit(std::move(notification), std::move(done));
  }
  void SubmitJson(std::string_view json, std::string_view from,
                  const Identity* sender, SubmitCallback done) {
    dispatch_.SubmitJson(json, from, sender, std::move(done));
  }
  std::size_t Kick(std::string_view name, CloseCode code,
                   std::string_view reason);
  std::vector<ClientInfo> Clients(std::size_t limit) const;
  Payload Users() { return presence_.Users(); }

  const NotificationRouter& router() const { return router_; }
  const Counters& counters() const { return counters_; }

 private:
  using Refusal = std::optional<Rejection>;

  // One for each connection: keep it small.
  struct Client {
    internal::Received received;
    Timestamp since;
    RemoteAddress remote_address;
    bool may_send_to_all;
    bool may_send_to_users;
  };

  // Each answers a request or returns why it refuses it.
  Refusal Handle(SessionId session, const ClientMessage& message);
  Refusal SetIdentifier(SessionId session, const ClientMessage& message);
  // Makes `identifier` the name of the session.
  Refusal Identify(SessionId session, std::string_view identifier);
  // The client is who its admission says. Closes it if it cannot be.
  bool IdentifyAsAdmitted(SessionId session, const std::string& identity);
  Refusal SendNotification(SessionId session, const ClientMessage& message);
  Refusal Resume(SessionId session, const ClientMessage& message);
  void SendPage(SessionId session, const internal::ResumeRequest& request,
                const NotificationLog::Page& read, std::string_view request_id);

  internal::AddressKey AddressOf(SessionId session) const {
    return internal::AddressKey::OfStranger(
        clients_.at(session).remote_address);
  }
  void Reply(SessionId session, const Payload& payload) {
    broadcaster_.Send(session, payload, Delivery::kEvery);
  }
  void ReplyError(SessionId session, const Rejection& refusal,
                  std::string_view request_id) {
    ++counters_.errors;
    Reply(session,
          protocol::EncodeError(refusal.code, refusal.message, request_id));
  }

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  NotificationLog& log_;
  const Options options_;
  NotificationRouter router_;
  internal::ClientIds client_ids_;
  std::unordered_map<SessionId, Client> clients_;
  Counters counters_;
  internal::HomeCalls home_;  // ends before what its calls use
  internal::NotificationDispatch dispatch_;
  internal::ActionBudget names_;
  internal::ActionBudget notifications_;
  internal::Presence presence_;
  internal::SharedNames shared_names_;
  protocol::TokenRefresh refresh_{broadcaster_, scheduler_, options_.refresh};
};

void Notifier::Impl::OnOpen(SessionId session, const SessionInfo& info) {
  std::string client_id = client_ids_.Next();
  while (router_.IsTaken(client_id)) client_id = client_ids_.Next();
  clients_.emplace(
      session,
      Client{{dispatch_.delivered_id(), dispatch_.delivered_id()},
             scheduler_.Now(),
             info.request.remote_address,
             options_.may_send_to_all && options_.may_send_to_all(info),
             options_.may_send_to_users && options_.may_send_to_users(info)});
  router_.Connect(session, client_id);
  refresh_.OnOpen(session, info);
  const bool is_known =
      options_.identity_from_admission && !info.identity.empty();
  if (is_known && !IdentifyAsAdmitted(session, info.identity)) return;
  Reply(session,
        protocol::EncodeId(client_id, log_.epoch(), dispatch_.delivered_id()));
  if (is_known)
    Reply(session, protocol::EncodeIdentified(*router_.NameOf(session), ""));
  Reply(session, presence_.Users());
}

bool Notifier::Impl::IdentifyAsAdmitted(SessionId session,
                                        const std::string& identity) {
  const Refusal refusal = Identify(session, identity);
  if (!refusal) return true;
  OnClose(session);
  broadcaster_.Close(session,
                     refusal->code == ErrorCode::kTooManyConnections
                         ? CloseCode::kTooManyConnections
                         : CloseCode::kUnusableIdentity,
                     refusal->message);
  return false;
}

std::size_t Notifier::Impl::Kick(std::string_view name, CloseCode code,
                                 std::string_view reason) {
  const std::vector<SessionId> sessions = router_.SessionsOf(name);
  for (const SessionId session : sessions) {
    OnClose(session);
    broadcaster_.Close(session, code, reason);
  }
  return sessions.size();
}

std::vector<Notifier::ClientInfo> Notifier::Impl::Clients(
    std::size_t limit) const {
  std::vector<ClientInfo> clients;
  for (const SessionId session : router_.Sessions(limit)) {
    const Client& client = clients_.at(session);
    clients.push_back({session, std::string(router_.IdentifierOf(session)),
                       *router_.ClientIdOf(session), client.since,
                       client.remote_address});
  }
  return clients;
}

void Notifier::Impl::OnMessage(SessionId session,
                               const InboundMessage& message) {
  const auto client = clients_.find(session);
  if (client == clients_.end()) return;
  ++counters_.requests;
  protocol::DecodeResult decoded;
  if (!message.binary) decoded = protocol::Decode(message.data);
  Refusal refusal;
  if (message.binary) {
    refusal = Rejection{ErrorCode::kBinary,
                        "Send text; binary messages mean nothing here."};
  } else if (!decoded.ok) {
    refusal = Rejection{decoded.error, decoded.error_message};
  } else {
    refusal = Handle(session, decoded.message);
  }
  if (refusal) ReplyError(session, *refusal, decoded.message.request_id);
}

Notifier::Impl::Refusal Notifier::Impl::Handle(SessionId session,
                                               const ClientMessage& message) {
  switch (message.type) {
    case MessageType::kSetIdentifier:
      return SetIdentifier(session, message);
    case MessageType::kSendNotification:
      return SendNotification(session, message);
    case MessageType::kResume:
      return Resume(session, message);
    case MessageType::kRefresh:
      return refresh_.Handle(session, message);
    default:
      return Rejection{ErrorCode::kUnknownType,
                       "This channel knows set-identifier, send-notification, "
                       "resume and refresh."};
  }
}

Notifier::Impl::Refusal Notifier::Impl::SetIdentifier(
    SessionId session, const ClientMessage& message) {
  if (!message.identifier) {
    return Rejection{ErrorCode::kMissingField,
                     "The field 'identifier' is missing."};
  }
  if (options_.identity_from_admission) {
    return Rejection{
        ErrorCode::kIdentityIsFixed,
        "The server knows who you are; names are not chosen here."};
  }
  const internal::AddressKey address = AddressOf(session);
  const SteadyTime now = scheduler_.SteadyNow();
  const std::string_view old = router_.IdentifierOf(session);
  // The first name is free: thousands take theirs when a server restarts.
  const bool is_another = !old.empty() && old != *message.identifier;
  if (is_another && !names_.Allows(session, address, now)) {
    return internal::TooOften("Names are changed", &counters_.names_limited);
  }
  if (auto refusal = Identify(session, *message.identifier)) return refusal;
  if (is_another) names_.Take(session, address, now);
  Reply(session, protocol::EncodeIdentified(*router_.NameOf(session),
                                            message.request_id));
  return std::nullopt;
}

Notifier::Impl::Refusal Notifier::Impl::Identify(SessionId session,
                                                 std::string_view identifier) {
  const IdentifyResult result = router_.Identify(session, identifier);
  if (result == IdentifyResult::kIdentified) {
    clients_.at(session).received.named_after = dispatch_.delivered_id();
    if (!options_.identity_from_admission) shared_names_.Tell(session);
  }
  Refusal refusal = internal::RefusalOf(result, options_.router);
  if (refusal && refusal->code == ErrorCode::kTooManyConnections) {
    ++counters_.connections_refused;
  } else if (refusal) {
    ++counters_.identifiers_refused;
  }
  return refusal;
}

Notifier::Impl::Refusal Notifier::Impl::SendNotification(
    SessionId session, const ClientMessage& message) {
  auto read = internal::ReadNotification(message);
  if (auto* rejection = std::get_if<Rejection>(&read)) return *rejection;
  auto& notification = std::get<Notification>(read);
  const Client& client = clients_.at(session);
  const bool is_to_all = !notification.is_personal();
  if (!(is_to_all ? client.may_send_to_all : client.may_send_to_users)) {
    return internal::SendingDisabled(is_to_all);
  }
  notification.from = *router_.NameOf(session);
  dispatch_.ResolveRecipient(&notification);
  if (auto refusal = dispatch_.Check(notification)) return refusal;
  if (!notifications_.TryTake(session, AddressOf(session),
                              scheduler_.SteadyNow())) {
    return internal::TooOften("Notifications are sent",
                              &counters_.notifications_limited);
  }
  dispatch_.Accept(
      std::move(notification),
      [this, session, request_id = message.request_id](
          const NotificationLog::Ack& ack, const Outcome& outcome) {
        if (clients_.count(session) == 0) return;  // it has left meanwhile
        if (const Refusal refusal = internal::RefusalOf(ack)) {
          return ReplyError(session, *refusal, request_id);
        }
        Reply(session,
              protocol::EncodeSent({ack.id, outcome.delivered, outcome.queued},
                                   request_id));
      });
  return std::nullopt;
}

Notifier::Impl::Refusal Notifier::Impl::Resume(SessionId session,
                                               const ClientMessage& message) {
  if (!message.epoch || !message.after) {
    return Rejection{ErrorCode::kMissingField,
                     "'resume' needs the fields 'epoch' and 'after'."};
  }
  internal::ResumeRequest request{
      {}, clients_.at(session).received, *message.epoch == log_.epoch()};
  request.query.after = request.same_epoch ? *message.after : 0;
  request.query.user = internal::NameKey(router_.IdentifierOf(session));
  // With pages of none a client would ask for ever.
  request.query.limit = std::max<std::size_t>(1, options_.max_resumed);
  request.query.now = scheduler_.Now();
  log_.Read(request.query,
            home_.Bind<NotificationLog::Page>(
                [this, session, request, request_id = message.request_id](
                    const NotificationLog::Page& read) {
                  if (clients_.count(session) == 0) return;
                  SendPage(session, request, read, request_id);
                }));
  return std::nullopt;
}

void Notifier::Impl::SendPage(SessionId session,
                              const internal::ResumeRequest& request,
                              const NotificationLog::Page& read,
                              std::string_view request_id) {
  internal::ResumePage page = internal::MakeResumePage(
      request, read, dispatch_.delivered_id(), options_.max_resumed_bytes);
  page.answer.epoch = log_.epoch();
  if (page.answer.more) ++counters_.resumes_cut;
  counters_.deliveries += page.notifications.size();
  for (const Payload& payload : page.notifications) Reply(session, payload);
  Reply(session, protocol::EncodeResumed(page.answer, request_id));
}

Notifier::Notifier(Broadcaster& broadcaster, Scheduler& scheduler,
                   NotificationLog& log, Options options)
    : impl_(std::make_unique<Impl>(broadcaster, scheduler, log,
                                   std::move(options))) {}

Notifier::~Notifier() = default;

void Notifier::Submit(Notification notification, SubmitCallback done) {
  impl_->ExpectHub("Notifier::Submit()");
  impl_->Submit(std::move(notification), std::move(done));
}

void Notifier::SubmitJson(std::string_view json, std::string_view from,
                          SubmitCallback done) {
  impl_->ExpectHub("Notifier::SubmitJson()");
  impl_->SubmitJson(json, from, nullptr, std::move(done));
}

void Notifier::SubmitJsonAs(const Identity& sender, std::string_view json,
                            SubmitCallback done) {
  impl_->ExpectHub("Notifier::SubmitJsonAs()");
  impl_->SubmitJson(json, sender.user, &sender, std::move(done));
}

void Notifier::Announce(std::string_view message, SubmitCallback done) {
  impl_->ExpectHub("Notifier::Announce()");
  Notification notification;
  notification.message = message;
  notification.event = "announcement";
  impl_->Submit(std::move(notification), std::move(done));
}

std::size_t Notifier::Kick(std::string_view name, CloseCode code,
                           std::string_view reason) {
  impl_->ExpectHub("Notifier::Kick()");
  return impl_->Kick(name, code, reason);
}

std::vector<Notifier::ClientInfo> Notifier::Clients(std::size_t limit) const {
  impl_->ExpectHub("Notifier::Clients()");
  return impl_->Clients(limit);
}

Payload Notifier::Users() {
  impl_->ExpectHub("Notifier::Users()");
  return impl_->Users();
}

const NotificationRouter& Notifier::router() const {
  impl_->ExpectHub("Notifier::router()");
  return impl_->router();
}

Notifier::Counters Notifier::counters() const {
  impl_->ExpectHub("Notifier::counters()");
  return impl_->counters();
}

void Notifier::OnOpen(SessionId session, const SessionInfo& info) {
  impl_->OnOpen(session, info);
}

void Notifier::OnMessage(SessionId session, const InboundMessage& message) {
  impl_->OnMessage(session, message);
}

void Notifier::OnDrained(SessionId session, std::uint64_t /*since*/) {
  impl_->OnDrained(session);
}

void Notifier::OnClose(SessionId session) { impl_->OnClose(session); }

}  // namespace tickerhub
