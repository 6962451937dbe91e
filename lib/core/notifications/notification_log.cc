#include "tickerhub/notification_log.h"

#include <cstdio>
#include <random>
#include <utility>

namespace tickerhub {
namespace {

std::size_t TextBytes(const Notification& notification) {
  return notification.recipient.size() + notification.from.size() +
         notification.message.size() + notification.title.size() +
         notification.link.size() + notification.event.size();
}

std::string RandomEpoch() {
  std::random_device random;
  char epoch[17];
  std::snprintf(epoch, sizeof epoch, "%08x%08x", random(), random());
  return epoch;
}

bool IsFor(const Notification& notification,
           const NotificationLog::Query& query) {
  // The recipient is not empty here, so an empty name in the query never
  // equals it.
  return !notification.is_personal() ||
         notification.recipient == query.identifier ||
         notification.recipient == query.client_id;
}

}  // namespace

InMemoryNotificationLog::InMemoryNotificationLog(Options options)
    : options_(std::move(options)) {
  if (options_.epoch.empty()) options_.epoch = RandomEpoch();
}

void InMemoryNotificationLog::Append(
    Notification notification, std::function<void(const Notification&)> done) {
  notification.id = ++last_id_;
  bytes_ += TextBytes(notification);
  kept_.push_back(notification);
  while (kept_.size() > options_.max_notifications) {
    ++counters_.dropped_by_number;
    DropOldest();
  }
  while (bytes_ > options_.max_bytes) {
    ++counters_.dropped_by_bytes;
    DropOldest();
  }
  // Give out our own copy: `done` may append and so drop the one in the log.
  if (done) done(notification);
}

void InMemoryNotificationLog::Read(
    const Query& query, std::function<void(const ReadResult&)> done) {
  ReadResult result;
  const bool reads_personal =
      !query.identifier.empty() || !query.client_id.empty();
  result.complete = query.after >= last_dropped_to_all_ &&
                    (!reads_personal || query.after >= last_dropped_personal_);
  const std::uint64_t first_id = last_id_ - kept_.size() + 1;
  const std::uint64_t start =
      query.after < first_id ? 0 : query.after - first_id + 1;
  for (std::uint64_t i = start; i < kept_.size(); ++i) {
    const Notification& notification = kept_[static_cast<std::size_t>(i)];
    if (!IsFor(notification, query)) continue;
    if (result.notifications.size() == query.limit) {
      result.more = true;
      break;
    }
    result.notifications.push_back(notification);
  }
  done(result);
}

void InMemoryNotificationLog::DropOldest() {
  const Notification& oldest = kept_.front();
  std::uint64_t& last_dropped =
      oldest.is_personal() ? last_dropped_personal_ : last_dropped_to_all_;
  last_dropped = oldest.id;
  bytes_ -= TextBytes(oldest);
  kept_.pop_front();
}

}  // namespace tickerhub
