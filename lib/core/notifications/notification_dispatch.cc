#include "notifications/notification_dispatch.h"

#include <utility>
#include <variant>

#include "names/text_rules.h"
#include "notifications/notification_rules.h"
#include "protocol/client_message.h"
#include "protocol/notification_messages.h"

namespace tickerhub::internal {

NotificationDispatch::NotificationDispatch(const Notifications& parts)
    : parts_(parts), delivered_id_(parts.log.last_id()) {
  parts_.log.SetListener(parts_.home.Bind<std::vector<LogEntry>>(
      [this](const std::vector<LogEntry>& entries) { OnEntries(entries); }));
}

NotificationDispatch::~NotificationDispatch() {
  parts_.log.SetListener(nullptr);
}

void NotificationDispatch::Submit(Notification notification,
                                  Notifier::SubmitCallback done) {
  if (auto refusal = Check(notification)) {
    if (done) done({std::move(refusal), 0, 0});
    return;
  }
  Accept(std::move(notification), [done = std::move(done)](
                                      const NotificationLog::Ack& ack,
                                      const Outcome& outcome) {
    if (!done) return;
    done({RefusalOf(ack), ack.id, static_cast<std::size_t>(outcome.delivered)});
  });
}

void NotificationDispatch::SubmitJson(std::string_view json,
                                      std::string_view from,
                                      const Identity* sender,
                                      Notifier::SubmitCallback done) {
  const protocol::DecodeResult decoded =
      protocol::Decode(json, {}, /*needs_type=*/false);
  std::variant<Notification, Rejection> read =
      decoded.ok ? ReadNotification(decoded.message)
                 : Rejection{decoded.error, decoded.error_message};
  std::optional<Rejection> refusal;
  if (auto* const rejection = std::get_if<Rejection>(&read)) {
    refusal = std::move(*rejection);
  } else if (sender != nullptr) {
    refusal = RefusalOf(*sender, std::get<Notification>(read), parts_.options);
  }
  if (refusal) {
    if (done) done({std::move(refusal), 0, 0});
    return;
  }
  auto& notification = std::get<Notification>(read);
  notification.from = from;
  ResolveRecipient(&notification);
  Submit(std::move(notification), std::move(done));
}

std::optional<Rejection> NotificationDispatch::Check(
    Notification& notification) {
  const Notifier::Options& options = parts_.options;
  if (notification.from.empty()) notification.from = "server";
  if (auto refusal = CheckLengths(
          notification, {options.max_message_bytes, options.max_title_bytes,
                         options.max_link_bytes})) {
    ++parts_.counters.texts_refused;
    return refusal;
  }
  if (auto refusal = CheckTexts(notification)) return refusal;
  std::string& name = notification.audience.name;
  if (notification.audience.kind == Audience::Kind::kConnection &&
      !parts_.router.IsConnected(name)) {
    return NobodyHasThatName();
  }
  if (notification.audience.kind == Audience::Kind::kUser) {
    if (!parts_.router.IsUser(name)) return NobodyHasThatName();
    // The log finds it again, however the recipient spells the name then.
    name = NameKey(name);
  }
  return std::nullopt;
}

void NotificationDispatch::ResolveRecipient(Notification* notification) const {
  Audience& audience = notification->audience;
  if (audience.kind != Audience::Kind::kUser) return;
  if (!parts_.router.IsUser(audience.name) &&
      parts_.router.IsConnected(audience.name)) {
    audience.kind = Audience::Kind::kConnection;
  }
}

void NotificationDispatch::Accept(Notification notification, Done done) {
  notification.time = parts_.scheduler.Now();
  parts_.log.Append(
      std::move(notification),
      parts_.home.Bind<NotificationLog::Ack>(
          [this, done = std::move(done)](const NotificationLog::Ack& ack) {
            Outcome outcome = ack.outcome.value_or(Outcome{ack.id, 0, 0});
            const auto found = outcomes_.find(ack.id);
            if (found != outcomes_.end()) outcome = found->second;
            // Acks come in the order of the ids.
            outcomes_.erase(outcomes_.begin(), outcomes_.upper_bound(ack.id));
            if (!ack.error) ++parts_.counters.notifications;
            if (done) done(ack, outcome);
          }));
}

void NotificationDispatch::OnEntries(const std::vector<LogEntry>& entries) {
  for (const LogEntry& entry : entries) {
    delivered_id_ = entry.id;
    if (const auto* const notification =
            std::get_if<Notification>(&entry.record)) {
      outcomes_[entry.id] = Deliver(*notification);
    }
  }
}

Outcome NotificationDispatch::Deliver(const Notification& notification) {
  const Payload payload = protocol::EncodeNotification(notification);
  const std::string& name = notification.audience.name;
  Outcome outcome{notification.id, 0, 0};
  switch (notification.audience.kind) {
    case Audience::Kind::kAll:
      outcome.delivered = parts_.router.SendToAll(payload);
      break;
    case Audience::Kind::kUser:
      outcome.delivered = parts_.router.SendToUser(name, payload);
      break;
    case Audience::Kind::kConnection:
      outcome.delivered = parts_.router.SendToClient(name, payload);
      break;
    case Audience::Kind::kGroup:
      break;
  }
  parts_.counters.deliveries += outcome.delivered;
  return outcome;
}

}  // namespace tickerhub::internal
