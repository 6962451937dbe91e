#ifndef TICKERHUB_NOTIFICATION_H_
#define TICKERHUB_NOTIFICATION_H_

// A Notification is one message for people: what it says, who sent it and who
// gets it. Each one is delivered as it is; two are never merged into one. You
// fill in the texts and give it to Notifier::Submit(); the notifier sets the
// time and the NotificationLog the id.
//
//     tickerhub::Notification order;
//     order.audience = tickerhub::Audience::User("ann");
//     order.title = "Order filled";
//     order.message = "40 TSLA at 801.50";
//     order.level = tickerhub::NotificationLevel::kSuccess;
//     notifier.Submit(order, nullptr);
//
// Threads: values; use them from any thread as you use a std::string.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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

/// How much a notification may disturb. A page shows one of kLow in its inbox
/// only, without a pop-up.
enum class NotificationPriority : std::uint8_t {
  kLow,
  kNormal,
  kHigh,
};

/// Who gets a notification.
struct TICKERHUB_EXPORT Audience {
  enum class Kind : std::uint8_t {
    kAll,
    kUser,        ///< all connections of one user, now and later
    kGroup,       ///< every user that is a member when the log takes it
    kConnection,  ///< one connection, now only: it is in nobody's inbox
  };

  static Audience All() { return {}; }
  static Audience User(std::string name) {
    return {Kind::kUser, std::move(name)};
  }
  static Audience Group(std::string name) {
    return {Kind::kGroup, std::move(name)};
  }
  static Audience Connection(std::string client_id) {
    return {Kind::kConnection, std::move(client_id)};
  }

  Kind kind = Kind::kAll;
  /// A user, a group without its '#', or a client id. Notifier::Submit() takes
  /// any spelling of a name; a log gets the form that all spellings share.
  std::string name;

  friend bool operator==(const Audience& a, const Audience& b) {
    return a.kind == b.kind && a.name == b.name;
  }
  friend bool operator!=(const Audience& a, const Audience& b) {
    return !(a == b);
  }
};

/// A button of a notification. It leads to a page.
struct TICKERHUB_EXPORT NotificationAction {
  std::string label;  ///< one line, never empty
  std::string link;   ///< as Notification::link, never empty

  friend bool operator==(const NotificationAction& a,
                         const NotificationAction& b) {
    return a.label == b.label && a.link == b.link;
  }
};

/// All texts are UTF-8. Notifier::Options bounds their lengths.
struct TICKERHUB_EXPORT Notification {
  /// Ids only grow within the epoch of the log. 0 before the log has it.
  std::uint64_t id = 0;
  Audience audience;  ///< who gets it: everybody by default
  /// Who sent it: an identifier, a client id, or "server".
  std::string from;
  std::string message;  ///< plain text with a character that can be seen
  std::string title;    ///< one line; may be empty
  /// Empty, an address with http:// or https://, or a path on this server that
  /// begins with "/".
  std::string link;
  /// A word for programs that says what caused it. Notifier::Announce() sets
  /// "announcement". Usually empty.
  std::string event;
  NotificationLevel level = NotificationLevel::kInfo;
  NotificationPriority priority = NotificationPriority::kNormal;
  /// When the notifier accepted it; of a scheduled one, its deliver_at.
  Timestamp time{};
  /// From this moment on nobody gets it any more. 0 (the default): never.
  Timestamp expires{};
  /// When it is to be delivered. 0 (the default) or in the past: at once. The
  /// log keeps it until then, and gives it its id then.
  Timestamp deliver_at{};
  /// If it is not empty, this one takes the place of the one before with the
  /// same audience, sender and tag: the log forgets that one, and pages show
  /// this one instead.
  std::string tag;
  /// At most Notifier::Options::max_actions.
  std::vector<NotificationAction> actions;
  /// The idempotency key: a second one of the same sender with the same key is
  /// not delivered; Submit() answers with what became of the first, as long as
  /// the log remembers the key. Empty: none.
  std::string key;

  /// Returns whether it is for some only.
  bool is_personal() const { return audience.kind != Audience::Kind::kAll; }
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_H_
