#include "tickerhub/notifier.h"

#include <memory>
#include <utility>

#include "notifications/notifier_impl.h"

namespace tickerhub {

Notifier::Notifier(Broadcaster& broadcaster, Scheduler& scheduler,
                   NotificationLog& log, Options options)
    : impl_(std::make_unique<Impl>(broadcaster, scheduler, log,
                                   std::move(options))) {}

Notifier::~Notifier() = default;

void Notifier::Submit(Notification notification, SubmitCallback done) {
  impl_->ExpectHub("Notifier::Submit()");
  impl_->dispatch().Submit(std::move(notification), std::move(done));
}

void Notifier::SubmitJson(std::string_view json, const Caller& caller,
                          SubmitCallback done, std::string_view key) {
  impl_->ExpectHub("Notifier::SubmitJson()");
  impl_->dispatch().SubmitJson(json, caller, key, std::move(done));
}

void Notifier::SubmitBatch(std::string_view json, const Caller& caller,
                           const BatchCallback& done, std::string_view key) {
  impl_->ExpectHub("Notifier::SubmitBatch()");
  impl_->SubmitBatch(json, caller, key, done);
}

void Notifier::ReadInbox(const InboxQuery& query, const Caller& caller,
                         InboxCallback done) {
  impl_->ExpectHub("Notifier::ReadInbox()");
  impl_->ReadInbox(query, caller, std::move(done));
}

Notifier::FollowResult Notifier::Follow(const FollowQuery& query,
                                        const Caller& caller) {
  impl_->ExpectHub("Notifier::Follow()");
  return impl_->Follow(query, caller);
}

void Notifier::Announce(std::string_view message, SubmitCallback done) {
  impl_->ExpectHub("Notifier::Announce()");
  Notification notification;
  notification.message = message;
  notification.event = "announcement";
  impl_->dispatch().Submit(std::move(notification), std::move(done));
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
