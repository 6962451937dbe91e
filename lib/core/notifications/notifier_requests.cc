#include <algorithm>
#include <memory>
#include <utility>

#include "notifications/notifier_impl.h"
#include "protocol/error_message.h"
#include "protocol/notification_messages.h"

namespace tickerhub {

namespace protocol = internal::protocol;

using protocol::ClientMessage;
using protocol::ErrorCode;
using protocol::MessageType;
using IdentifyResult = NotificationRouter::IdentifyResult;

void Notifier::Impl::OnMessage(SessionId session,
                               const InboundMessage& message) {
  const auto client = clients_.find(session);
  if (client == clients_.end()) return;
  ++stats_.requests;
  protocol::DecodeResult decoded;
  if (!message.binary) decoded = protocol::Decode(message.data);
  const std::string& request_id = decoded.message.request_id;
  if (!client->second.bucket.TryTake(request_limit_, scheduler_.SteadyNow())) {
    ++stats_.rate_limited;
    ReplyError(session, ErrorCode::kRateLimited,
               "That was too many requests; wait a moment.", request_id);
  } else if (message.binary) {
    ReplyError(session, ErrorCode::kBinary,
               "Send text; binary messages mean nothing here.", request_id);
  } else if (!decoded.ok) {
    ReplyError(session, decoded.error, decoded.error_message, request_id);
  } else {
    Handle(session, decoded.message);
  }
}

void Notifier::Impl::Handle(SessionId session, const ClientMessage& message) {
  switch (message.type) {
    case MessageType::kSetIdentifier:
      return SetIdentifier(session, message);
    case MessageType::kSendNotification:
      return SendNotification(session, message);
    case MessageType::kResume:
      return Resume(session, message);
    default:
      ReplyError(session, ErrorCode::kUnknownType,
                 "This channel knows set-identifier, send-notification and "
                 "resume.",
                 message.request_id);
  }
}

void Notifier::Impl::SetIdentifier(SessionId session,
                                   const ClientMessage& message) {
  const auto refuse = [&](ErrorCode code, std::string_view sentence) {
    ReplyError(session, code, sentence, message.request_id);
  };
  if (!message.identifier) {
    return refuse(ErrorCode::kMissingField,
                  "The field 'identifier' is missing.");
  }
  switch (presence_.Identify(session, *message.identifier)) {
    case IdentifyResult::kIdentified:
      users_.reset();
      clients_.at(session).named_after = delivered_id_;
      break;
    case IdentifyResult::kUnchanged:
      break;
    case IdentifyResult::kInvalid:
      ++stats_.identifiers_refused;
      return refuse(
          ErrorCode::kInvalidIdentifier,
          "An identifier has 1 to " +
              std::to_string(options_.router.max_identifier_bytes) +
              " bytes, no control characters and no blanks at an end.");
    case IdentifyResult::kReserved:
      ++stats_.identifiers_refused;
      return refuse(ErrorCode::kReservedIdentifier,
                    "That name is reserved; choose another.");
    case IdentifyResult::kTooManyConnections:
      ++stats_.connections_refused;
      return refuse(ErrorCode::kTooManyConnections,
                    "This user has too many connections already.");
    case IdentifyResult::kNotConnected:
      return;
  }
  Reply(session,
        protocol::EncodeIdentified(*message.identifier, message.request_id));
}

void Notifier::Impl::SendNotification(SessionId session,
                                      const ClientMessage& message) {
  Notification notification;
  auto rejection = internal::ReadNotification(message, &notification);
  notification.from = *router_.NameOf(session);
  if (!rejection) rejection = Check(&notification);
  if (rejection) {
    return ReplyError(session, rejection->code, rejection->sentence,
                      message.request_id);
  }
  Accept(std::move(notification), [this, session,
                                   request_id = message.request_id](
                                      const Notification& logged,
                                      std::size_t delivered) {
    if (clients_.count(session) == 0) return;  // left meanwhile
    Reply(session, protocol::EncodeSent({logged.id, delivered, 0}, request_id));
  });
}

void Notifier::Impl::Resume(SessionId session, const ClientMessage& message) {
  if (!message.epoch || !message.after) {
    return ReplyError(session, ErrorCode::kMissingField,
                      "'resume' needs the fields 'epoch' and 'after'.",
                      message.request_id);
  }
  ResumeRequest request{session,
                        {},
                        clients_.at(session),
                        *message.epoch == log_.epoch(),
                        message.request_id};
  request.query.after = request.same_epoch ? *message.after : 0;
  request.query.identifier = router_.IdentifierOf(session);
  request.query.client_id = *router_.ClientIdOf(session);
  // A page of none would never end.
  request.query.limit = std::max<std::size_t>(1, options_.max_resumed);
  const NotificationLog::Query query = request.query;
  log_.Read(query, [this, alive = std::weak_ptr<bool>(alive_),
                    request = std::move(request)](
                       const NotificationLog::ReadResult& read) {
    if (alive.expired() || clients_.count(request.session) == 0) return;
    FinishResume(request, read);
  });
}

void Notifier::Impl::FinishResume(const ResumeRequest& request,
                                  const NotificationLog::ReadResult& read) {
  protocol::Resumed resumed;
  resumed.epoch = log_.epoch();
  resumed.complete = read.complete && request.same_epoch;
  resumed.more = read.more;
  resumed.last_id = request.query.after;
  const Client& client = request.client;
  const std::uint64_t live = std::max(client.live_after, client.named_after);
  std::size_t bytes = 0;
  for (const Notification& notification : read.notifications) {
    if (notification.id > live) {
      resumed.more = false;  // all that follows was delivered as it happened
      break;
    }
    if (!WasDelivered(notification, request)) {
      const Payload payload = protocol::EncodeNotification(notification);
      bytes += payload.frame().size();
      if (resumed.count > 0 && bytes > options_.max_resumed_bytes) {
        resumed.more = true;
        break;
      }
      Reply(request.session, payload);
      ++resumed.count;
    }
    resumed.last_id = notification.id;
  }
  if (resumed.more) {
    ++stats_.resumes_cut;
  } else {
    // The newest that this connection has, as happened or now.
    resumed.last_id = delivered_id_;
  }
  stats_.resumed += resumed.count;
  stats_.deliveries += resumed.count;
  Reply(request.session, protocol::EncodeResumed(resumed, request.request_id));
}

bool Notifier::Impl::WasDelivered(const Notification& notification,
                                  const ResumeRequest& request) {
  const bool by_name = notification.is_personal() &&
                       notification.recipient == request.query.identifier;
  return notification.id >
         (by_name ? request.client.named_after : request.client.live_after);
}

void Notifier::Impl::ReplyError(SessionId session, ErrorCode code,
                                std::string_view sentence,
                                std::string_view request_id) {
  ++stats_.errors;
  Reply(session, protocol::EncodeError(code, sentence, request_id));
}

}  // namespace tickerhub
