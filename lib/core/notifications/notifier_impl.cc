#include "notifications/notifier_impl.h"

#include <memory>
#include <variant>

#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"
#include "text/json_array.h"

namespace tickerhub {
namespace protocol = internal::protocol;

using IdentifyResult = NotificationRouter::IdentifyResult;
using protocol::ClientMessage;
using protocol::MessageType;

void Notifier::Impl::OnOpen(SessionId session, const SessionInfo& info) {
  std::string client_id = client_ids_.Next();
  while (router_.IsTaken(client_id)) client_id = client_ids_.Next();
  internal::NotifierClient& client = clients_[session];
  client.received = {dispatch_.delivered_id(), dispatch_.delivered_id()};
  client.since = scheduler_.Now();
  client.remote_address = info.request.remote_address;
  SetRights(info, &client);
  router_.Connect(session, client_id);
  refresh_.OnOpen(session, info);
  const bool is_known =
      options_.identity_from_admission && !info.identity.empty();
  if (is_known && !IdentifyAsAdmitted(session, info.identity)) return;
  Reply(session,
        protocol::EncodeId(client_id, log_.epoch(), dispatch_.delivered_id()));
  if (is_known) {
    Reply(session, protocol::EncodeIdentified(*router_.NameOf(session), ""));
    namings_.ByAdmission(session);
  }
  Reply(session, presence_.Users());
}

void Notifier::Impl::SetRights(const SessionInfo& info,
                               internal::NotifierClient* client) {
  const auto allows = [&info](const ClientRule& rule) {
    return rule && rule(info);
  };
  client->may_send_to_all = allows(options_.may_send_to_all);
  client->may_send_to_users = allows(options_.may_send_to_users);
  client->may_send_to_groups = allows(options_.may_send_to_groups);
  client->may_join_groups = allows(options_.may_join_groups);
  client->may_list_members = allows(options_.may_list_members);
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
    const internal::NotifierClient& client = clients_.at(session);
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
  if (!refusal) return;
  parts_.ReplyError(session, *refusal, decoded.message.request_id);
}

Notifier::Impl::Refusal Notifier::Impl::Handle(SessionId session,
                                               const ClientMessage& message) {
  switch (message.type) {
    case MessageType::kSetIdentifier:
      return SetIdentifier(session, message);
    case MessageType::kSendNotification:
      return SendNotification(session, message);
    case MessageType::kResume:
    case MessageType::kInbox:
    case MessageType::kMembers:
    case MessageType::kGroups:
      return AskOnceSettled(session, message, budgets_.readings);
    case MessageType::kRead:
    case MessageType::kDelete:
      return AskOnceSettled(session, message, budgets_.marks);
    case MessageType::kJoin:
    case MessageType::kLeave:
      return AskOnceSettled(session, message, budgets_.memberships);
    case MessageType::kRefresh:
      return refresh_.Handle(session, message);
    default:
      return Rejection{ErrorCode::kUnknownType,
                       "This channel knows set-identifier, send-notification, "
                       "resume, inbox, read, delete, join, leave, members, "
                       "groups and refresh."};
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
  const std::string_view old = router_.IdentifierOf(session);
  const std::string secret = message.secret.value_or("");
  const bool has_it = !old.empty() && old == *message.identifier;
  if (has_it && (secret.empty() || secret == clients_.at(session).secret)) {
    return RepeatName(session, message.request_id);
  }
  // The first name is free: thousands take theirs when a server restarts.
  const bool is_another = !old.empty();
  if (is_another) {
    if (auto refusal = budgets_.names.Check(session, address)) return refusal;
  }
  if (auto refusal = Identify(session, *message.identifier)) return refusal;
  if (is_another) budgets_.names.Take(session, address);
  namings_.ByTrust(session, secret, message.request_id);
  return std::nullopt;
}

// Costs the log nothing, and others no secret of theirs.
Notifier::Impl::Refusal Notifier::Impl::RepeatName(
    SessionId session, const std::string& request_id) {
  const bool is_told =
      namings_.WhenSettled(session, [this, session, request_id] {
        const std::string& secret = clients_.at(session).secret;
        // The log could not keep its visit before.
        if (secret.empty()) return namings_.ByTrust(session, "", request_id);
        Reply(session, protocol::EncodeIdentified(*router_.NameOf(session),
                                                  request_id, secret));
      });
  if (!is_told) return internal::Busy(&counters_);
  return std::nullopt;
}

Notifier::Impl::Refusal Notifier::Impl::Identify(SessionId session,
                                                 std::string_view identifier) {
  const IdentifyResult result = router_.Identify(session, identifier);
  if (result == IdentifyResult::kIdentified) {
    clients_.at(session).received.named_after = dispatch_.delivered_id();
    dispatch_.NoteKnown(parts_.UserOf(session));
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
  auto read = internal::ReadNotification(message, scheduler_.Now());
  if (auto* rejection = std::get_if<Rejection>(&read)) return *rejection;
  auto& notification = std::get<Notification>(read);
  const internal::NotifierClient& client = clients_.at(session);
  const Audience::Kind kind = notification.audience.kind;
  const bool may = kind == Audience::Kind::kAll     ? client.may_send_to_all
                   : kind == Audience::Kind::kGroup ? client.may_send_to_groups
                                                    : client.may_send_to_users;
  if (!may) return internal::SendingDisabled(kind);
  notification.from = *router_.NameOf(session);
  dispatch_.ResolveRecipient(&notification);
  if (auto refusal = dispatch_.Check(notification)) return refusal;
  if (auto refusal =
          budgets_.notifications.Charge(session, AddressOf(session))) {
    return refusal;
  }
  dispatch_.Accept(
      std::move(notification), [this, session, request_id = message.request_id](
                                   const SubmitResult& result) {
        if (clients_.count(session) == 0) return;  // it has left meanwhile
        if (result.rejection) {
          return parts_.ReplyError(session, *result.rejection, request_id);
        }
        Reply(session, protocol::EncodeSent({result.id, result.delivered,
                                             result.queued, result.scheduled},
                                            request_id));
      });
  return std::nullopt;
}

Notifier::Impl::Refusal Notifier::Impl::AskForUser(
    SessionId session, const ClientMessage& message) {
  switch (message.type) {
    case MessageType::kResume:
      return requests_.Resume(session, message, dispatch_.delivered_id());
    case MessageType::kInbox:
      return requests_.Inbox(session, message);
    case MessageType::kRead:
      return requests_.Read(session, message);
    case MessageType::kDelete:
      return requests_.Delete(session, message);
    case MessageType::kMembers:
      return requests_.Members(session, message);
    case MessageType::kGroups:
      return requests_.Groups(session, message);
    default:
      return requests_.Join(session, message,
                            message.type == MessageType::kJoin);
  }
}

Notifier::Impl::Refusal Notifier::Impl::AskOnceSettled(
    SessionId session, const ClientMessage& message,
    internal::RequestBudget& budget) {
  if (auto refusal = budget.Charge(session, AddressOf(session))) return refusal;
  const bool is_asked = namings_.WhenSettled(session, [this, session, message] {
    const Refusal refusal = AskForUser(session, message);
    if (refusal) parts_.ReplyError(session, *refusal, message.request_id);
  });
  if (!is_asked) return internal::Busy(&counters_);
  return std::nullopt;
}

void Notifier::Impl::SubmitBatch(std::string_view json, const Caller& caller,
                                 std::string_view key,
                                 const BatchCallback& done) {
  const auto parts = internal::SplitArray(json, options_.max_batch);
  if (const auto* const fault = std::get_if<internal::ArrayFault>(&parts)) {
    const bool is_long = *fault == internal::ArrayFault::kTooLong;
    if (is_long) ++counters_.batches_refused;
    return done(is_long ? Rejection{ErrorCode::kTooManyNotifications,
                                    "A batch has at most " +
                                        std::to_string(options_.max_batch) +
                                        " notifications."}
                        : Rejection{ErrorCode::kInvalidJson,
                                    "It is not an array of objects."},
                {});
  }
  const auto& texts = std::get<std::vector<std::string_view>>(parts);
  if (texts.empty()) return done(std::nullopt, {});
  const auto results =
      std::make_shared<std::vector<SubmitResult>>(texts.size());
  const auto open = std::make_shared<std::size_t>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string own =
        key.empty() ? "" : std::string(key) + "/" + std::to_string(i);
    dispatch_.SubmitJson(texts[i], caller, own,
                         [results, open, i, done](const SubmitResult& result) {
                           (*results)[i] = result;
                           if (--*open == 0) done(std::nullopt, *results);
                         });
  }
}

}  // namespace tickerhub
