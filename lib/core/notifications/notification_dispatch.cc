#include "notifications/notification_dispatch.h"

#include <utility>
#include <variant>

#include "notifications/notification_rules.h"
#include "notifications/text_rules.h"
#include "protocol/client_message.h"
#include "protocol/notification_messages.h"

namespace tickerhub::internal {

void NotificationDispatch::Submit(Notification notification,
                                  Notifier::SubmitCallback done) {
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
  Submit(std::move(notification), std::move(done));
}

std::optional<Rejection> NotificationDispatch::Check(
    Notification& notification) {
  const Notifier::Options& options = parts_.options;
  if (notification.recipient == "all") notification.recipient.clear();
  if (notification.from.empty()) notification.from = "server";
  if (auto refusal = CheckLengths(
          notification, {options.max_message_bytes, options.max_title_bytes,
                         options.max_link_bytes})) {
    ++parts_.counters.texts_refused;
    return refusal;
  }
  if (auto refusal = CheckTexts(notification)) return refusal;
  if (!notification.is_personal()) return std::nullopt;
  if (parts_.router.CountOf(notification.recipient) == 0) {
    return Rejection{ErrorCode::kUnknownRecipient,
                     "Nobody online has the name given as recipientId."};
  }
  // The log finds it again, however the recipient spells the name then.
  notification.recipient = NameKey(notification.recipient);
  return std::nullopt;
}

void NotificationDispatch::Accept(Notification notification, Delivered done) {
  notification.time = parts_.scheduler.Now();
  ++parts_.counters.notifications;
  parts_.log.Append(std::move(notification),
                    [this, alive = std::weak_ptr<bool>(alive_),
                     done = std::move(done)](const Notification& logged) {
                      if (alive.expired()) return;
                      delivered_id_ = logged.id;
                      const Payload payload =
                          protocol::EncodeNotification(logged);
                      const std::size_t delivered =
                          logged.is_personal()
                              ? parts_.router.SendTo(logged.recipient, payload)
                              : parts_.router.SendToAll(payload);
                      parts_.counters.deliveries += delivered;
                      if (done) done(logged, delivered);
                    });
}

}  // namespace tickerhub::internal
