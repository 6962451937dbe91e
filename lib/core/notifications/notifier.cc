#include "tickerhub/notifier.h"

#include <utility>

#include "notifications/notifier_impl.h"
#include "protocol/notification_messages.h"

namespace tickerhub {

namespace protocol = internal::protocol;

using protocol::ErrorCode;

Notifier::Impl::Impl(Broadcaster& broadcaster, Scheduler& scheduler,
                     NotificationLog& log, Options options)
    : broadcaster_(broadcaster),
      scheduler_(scheduler),
      log_(log),
      options_(options),
      request_limit_{options.max_requests_per_second, options.request_burst},
      router_(broadcaster, options.router),
      client_ids_(options.client_id_seed),
      delivered_id_(log.last_id()),
      presence_(router_, scheduler, options.presence_interval,
                [this](const internal::Presence::Report& report) {
                  Report(report);
                }) {}

// What programs submit ------------------------------------------------------

void Notifier::Impl::Submit(Notification notification, SubmitCallback done) {
  if (const auto rejection = Check(&notification)) {
    if (done) done({Name(rejection->code), rejection->sentence});
    return;
  }
  Accept(std::move(notification),
         [done = std::move(done)](const Notification& logged,
                                  std::size_t delivered) {
           if (done) done({"", "", logged.id, delivered});
         });
}

void Notifier::Impl::SubmitJson(std::string_view json, std::string_view from,
                                SubmitCallback done) {
  const protocol::DecodeResult decoded =
      protocol::Decode(json, {}, /*needs_type=*/false);
  Notification notification;
  std::optional<internal::Rejection> rejection;
  if (!decoded.ok) {
    rejection = internal::Rejection{decoded.error, decoded.error_message};
  } else {
    rejection = internal::ReadNotification(decoded.message, &notification);
  }
  if (rejection) {
    if (done) done({Name(rejection->code), rejection->sentence});
    return;
  }
  notification.from = from;
  Submit(std::move(notification), std::move(done));
}

std::optional<internal::Rejection> Notifier::Impl::Check(
    Notification* notification) {
  if (notification->recipient == "all") notification->recipient.clear();
  if (notification->from.empty()) notification->from = "server";
  auto rejection = internal::CheckTexts(
      *notification, {options_.max_message_bytes, options_.max_title_bytes,
                      options_.max_link_bytes});
  if (rejection && rejection->too_long) ++stats_.texts_refused;
  if (!rejection && notification->is_personal() &&
      router_.CountOf(notification->recipient) == 0) {
    rejection =
        internal::Rejection{ErrorCode::kUnknownRecipient,
                            "Nobody online has the name given as recipientId."};
  }
  return rejection;
}

void Notifier::Impl::Accept(
    Notification notification,
    std::function<void(const Notification&, std::size_t)> done) {
  notification.time = scheduler_.Now();
  ++stats_.notifications;
  log_.Append(std::move(notification),
              [this, alive = std::weak_ptr<bool>(alive_),
               done = std::move(done)](const Notification& logged) {
                if (alive.expired()) return;
                const std::size_t delivered = Deliver(logged);
                if (done) done(logged, delivered);
              });
}

std::size_t Notifier::Impl::Deliver(const Notification& notification) {
  delivered_id_ = notification.id;
  const Payload payload = protocol::EncodeNotification(notification);
  const std::size_t delivered =
      notification.is_personal()
          ? router_.SendTo(notification.recipient, payload)
          : router_.SendToAll(payload);
  stats_.deliveries += delivered;
  return delivered;
}

// Sessions ------------------------------------------------------------------

void Notifier::Impl::OnOpen(SessionId session) {
  std::string client_id = client_ids_.Next();
  while (router_.IsTaken(client_id)) client_id = client_ids_.Next();
  clients_.emplace(session, Client{internal::TokenBucket(
                                       request_limit_, scheduler_.SteadyNow()),
                                   delivered_id_, delivered_id_});
  stats_.sessions = clients_.size();
  users_.reset();
  presence_.Connect(session, client_id);
  Reply(session, protocol::EncodeId(client_id, log_.epoch(), delivered_id_));
  Reply(session, Users());
}

void Notifier::Impl::OnClose(SessionId session) {
  if (clients_.erase(session) == 0) return;
  stats_.sessions = clients_.size();
  users_.reset();
  presence_.Disconnect(session);
}

Payload Notifier::Impl::Users() {
  if (!users_) {
    const auto users = router_.Online(options_.max_listed_users);
    const std::size_t total = router_.online_count();
    const protocol::EncodedUsers encoded =
        protocol::EncodeUsers(users, total, options_.max_users_bytes);
    if (encoded.listed < total) ++stats_.user_lists_cut;
    users_ = encoded.payload;
  }
  return *users_;
}

void Notifier::Impl::Report(const internal::Presence::Report& report) {
  router_.SendToAll(Users());
  if (!options_.announce_presence) return;
  Tell("joined", report.joined, "joined");
  Tell("joined", report.renamed, "took a name");
  Tell("left", report.left, "left");
}

void Notifier::Impl::Tell(
    const char* event, const std::vector<internal::Presence::Change>& changes,
    const char* what) {
  Notification notification;
  notification.from = "server";
  notification.event = event;
  if (changes.size() > options_.max_named_in_presence) {
    ++stats_.presence_counted;
    notification.message = std::to_string(changes.size()) +
                           (changes.size() == 1 ? " person " : " people ") +
                           what;
    Accept(std::move(notification), nullptr);
    return;
  }
  for (const internal::Presence::Change& change : changes) {
    notification.message = change.sentence;
    notification.subject = change.subject;
    Accept(notification, nullptr);
  }
}

// The public face -----------------------------------------------------------

Notifier::Notifier(Broadcaster& broadcaster, Scheduler& scheduler,
                   NotificationLog& log, Options options)
    : impl_(std::make_unique<Impl>(broadcaster, scheduler, log,
                                   std::move(options))) {}

Notifier::~Notifier() = default;

void Notifier::Submit(Notification notification, SubmitCallback done) {
  impl_->Submit(std::move(notification), std::move(done));
}

void Notifier::SubmitJson(std::string_view json, std::string_view from,
                          SubmitCallback done) {
  impl_->SubmitJson(json, from, std::move(done));
}

void Notifier::Announce(std::string_view message, SubmitCallback done) {
  Notification notification;
  notification.message = message;
  notification.event = "announcement";
  impl_->Submit(std::move(notification), std::move(done));
}

Payload Notifier::Users() { return impl_->Users(); }
const NotificationRouter& Notifier::router() const { return impl_->router(); }
const Notifier::Stats& Notifier::stats() const { return impl_->stats(); }

void Notifier::OnOpen(SessionId session) { impl_->OnOpen(session); }

void Notifier::OnMessage(SessionId session, const InboundMessage& message) {
  impl_->OnMessage(session, message);
}

void Notifier::OnClose(SessionId session) { impl_->OnClose(session); }

}  // namespace tickerhub
