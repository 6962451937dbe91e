#include "tickerhub/notifier.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <unordered_map>
#include <utility>
#include <variant>

#include "limits/token_bucket.h"
#include "notifications/notification_rules.h"
#include "notifications/presence.h"
#include "notifications/resume_page.h"
#include "protocol/client_message.h"
#include "protocol/error_message.h"
#include "protocol/notification_messages.h"
#include "threads/hub_thread.h"

namespace tickerhub {
namespace {

// Makes client ids: ten characters of a-z and 0-9. They are names, not
// secrets: everybody online sees them.
class ClientIds {
 public:
  // The same seed gives the same ids. 0: random ids.
  explicit ClientIds(std::uint64_t seed) : random_(seed) {
    if (seed != 0) return;
    std::random_device device;
    std::seed_seq entropy{device(), device(), device(), device()};
    random_.seed(entropy);
  }

  std::string Next() {
    constexpr char kCharacters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(10, ' ');
    // 36^10 < 2^52: one number has enough bits for ten characters.
    std::uint64_t bits = random_();
    for (char& character : id) {
      character = kCharacters[bits % 36];
      bits /= 36;
    }
    return id;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace

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
        options_(options),
        request_limit_{options.max_requests_per_second, options.request_burst},
        router_(broadcaster, options.router),
        client_ids_(options.client_id_seed),
        delivered_id_(log.last_id()),
        presence_(router_, scheduler, options_, counters_) {}

  // See ExpectHubThread().
  void ExpectHub(const char* call) const {
    internal::ExpectHubThread(scheduler_, call);
  }

  void OnOpen(SessionId session);
  void OnMessage(SessionId session, const InboundMessage& message);
  void OnClose(SessionId session) {
    if (clients_.erase(session) > 0) router_.Disconnect(session);
  }

  void Submit(Notification notification, SubmitCallback done);
  void SubmitJson(std::string_view json, std::string_view from,
                  SubmitCallback done);
  Payload Users() { return presence_.Users(); }

  const NotificationRouter& router() const { return router_; }
  const Counters& counters() const { return counters_; }

 private:
  using Refusal = std::optional<Rejection>;
  using Delivered = std::function<void(const Notification&, std::size_t count)>;

  struct Client {
    internal::TokenBucket bucket;
    internal::Received received;
  };

  // Each answers a request or returns why it refuses it.
  Refusal Handle(SessionId session, const ClientMessage& message);
  Refusal SetIdentifier(SessionId session, const ClientMessage& message);
  Refusal SendNotification(SessionId session, const ClientMessage& message);
  Refusal Resume(SessionId session, const ClientMessage& message);

  // Checks a notification and fills in what its sender left out.
  Refusal Check(Notification& notification);
  // Gives a notification to the log, and from there to its recipients. Then
  // calls `done` (may be null) with the number of connections.
  void Accept(Notification notification, Delivered done);

  void Reply(SessionId session, const Payload& payload) {
    broadcaster_.Send(session, payload, Delivery::kEvery);
  }

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  NotificationLog& log_;
  const Options options_;
  const internal::RequestLimit request_limit_;
  NotificationRouter router_;
  ClientIds client_ids_;
  std::unordered_map<SessionId, Client> clients_;
  // The newest notification that has been delivered. log_.last_id() may be
  // ahead of it, by those that the log has not finished with.
  std::uint64_t delivered_id_;
  Counters counters_;
  // Tells callbacks of the log whether this still exists.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  internal::Presence presence_;
};

// Sessions ------------------------------------------------------------------

void Notifier::Impl::OnOpen(SessionId session) {
  std::string client_id = client_ids_.Next();
  while (router_.IsTaken(client_id)) client_id = client_ids_.Next();
  clients_.emplace(session, Client{internal::TokenBucket(
                                       request_limit_, scheduler_.SteadyNow()),
                                   {delivered_id_, delivered_id_}});
  router_.Connect(session, client_id);
  Reply(session, protocol::EncodeId(client_id, log_.epoch(), delivered_id_));
  Reply(session, presence_.Users());
}

// Requests ------------------------------------------------------------------

void Notifier::Impl::OnMessage(SessionId session,
                               const InboundMessage& message) {
  const auto client = clients_.find(session);
  if (client == clients_.end()) return;
  ++counters_.requests;
  protocol::DecodeResult decoded;
  if (!message.binary) decoded = protocol::Decode(message.data);
  Refusal refusal;
  if (!client->second.bucket.TryTake(request_limit_, scheduler_.SteadyNow())) {
    ++counters_.rate_limited;
    refusal = Rejection{ErrorCode::kRateLimited,
                        "That was too many requests; wait a moment."};
  } else if (message.binary) {
    refusal = Rejection{ErrorCode::kBinary,
                        "Send text; binary messages mean nothing here."};
  } else if (!decoded.ok) {
    refusal = Rejection{decoded.error, decoded.error_message};
  } else {
    refusal = Handle(session, decoded.message);
  }
  if (!refusal) return;
  ++counters_.errors;
  Reply(session, protocol::EncodeError(refusal->code, refusal->message,
                                       decoded.message.request_id));
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
    default:
      return Rejection{ErrorCode::kUnknownType,
                       "This channel knows set-identifier, send-notification "
                       "and resume."};
  }
}

Notifier::Impl::Refusal Notifier::Impl::SetIdentifier(
    SessionId session, const ClientMessage& message) {
  if (!message.identifier) {
    return Rejection{ErrorCode::kMissingField,
                     "The field 'identifier' is missing."};
  }
  switch (router_.Identify(session, *message.identifier)) {
    case IdentifyResult::kIdentified:
      clients_.at(session).received.named_after = delivered_id_;
      break;
    case IdentifyResult::kUnchanged:
    case IdentifyResult::kNotConnected:  // not possible: it is in clients_
      break;
    case IdentifyResult::kInvalid:
      ++counters_.identifiers_refused;
      return Rejection{
          ErrorCode::kInvalidIdentifier,
          "An identifier has 1 to " +
              std::to_string(options_.router.max_identifier_bytes) +
              " bytes, no control characters and no blanks at an end."};
    case IdentifyResult::kReserved:
      ++counters_.identifiers_refused;
      return Rejection{ErrorCode::kReservedIdentifier,
                       "That name is reserved; choose another."};
    case IdentifyResult::kTooManyConnections:
      ++counters_.connections_refused;
      return Rejection{ErrorCode::kTooManyConnections,
                       "This user has too many connections already."};
  }
  Reply(session,
        protocol::EncodeIdentified(*message.identifier, message.request_id));
  return std::nullopt;
}

Notifier::Impl::Refusal Notifier::Impl::SendNotification(
    SessionId session, const ClientMessage& message) {
  auto read = internal::ReadNotification(message);
  if (auto* rejection = std::get_if<Rejection>(&read)) return *rejection;
  auto& notification = std::get<Notification>(read);
  notification.from = *router_.NameOf(session);
  if (auto refusal = Check(notification)) return refusal;
  Accept(std::move(notification), [this, session,
                                   request_id = message.request_id](
                                      const Notification& logged,
                                      std::size_t delivered) {
    if (clients_.count(session) == 0) return;  // it has left meanwhile
    Reply(session, protocol::EncodeSent({logged.id, delivered, 0}, request_id));
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
  request.query.identifier = router_.IdentifierOf(session);
  request.query.client_id = *router_.ClientIdOf(session);
  // With pages of none a client would ask for ever.
  request.query.limit = std::max<std::size_t>(1, options_.max_resumed);
  log_.Read(request.query, [this, alive = std::weak_ptr<bool>(alive_), session,
                            request, request_id = message.request_id](
                               const NotificationLog::ReadResult& read) {
    if (alive.expired() || clients_.count(session) == 0) return;
    internal::ResumePage page = internal::MakeResumePage(
        request, read, delivered_id_, options_.max_resumed_bytes);
    page.answer.epoch = log_.epoch();
    if (page.answer.more) ++counters_.resumes_cut;
    counters_.deliveries += page.notifications.size();
    for (const Payload& payload : page.notifications) Reply(session, payload);
    Reply(session, protocol::EncodeResumed(page.answer, request_id));
  });
  return std::nullopt;
}

// Notifications -------------------------------------------------------------

void Notifier::Impl::Submit(Notification notification, SubmitCallback done) {
  if (auto refusal = Check(notification)) {
    if (done) done({std::move(refusal), 0, 0});
    return;
  }
  Accept(std::move(notification),
         [done = std::move(done)](const Notification& logged,
                                  std::size_t delivered) {
           if (done) done({std::nullopt, logged.id, delivered});
         });
}

void Notifier::Impl::SubmitJson(std::string_view json, std::string_view from,
                                SubmitCallback done) {
  const protocol::DecodeResult decoded =
      protocol::Decode(json, {}, /*needs_type=*/false);
  std::variant<Notification, Rejection> read =
      decoded.ok ? internal::ReadNotification(decoded.message)
                 : Rejection{decoded.error, decoded.error_message};
  if (auto* rejection = std::get_if<Rejection>(&read)) {
    if (done) done({std::move(*rejection), 0, 0});
    return;
  }
  auto& notification = std::get<Notification>(read);
  notification.from = from;
  Submit(std::move(notification), std::move(done));
}

Notifier::Impl::Refusal Notifier::Impl::Check(Notification& notification) {
  if (notification.recipient == "all") notification.recipient.clear();
  if (notification.from.empty()) notification.from = "server";
  if (auto refusal = internal::CheckLengths(
          notification, {options_.max_message_bytes, options_.max_title_bytes,
                         options_.max_link_bytes})) {
    ++counters_.texts_refused;
    return refusal;
  }
  if (auto refusal = internal::CheckTexts(notification)) return refusal;
  if (notification.is_personal() &&
      router_.CountOf(notification.recipient) == 0) {
    return Rejection{ErrorCode::kUnknownRecipient,
                     "Nobody online has the name given as recipientId."};
  }
  return std::nullopt;
}

void Notifier::Impl::Accept(Notification notification, Delivered done) {
  notification.time = scheduler_.Now();
  ++counters_.notifications;
  log_.Append(std::move(notification),
              [this, alive = std::weak_ptr<bool>(alive_),
               done = std::move(done)](const Notification& logged) {
                if (alive.expired()) return;
                delivered_id_ = logged.id;
                const Payload payload = protocol::EncodeNotification(logged);
                const std::size_t delivered =
                    logged.is_personal()
                        ? router_.SendTo(logged.recipient, payload)
                        : router_.SendToAll(payload);
                counters_.deliveries += delivered;
                if (done) done(logged, delivered);
              });
}

// The public class ----------------------------------------------------------

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
  impl_->SubmitJson(json, from, std::move(done));
}

void Notifier::Announce(std::string_view message, SubmitCallback done) {
  impl_->ExpectHub("Notifier::Announce()");
  Notification notification;
  notification.message = message;
  notification.event = "announcement";
  impl_->Submit(std::move(notification), std::move(done));
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

void Notifier::OnOpen(SessionId session, const SessionInfo& /*info*/) {
  impl_->OnOpen(session);
}

void Notifier::OnMessage(SessionId session, const InboundMessage& message) {
  impl_->OnMessage(session, message);
}

void Notifier::OnClose(SessionId session) { impl_->OnClose(session); }

}  // namespace tickerhub
