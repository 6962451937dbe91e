#ifndef TICKERHUB_NOTIFIER_H_
#define TICKERHUB_NOTIFIER_H_

// A Notifier is the notification service. It is the ChannelHandler of one
// channel and speaks the /notifications protocol with its clients
// (docs/protocol.md). It checks a notification, gives it to the
// NotificationLog, and then to its recipients through a NotificationRouter.
//
//     tickerhub::Server server(options);
//     tickerhub::Channel& channel = server.AddChannel("/notifications");
//     tickerhub::InMemoryNotificationLog log;
//     tickerhub::Notifier notifier(channel, server.scheduler(), log);
//     channel.SetHandler(notifier);
//     notifier.Announce("Maintenance at noon");
//
// Threads: call from the hub's thread only. Callbacks run there too.
// Promises: a notification is delivered once the log has it, in the order of
// the ids, with Delivery::kEvery. A client that lost its connection asks for
// what it missed (`resume`). Who is online is state: it is sent while clients
// are connected and is never in the log.
// Errors: a refused request is answered with `error` and closes nothing.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/client_rule.h"
#include "tickerhub/error_code.h"
#include "tickerhub/export.h"
#include "tickerhub/identity.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/inbox_follower.h"
#include "tickerhub/notification.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/payload.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {

class TICKERHUB_EXPORT Notifier : public ChannelHandler {
 public:
  struct Options {
    NotificationRouter::Options router;
    /// True: a client is who the admission of its channel says
    /// (SessionInfo::identity), and `set-identifier` is refused with
    /// `identity-is-fixed`. A client without an identity is a guest. One whose
    /// identity is no name (IdentifyResult::kInvalid, kReserved) is closed with
    /// CloseCode::kUnusableIdentity, one past max_connections_per_user with
    /// kTooManyConnections. False: clients take the names that they like.
    bool identity_from_admission = false;
    /// The clients that may send to everybody, and those that may send to one
    /// user or connection. The others are refused with `sending-disabled`.
    ClientRule may_send_to_all = AllClients;
    ClientRule may_send_to_users = AllClients;
    /// The clients that may send to a group, those that may join and leave one,
    /// and those that may ask for the members of any. A user may always ask for
    /// those of a group of its own. The others are refused with `not-allowed`;
    /// who may not send, with `sending-disabled`.
    ClientRule may_send_to_groups = AllClients;
    ClientRule may_join_groups = AllClients;
    ClientRule may_list_members = AllClients;
    /// What becomes of a notification to a user whom nobody here knows: one who
    /// was never online under that name. kRefuse: `unknown-recipient`. kQueue:
    /// it waits in the log.
    enum class UnknownUsers : std::uint8_t { kRefuse, kQueue };
    UnknownUsers unknown_users = UnknownUsers::kRefuse;
    /// With it a client extends a session that has an end.
    RefreshOptions refresh;
    /// Longest message, in bytes of UTF-8. Beyond: `message-too-long`.
    std::size_t max_message_bytes = 2'000;
    /// Longest title and link, in bytes of UTF-8. Beyond: `invalid-field`.
    std::size_t max_title_bytes = 200;
    std::size_t max_link_bytes = 500;
    /// Most actions of a notification, and the longest label of one, in bytes;
    /// max_link_bytes bounds its link. A client's message never has more than
    /// 16. Beyond: `invalid-field`.
    std::size_t max_actions = 3;
    std::size_t max_label_bytes = 50;
    /// Longest Notification::tag and Notification::key. Beyond:
    /// `invalid-field`.
    std::size_t max_tag_bytes = 128;
    std::size_t max_key_bytes = 128;
    /// How far ahead a notification may be scheduled. Beyond: `invalid-field`.
    std::chrono::hours max_delay{24 * 366};
    /// Most notifications of one batch. Beyond: `too-many-notifications`.
    std::size_t max_batch = 100;
    /// Most notifications that wait while the log looks for their recipient, or
    /// behind such a one. Beyond: `busy`.
    std::size_t max_waiting = 1'000;
    /// Most followers of inboxes (streams of the HTTP API) at a time, most of
    /// one user's, and most for callers without an identity from one address
    /// (not of loopback). Beyond: `busy`.
    std::size_t max_followers = 1'000;
    std::size_t max_followers_per_user = 20;
    std::size_t max_followers_per_address = 100;
    /// Changes of who is online are sent together, at most once in this time.
    /// A user that leaves and returns within it was never away.
    std::chrono::milliseconds presence_interval{250};
    /// Bytes a second, to all clients together, that such changes may take in
    /// the long run. With many clients the changes are sent less often then,
    /// but every 10 seconds at least.
    std::size_t max_presence_bytes_per_second = 1024 * 1024;
    /// A list of users that is longer than this is sent to a client once. From
    /// then on the client gets what changed (`users-changed`). A shorter list
    /// is sent again whenever it changes.
    std::size_t max_whole_users_bytes = 4 * 1024;
    /// Send a `presence` message that names who joined, left or took another
    /// name. Without it clients get the `users` message only.
    bool announce_presence = true;
    /// Where clients take the names that they like: a connection hears at most
    /// once in this time that another one, from another address, has taken its
    /// name (`name-shared`).
    std::chrono::milliseconds shared_name_interval{10'000};
    /// Most names in each list of a `presence` message. Beyond, the rest are
    /// only counted.
    std::size_t max_named_in_presence = 5;
    /// Most users that a `users` message lists, and most bytes of the message.
    /// Beyond, the list is cut short. `users-changed` has no more bytes either.
    /// Keep them well below Server::Options::max_queued_bytes.
    std::size_t max_listed_users = 500;
    std::size_t max_users_bytes = 32 * 1024;
    /// Most notifications sent again for one `resume`, and most bytes of them.
    /// Beyond, the answer says that there is more, and the client asks again.
    /// At least one is sent. Keep the bytes well below max_queued_bytes. They
    /// bound a page of the inbox too.
    std::size_t max_resumed = 1'000;
    std::size_t max_resumed_bytes = 128 * 1024;
    /// How often clients may take another name than their first. Beyond:
    /// `rate-limited`.
    ClientBudget names{{0.2, 5}, {2, 50}, {20, 200}};
    /// How often clients may send a notification, over WebSocket and by the
    /// HTTP API (see Caller). Each of a batch counts, and so does one whose key
    /// is known already. Beyond: `rate-limited`. Submit() and Announce() are
    /// not concerned.
    ClientBudget notifications{{5, 25}, {20, 100}, {50, 250}};
    /// How often they may ask for what the log keeps: `resume`, `inbox`,
    /// `members` and `groups`; by the HTTP API, a page of an inbox and a new
    /// stream (ReadInbox(), Follow()). A client that connects asks once or
    /// twice, and thousands do so when a server restarts. Beyond:
    /// `rate-limited`.
    ClientBudget readings{{5, 200}, {100, 2'000}, {1'000, 20'000}};
    /// How often they may mark or delete notifications: `read` and `delete`.
    /// The log keeps each, and the user's other connections are told. Beyond:
    /// `rate-limited`.
    ClientBudget marks{{5, 100}, {50, 1'000}, {500, 5'000}};
    /// How often they may join and leave groups. The log keeps each, and all
    /// members are told. Beyond: `rate-limited`.
    ClientBudget memberships{{0.5, 20}, {5, 200}, {50, 2'000}};
    /// Makes the client ids repeat from run to run, for tests. 0: random ones.
    std::uint64_t client_id_seed = 0;
  };

  /// Counters since the start, but for `followers`.
  struct Counters {
    std::uint64_t notifications = 0;  ///< accepted
    std::uint64_t queued = 0;         ///< users for whom one waits
    std::uint64_t duplicates = 0;  ///< not accepted again because of their key
    std::uint64_t scheduled = 0;   ///< accepted for later
    /// Notifications, marks and visits that were refused: by max_waiting or
    /// because the log was busy, and because the log could not keep them.
    std::uint64_t busy = 0;
    std::uint64_t not_kept = 0;
    std::uint64_t marks = 0;            ///< `read` and `delete` that were kept
    std::uint64_t memberships = 0;      ///< `join` and `leave` that were kept
    std::uint64_t inboxes = 0;          ///< pages of inboxes that were read
    std::uint64_t batches_refused = 0;  ///< because of max_batch
    std::uint64_t followers = 0;        ///< current value: of inboxes
    /// By max_followers, max_followers_per_user or max_followers_per_address.
    std::uint64_t followers_refused = 0;
    /// Requests answered with `busy` because the log could not be read.
    std::uint64_t readings_refused = 0;
    /// Notifications given to connections and followers, when they came and by
    /// `resume`.
    std::uint64_t deliveries = 0;
    std::uint64_t requests = 0;  ///< messages from clients, good or bad
    std::uint64_t errors = 0;    ///< requests answered with `error`
    /// Requests refused because of the option of the same name.
    std::uint64_t names_limited = 0;
    std::uint64_t notifications_limited = 0;
    std::uint64_t readings_limited = 0;
    std::uint64_t marks_limited = 0;
    std::uint64_t memberships_limited = 0;
    /// Notifications with too long a text or too many actions (max_…_bytes,
    /// max_actions), whoever sent them.
    std::uint64_t texts_refused = 0;
    /// Identifiers refused because they are invalid or reserved.
    std::uint64_t identifiers_refused = 0;
    /// `name-shared` messages, and those not sent by shared_name_interval.
    std::uint64_t shared_names_told = 0;
    std::uint64_t shared_names_untold = 0;
    /// Identifiers refused because of max_connections_per_user.
    std::uint64_t connections_refused = 0;
    /// `presence` messages cut because of max_named_in_presence.
    std::uint64_t presence_cut = 0;
    /// `users` messages cut because of max_listed_users or max_users_bytes.
    std::uint64_t user_lists_cut = 0;
    /// Times that changes of presence had to wait because of
    /// max_presence_bytes_per_second.
    std::uint64_t presence_delayed = 0;
    /// Answers to `resume` cut because of max_resumed or max_resumed_bytes.
    std::uint64_t resumes_cut = 0;
  };

  /// One connection.
  struct ClientInfo {
    SessionId session;
    std::string identifier;  ///< empty: a guest
    std::string client_id;
    Timestamp since;               ///< when it connected
    RemoteAddress remote_address;  ///< nobody's if the server does not know it
  };

  /// What became of a notification that a program submitted.
  struct SubmitResult {
    std::optional<Rejection> rejection;  ///< unset if it was accepted
    std::uint64_t id = 0;                ///< its id in the log
    std::size_t delivered = 0;           ///< connections that it was given to
    /// Users that are not online, for whom it waits in the log.
    std::size_t queued = 0;
    bool scheduled = false;  ///< it waits for its time, and has no id yet

    bool ok() const { return !rejection; }
  };
  using SubmitCallback = std::function<void(const SubmitResult&)>;

  /// All three must outlive the notifier.
  Notifier(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log)
      : Notifier(broadcaster, scheduler, log, Options()) {}
  Notifier(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log,
           Options options);
  ~Notifier() override;

  /// Checks a notification and delivers it. Sets its id and time. An empty
  /// `from` becomes "server". Calls `done` (may be null) once, possibly before
  /// this returns. Does not call it if the notifier is destroyed before the log
  /// has the notification.
  void Submit(Notification notification, SubmitCallback done);

  /// Who asks by the HTTP API. What it sends is charged to
  /// Options::notifications, and what it reads to Options::readings: to the
  /// user of `identity`, whatever connections it uses, to `address`, and to
  /// all. Nothing is charged to a program of yours: it has no identity, and no
  /// address or one of loopback.
  struct Caller {
    /// The sender of the notifications. Empty: "server".
    std::string_view name = {};
    /// Not null: somebody whom a guard knows (HttpRequest::identity). Then its
    /// user is the sender, whatever `name` says, and it needs what
    /// Options::may_send_to_all, may_send_to_users and may_send_to_groups ask
    /// for, as if it had connected. A user that cannot be a name here is
    /// refused.
    const Identity* identity = nullptr;
    /// Where a user or a stranger asks from (HttpRequest::remote_address).
    RemoteAddress address = {};
  };

  /// Submits a JSON text with the fields of `send-notification`, without
  /// `type`. This is the body of POST /api/notifications. `key` is an
  /// idempotency key, instead of the one in the text. Calls `done` as Submit()
  /// does.
  void SubmitJson(std::string_view json, const Caller& caller,
                  SubmitCallback done, std::string_view key = {});

  /// Submits each object of a JSON array, in their order. Calls `done` once,
  /// with a result for each; or with a rejection if the text is no array or has
  /// more than Options::max_batch. The idempotency keys are "KEY/0", "KEY/1"
  /// and so on. REQUIRES: `done` is not null.
  using BatchCallback = std::function<void(std::optional<Rejection>,
                                           const std::vector<SubmitResult>&)>;
  void SubmitBatch(std::string_view json, const Caller& caller,
                   const BatchCallback& done, std::string_view key = {});

  /// A page of the inbox of `user`, or of what is for everybody if it is empty.
  struct InboxQuery {
    std::string user;  ///< in any spelling
    /// Above this id, the oldest first. With `before`, the newest below that
    /// id, the newest first.
    std::uint64_t after = 0;
    std::uint64_t before = 0;
    /// The most notifications. More than Options::max_resumed count as so many,
    /// and max_resumed_bytes bounds them too.
    std::size_t limit = 100;
  };
  /// Reads it for `caller`; whether that one may is your matter. Calls `done`
  /// once with an `inbox` message; with `busy` if the log has too much to read,
  /// or `rate-limited`. REQUIRES: `done` is not null.
  using InboxCallback =
      std::function<void(const std::variant<Payload, Rejection>&)>;
  void ReadInbox(const InboxQuery& query, const Caller& caller,
                 InboxCallback done);

  /// What to follow. An `epoch` that is not the log's: everything that it has.
  struct FollowQuery {
    std::string user;   ///< in any spelling; empty: what is for everybody
    std::string epoch;  ///< empty: that of the log
    /// Above this id. Nothing: what comes from now on.
    std::optional<std::uint64_t> after;
  };
  struct FollowResult {
    /// It may outlive the notifier; it does nothing then. Null if it was
    /// refused.
    std::unique_ptr<InboxFollower> follower;
    /// `busy` beyond Options::max_followers, max_followers_per_user and
    /// max_followers_per_address, or `rate-limited`.
    std::optional<Rejection> rejection;
  };
  /// Follows an inbox for `caller`; whether that one may is your matter.
  FollowResult Follow(const FollowQuery& query, const Caller& caller);

  /// Submits a message from "server" to everybody, with the event
  /// "announcement". An empty or too long message is refused as in Submit().
  void Announce(std::string_view message, SubmitCallback done = nullptr);

  /// Closes all connections that SendTo(name) of the router reaches: those of
  /// a user, or that of a client id. Nothing that they send is handled any
  /// more. They may come back, unless the admission refuses them. Returns their
  /// number. Channel::CloseSessionsOf() looks for what the admission has said
  /// instead.
  std::size_t Kick(std::string_view name, CloseCode code = CloseCode::kKicked,
                   std::string_view reason = "closed by the operator");

  /// Returns at most `limit` connections: those of users in the order of their
  /// identifiers, then guests in the order of their client ids.
  std::vector<ClientInfo> Clients(std::size_t limit) const;

  /// The `users` message as of now: who is online.
  Payload Users();

  /// Who is connected, and under which name.
  const NotificationRouter& router() const;
  /// The figures of this moment.
  Counters counters() const;

  // ChannelHandler: the server calls these.
  void OnOpen(SessionId session, const SessionInfo& info) override;
  void OnMessage(SessionId session, const InboundMessage& message) override;
  void OnDrained(SessionId session, std::uint64_t since) override;
  void OnClose(SessionId session) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFIER_H_
