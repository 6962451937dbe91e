#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "requests/parts.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// The way of a notification, whoever sent it: it is checked, the log gets it,
/// and what comes out of the log goes to its recipients.
class NotificationDispatch {
 public:
  /// Hears of what comes out of the log; of notifications, behind those who get
  /// them.
  using Tell = std::function<void(const LogEntry&)>;

  /// Listens to the log from now on.
  NotificationDispatch(const NotifierParts& parts, Tell tell);
  ~NotificationDispatch();

  /// Check() and Accept(). See Notifier::Submit().
  void Submit(Notification notification, Notifier::SubmitCallback done);

  /// Reads the fields of a `send-notification`. See Notifier::SubmitJson().
  void SubmitJson(std::string_view json, const Notifier::Caller& caller,
                  std::string_view key, Notifier::SubmitCallback done);

  /// Fills in what the sender left out. Returns why the notification cannot be
  /// accepted.
  std::optional<Rejection> Check(Notification& notification);
  /// A recipient that a client names is a user, or else a connection.
  void ResolveRecipient(Notification* notification) const;
  /// Finds out whether its recipient is known, if need be. Gives it to the log,
  /// and from there to its recipients. Then calls `done` (may be null). Those
  /// that are accepted keep their order.
  void Accept(Notification notification, Notifier::SubmitCallback done);

  /// A user was here, in the form of the log.
  void NoteKnown(const std::string& user);

  /// The newest entry that everybody concerned has got. The log's last_id() may
  /// be ahead of it, by those that the log has not finished with.
  const std::uint64_t& delivered_id() const { return delivered_id_; }

 private:
  // One that was accepted, or waits for the answer of the log.
  struct Waiting {
    Notification notification;
    Notifier::SubmitCallback done;
    bool is_known = false;
    std::optional<Rejection> refusal;
  };

  // What of SubmitJson() comes before Accept().
  std::variant<Notification, Rejection> Prepare(std::string_view json,
                                                const Notifier::Caller& caller,
                                                std::string_view key);
  bool IsKnown(const Notification& notification) const;
  void AcceptThoseAtTheFront();
  void Append(Notification notification, Notifier::SubmitCallback done);
  Notifier::SubmitResult ResultOf(const NotificationLog::Ack& ack);
  void OnEntries(const std::vector<LogEntry>& entries);
  Outcome Deliver(const LogEntry& entry);
  void SendToUser(const std::string& user, const Payload& payload,
                  Outcome* outcome);
  void Release();
  void WaitFor(Timestamp next);

  const NotifierParts parts_;
  const Tell tell_;
  std::uint64_t delivered_id_ = 0;
  std::deque<std::shared_ptr<Waiting>> waiting_;
  std::unordered_set<std::string> known_;
  // The newest, for whoever sends with the same key before the log has them.
  std::map<std::uint64_t, Outcome> outcomes_;
  std::optional<Timestamp> next_release_;
  Timer release_timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFICATION_DISPATCH_H_
