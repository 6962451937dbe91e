#ifndef TICKERHUB_NOTIFICATION_H_
#define TICKERHUB_NOTIFICATION_H_

// A Notification is one message for people: what it says, who sent it and who
// gets it. Each one is delivered as it is; two are never merged into one. You
// fill in the texts and give it to Notifier::Submit(); the notifier sets the
// time and the NotificationLog the id.
//
//     tickerhub::Notification order;
//     order.recipient = "ann";
//     order.title = "Order filled";
//     order.message = "40 TSLA at 801.50";
//     order.level = tickerhub::NotificationLevel::kSuccess;
//     notifier.Submit(order, nullptr);
//
// Threads: a value; use it from any thread as you use a std::string.

#include <cstdint>
#include <string>

#include "tickerhub/export.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// How urgent a notification is. Pages choose colours and sounds by it.
enum class NotificationLevel : std::uint8_t {
  kInfo,
  kSuccess,
  kWarning,
  kCritical,
};

/// All texts are UTF-8. Notifier::Options bounds their lengths.
struct TICKERHUB_EXPORT Notification {
  /// The log numbers its notifications 1, 2, 3, … within its epoch. 0 before
  /// the log has it.
  std::uint64_t id = 0;
  /// Who gets it. An identifier means all connections of that user, a client id
  /// means one connection, an empty string means everybody. The notifier gives
  /// it to the log in the form that all spellings of a name share.
  std::string recipient;
  /// Who sent it: an identifier, a client id, or "server".
  std::string from;
  std::string message;  ///< plain text, never empty
  std::string title;    ///< one line; may be empty
  /// Empty, an address with http:// or https://, or a path on this server that
  /// begins with "/".
  std::string link;
  /// A word for programs that says what caused it. Notifier::Announce() sets
  /// "announcement". Usually empty.
  std::string event;
  NotificationLevel level = NotificationLevel::kInfo;
  Timestamp time{};  ///< when the notifier accepted it

  /// It is for one user or one connection, not for everybody.
  bool is_personal() const { return !recipient.empty(); }
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_H_
