#ifndef TICKERHUB_NOTIFIER_H_
#define TICKERHUB_NOTIFIER_H_

// Notifier is the notification service: it speaks the /notifications protocol
// (docs/protocol.md) with the sessions of one channel, over a
// NotificationRouter and a NotificationLog.
//
//   tickerhub::Server server(options);
//   tickerhub::InMemoryNotificationLog log;
//   tickerhub::Notifier notifier(server.AddChannel("/notifications"),
//                                server.scheduler(), log);
//   server.SetHandler("/notifications", notifier);
//   notifier.Announce("Maintenance at noon");
//
// Threads: call from the hub's thread only.
// Promises: notifications are Delivery::kEvery, in the order of their ids, and
// delivered only once the log has them. A client that comes back asks for what
// it missed (`resume`).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/notification.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {

class Notifier : public ChannelHandler {
 public:
  struct Options {
    NotificationRouter::Options router;
    /// Longest texts, in bytes of UTF-8; beyond: `message-too-long` and
    /// `invalid-field`.
    std::size_t max_message_bytes = 2'000;
    std::size_t max_title_bytes = 200;
    std::size_t max_link_bytes = 500;
    /// Who came and who left is told this often at the most; who leaves and
    /// returns within it was never away.
    std::chrono::milliseconds presence_interval{250};
    /// Beyond this many in one interval, joins (or leaves) are told as a
    /// number.
    std::size_t max_named_in_presence = 5;
    /// Tell everybody when somebody joins or leaves.
    bool announce_presence = true;
    /// How many of those online the `users` message names, and how many bytes
    /// it may have; beyond, it is cut short. Keep the bytes well below what may
    /// wait for one reader (Server::Options::max_queued_bytes).
    std::size_t max_listed_users = 500;
    std::size_t max_users_bytes = 128 * 1024;
    /// Most notifications, and bytes of them, sent again for one `resume`;
    /// beyond, its answer says that there is more and the client asks again.
    /// At least one is sent. The bytes: as above.
    std::size_t max_resumed = 1'000;
    std::size_t max_resumed_bytes = 128 * 1024;
    /// Requests a second of one client, on average and in one burst; beyond:
    /// `rate-limited`.
    double max_requests_per_second = 50;
    double request_burst = 100;
    /// Makes client ids repeatable, for tests; 0: random ones.
    std::uint64_t client_id_seed = 0;
  };

  /// Counters since the start, but for `sessions`.
  struct Stats {
    std::uint64_t sessions = 0;       ///< connected now
    std::uint64_t notifications = 0;  ///< accepted
    std::uint64_t deliveries = 0;     ///< handed to connections
    std::uint64_t resumed = 0;        ///< of these, sent again after `resume`
    std::uint64_t requests = 0;       ///< messages from clients, good or bad
    std::uint64_t errors = 0;         ///< answered with `error`
    std::uint64_t rate_limited = 0;   ///< of these, because of the rate
    /// Notifications refused for max_message_bytes, max_title_bytes or
    /// max_link_bytes, whoever sent them.
    std::uint64_t texts_refused = 0;
    /// `set-identifier` refused: invalid (max_identifier_bytes) or reserved.
    std::uint64_t identifiers_refused = 0;
    /// … and for max_connections_per_user.
    std::uint64_t connections_refused = 0;
    std::uint64_t presence_counted = 0;  ///< past max_named_in_presence
    /// `users` messages past max_listed_users or max_users_bytes.
    std::uint64_t user_lists_cut = 0;
    /// Answers to `resume` past max_resumed or max_resumed_bytes.
    std::uint64_t resumes_cut = 0;
  };

  /// What became of a notification that a program submitted.
  struct SubmitResult {
    /// Empty if it was accepted; else an error code of the protocol
    /// ("unknown-recipient") and a sentence.
    std::string error_code;
    std::string error_message;
    std::uint64_t id = 0;
    std::size_t delivered = 0;  ///< connections it was handed to

    bool ok() const { return error_code.empty(); }
  };
  using SubmitCallback = std::function<void(const SubmitResult&)>;

  /// All three must outlive the notifier.
  Notifier(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log)
      : Notifier(broadcaster, scheduler, log, Options()) {}
  Notifier(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log,
           Options options);
  ~Notifier() override;

  /// Checks a notification and sends it: `recipient` empty or "all": to all.
  /// `done` (may be null) hears of it, once; possibly before this returns, and
  /// not at all if the notifier is gone before the log has it. Id and time are
  /// set here; an empty `from` becomes "server".
  void Submit(Notification notification, SubmitCallback done);

  /// Does the same with a JSON text of the form of `send-notification`, `type`
  /// left out, as POST /api/notifications takes it.
  void SubmitJson(std::string_view json, std::string_view from,
                  SubmitCallback done);

  /// To all, from "server", as an `announcement`. Checked like any: an empty
  /// text or one that is too long is not sent, and `done` hears of it.
  void Announce(std::string_view message, SubmitCallback done = nullptr);

  /// The `users` message: who is online.
  Payload Users();

  const NotificationRouter& router() const;
  const Stats& stats() const;

  // ChannelHandler: the server calls these.
  void OnOpen(SessionId session) override;
  void OnMessage(SessionId session, const InboundMessage& message) override;
  void OnClose(SessionId session) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFIER_H_
