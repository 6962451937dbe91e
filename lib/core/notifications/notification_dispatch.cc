#include "notifications/notification_dispatch.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "names/text_rules.h"
#include "protocol/client_message.h"
#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"

namespace tickerhub::internal {
namespace {

using AudienceKind = Audience::Kind;

constexpr std::size_t kMostKnown = 100'000;
constexpr std::size_t kMostOutcomes = 10'000;

Notifier::SubmitResult RefusedBecause(Rejection rejection) {
  Notifier::SubmitResult result;
  result.rejection = std::move(rejection);
  return result;
}

}  // namespace

NotificationDispatch::NotificationDispatch(const NotifierParts& parts,
                                           Tell tell)
    : parts_(parts), tell_(std::move(tell)), release_timer_(parts.scheduler) {
  parts_.log.SetListener(parts_.home.Bind<std::vector<LogEntry>>(
      [this](const std::vector<LogEntry>& entries) { OnEntries(entries); }));
  delivered_id_ = parts.log.last_id();
  Release();
}

NotificationDispatch::~NotificationDispatch() {
  parts_.log.SetListener(nullptr);
}

void NotificationDispatch::Submit(Notification notification,
                                  Notifier::SubmitCallback done) {
  if (auto refusal = Check(notification)) {
    if (done) done(RefusedBecause(std::move(*refusal)));
    return;
  }
  Accept(std::move(notification), std::move(done));
}

void NotificationDispatch::SubmitJson(std::string_view json,
                                      const Notifier::Caller& caller,
                                      std::string_view key,
                                      Notifier::SubmitCallback done) {
  auto prepared = Prepare(json, caller, key);
  if (auto* const refusal = std::get_if<Rejection>(&prepared)) {
    if (done) done(RefusedBecause(std::move(*refusal)));
    return;
  }
  Accept(std::get<Notification>(std::move(prepared)), std::move(done));
}

std::variant<Notification, Rejection> NotificationDispatch::Prepare(
    std::string_view json, const Notifier::Caller& caller,
    std::string_view key) {
  const protocol::DecodeResult decoded =
      protocol::Decode(json, {}, /*needs_type=*/false);
  std::variant<Notification, Rejection> read =
      decoded.ok ? ReadNotification(decoded.message, parts_.scheduler.Now())
                 : Rejection{decoded.error, decoded.error_message};
  auto* const notification = std::get_if<Notification>(&read);
  if (notification == nullptr) return read;
  const Identity* const identity = caller.identity;
  if (identity != nullptr) {
    if (auto refusal = RefusalOf(*identity, *notification, parts_.options)) {
      return *std::move(refusal);
    }
  }
  notification->from =
      identity == nullptr ? caller.name : std::string_view(identity->user);
  if (!key.empty()) notification->key = key;
  ResolveRecipient(notification);
  if (auto refusal = Check(*notification)) return *std::move(refusal);
  if (auto refusal = Charge(parts_.budgets.notifications, caller)) {
    return *std::move(refusal);
  }
  return read;
}

std::optional<Rejection> NotificationDispatch::Check(
    Notification& notification) {
  const Notifier::Options& options = parts_.options;
  if (notification.from.empty()) notification.from = "server";
  if (auto refusal = CheckLengths(notification, options)) {
    ++parts_.counters.texts_refused;
    return refusal;
  }
  if (auto refusal = CheckTexts(notification)) return refusal;
  const Timestamp now = parts_.scheduler.Now();
  if (notification.deliver_at > now + options.max_delay) {
    return Rejection{ErrorCode::kInvalidField, "deliverAt is too far ahead."};
  }
  std::string& name = notification.audience.name;
  switch (notification.audience.kind) {
    case AudienceKind::kAll:
      return std::nullopt;
    case AudienceKind::kConnection:
      if (parts_.router.IsConnected(name)) return std::nullopt;
      return NobodyHasThatName();
    case AudienceKind::kGroup: {
      auto group = GroupOf(name, options);
      if (!group) return InvalidGroup();
      name = std::move(*group);
      return std::nullopt;
    }
    case AudienceKind::kUser:
      if (!IsName(name, options.router.max_identifier_bytes)) {
        return NobodyHasThatName();
      }
      // The log finds it again, however the recipient spells the name then.
      name = NameKey(name);
      return std::nullopt;
  }
  return std::nullopt;
}

void NotificationDispatch::ResolveRecipient(Notification* notification) const {
  Audience& audience = notification->audience;
  if (audience.kind != AudienceKind::kUser) return;
  if (!parts_.router.IsUser(audience.name) &&
      parts_.router.IsConnected(audience.name)) {
    audience.kind = AudienceKind::kConnection;
  }
}

bool NotificationDispatch::IsKnown(const Notification& notification) const {
  using UnknownUsers = Notifier::Options::UnknownUsers;
  const Audience& audience = notification.audience;
  return audience.kind != AudienceKind::kUser ||
         parts_.options.unknown_users == UnknownUsers::kQueue ||
         parts_.router.IsUser(audience.name) || known_.count(audience.name) > 0;
}

void NotificationDispatch::NoteKnown(const std::string& user) {
  if (known_.size() >= kMostKnown) known_.clear();  // the log knows them
  known_.insert(user);
}

void NotificationDispatch::Accept(Notification notification,
                                  Notifier::SubmitCallback done) {
  const bool is_known = IsKnown(notification);
  if (is_known && waiting_.empty()) {
    return Append(std::move(notification), std::move(done));
  }
  if (waiting_.size() >= parts_.options.max_waiting) {
    if (done) done(RefusedBecause(Busy(&parts_.counters)));
    return;
  }
  const std::string user = notification.audience.name;
  const auto waiting = std::make_shared<Waiting>(
      Waiting{std::move(notification), std::move(done), is_known, {}});
  waiting_.push_back(waiting);
  if (is_known) return;
  parts_.log.FindUser(
      user,
      parts_.home.Bind<NotificationLog::UserState>(
          [this, waiting](const NotificationLog::UserState& state) {
            waiting->is_known = state.known || IsKnown(waiting->notification);
            if (!waiting->is_known) {
              waiting->refusal = state.error ? Unreadable(&parts_.counters)
                                             : NobodyHasThatName();
            }
            if (state.known) {
              NoteKnown(waiting->notification.audience.name);
            }
            AcceptThoseAtTheFront();
          }));
}

void NotificationDispatch::AcceptThoseAtTheFront() {
  while (!waiting_.empty() &&
         (waiting_.front()->is_known || waiting_.front()->refusal)) {
    const std::shared_ptr<Waiting> first = waiting_.front();
    waiting_.pop_front();
    if (first->is_known) {
      Append(std::move(first->notification), std::move(first->done));
    } else if (first->done) {
      first->done(RefusedBecause(*first->refusal));
    }
  }
}

void NotificationDispatch::Append(Notification notification,
                                  Notifier::SubmitCallback done) {
  notification.time = parts_.scheduler.Now();
  const bool has_key = !notification.key.empty();
  const Timestamp due = notification.deliver_at;
  parts_.log.Append(
      std::move(notification),
      parts_.home.Bind<NotificationLog::Ack>(
          [this, done = std::move(done), has_key,
           due](const NotificationLog::Ack& ack) {
            const Notifier::SubmitResult result = ResultOf(ack);
            const bool is_new = result.ok() && !ack.duplicate;
            if (is_new && has_key && ack.id != 0) {
              parts_.log.Append(
                  Outcome{ack.id, result.delivered, result.queued}, nullptr);
            }
            if (is_new && ack.scheduled) WaitFor(due);
            if (done) done(result);
          }));
}

Notifier::SubmitResult NotificationDispatch::ResultOf(
    const NotificationLog::Ack& ack) {
  Notifier::SubmitResult result;
  result.rejection = RefusalOf(ack, &parts_.counters);
  if (result.rejection) return result;
  result.id = ack.id;
  result.scheduled = ack.scheduled;
  Outcome outcome = ack.outcome.value_or(Outcome{});
  const auto found = outcomes_.find(ack.id);
  if (found != outcomes_.end()) outcome = found->second;
  result.delivered = static_cast<std::size_t>(outcome.delivered);
  result.queued = static_cast<std::size_t>(outcome.queued);
  if (ack.duplicate) {
    ++parts_.counters.duplicates;
  } else {
    ++(ack.scheduled ? parts_.counters.scheduled
                     : parts_.counters.notifications);
  }
  return result;
}

void NotificationDispatch::OnEntries(const std::vector<LogEntry>& entries) {
  for (const LogEntry& entry : entries) {
    delivered_id_ = entry.id;
    if (std::holds_alternative<Notification>(entry.record)) {
      outcomes_[entry.id] = Deliver(entry);
      if (outcomes_.size() > kMostOutcomes) outcomes_.erase(outcomes_.begin());
    }
    if (const auto* const visit = std::get_if<Visit>(&entry.record)) {
      NoteKnown(visit->user);
    }
    tell_(entry);
  }
}

Outcome NotificationDispatch::Deliver(const LogEntry& entry) {
  const auto& notification = std::get<Notification>(entry.record);
  const Payload payload = protocol::EncodeNotification(notification);
  const std::string& name = notification.audience.name;
  Outcome outcome{entry.id, 0, 0};
  switch (notification.audience.kind) {
    case AudienceKind::kAll:
      outcome.delivered = parts_.router.SendToAll(payload);
      break;
    case AudienceKind::kUser:
      SendToUser(name, payload, &outcome);
      break;
    case AudienceKind::kConnection:
      outcome.delivered = parts_.router.SendToClient(name, payload);
      break;
    case AudienceKind::kGroup:
      for (const std::string& member : entry.members) {
        SendToUser(member, payload, &outcome);
      }
      break;
  }
  parts_.counters.deliveries += outcome.delivered;
  parts_.counters.queued += outcome.queued;
  return outcome;
}

void NotificationDispatch::SendToUser(const std::string& user,
                                      const Payload& payload,
                                      Outcome* outcome) {
  const std::size_t reached = parts_.router.SendToUser(user, payload);
  outcome->delivered += reached;
  if (reached == 0) ++outcome->queued;
}

void NotificationDispatch::Release() {
  next_release_.reset();
  parts_.log.Release(parts_.scheduler.Now(),
                     parts_.home.Bind<std::optional<Timestamp>>(
                         [this](std::optional<Timestamp> next) {
                           if (next) WaitFor(*next);
                         }));
}

void NotificationDispatch::WaitFor(Timestamp next) {
  if (next_release_ && *next_release_ <= next) return;
  next_release_ = next;
  // Timers follow the steady clock, deliver_at the wall clock: look again.
  constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(1);
  const auto delay = std::clamp(next - parts_.scheduler.Now(),
                                std::chrono::milliseconds(0), kLongest);
  release_timer_.Start(delay, [this] { Release(); });
}

}  // namespace tickerhub::internal
