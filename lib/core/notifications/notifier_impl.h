#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_

// The inside of Notifier. notifier.cc has what programs and the server call,
// notifier_requests.cc what clients ask for.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limits/token_bucket.h"
#include "notifications/client_ids.h"
#include "notifications/notification_rules.h"
#include "notifications/presence.h"
#include "protocol/client_message.h"
#include "protocol/error_code.h"
#include "tickerhub/notifier.h"

namespace tickerhub {

class Notifier::Impl {
 public:
  Impl(Broadcaster& broadcaster, Scheduler& scheduler, NotificationLog& log,
       Options options);

  void Submit(Notification notification, SubmitCallback done);
  void SubmitJson(std::string_view json, std::string_view from,
                  SubmitCallback done);
  Payload Users();

  void OnOpen(SessionId session);
  void OnMessage(SessionId session, const InboundMessage& message);
  void OnClose(SessionId session);

  const NotificationRouter& router() const { return router_; }
  const Stats& stats() const { return stats_; }

 private:
  struct Client {
    internal::TokenBucket bucket;
    /// Everything for all or for the client id that has a greater id reached
    /// this connection as it happened; likewise everything for its identifier.
    std::uint64_t live_after;
    std::uint64_t named_after;
  };

  /// A `resume` on its way through the log.
  struct ResumeRequest {
    SessionId session;
    NotificationLog::Query query;
    Client client;  // as it was when it asked
    bool same_epoch;
    std::string request_id;
  };

  void Handle(SessionId session,
              const internal::protocol::ClientMessage& message);
  void SetIdentifier(SessionId session,
                     const internal::protocol::ClientMessage& message);
  void SendNotification(SessionId session,
                        const internal::protocol::ClientMessage& message);
  void Resume(SessionId session,
              const internal::protocol::ClientMessage& message);
  void FinishResume(const ResumeRequest& request,
                    const NotificationLog::ReadResult& read);
  static bool WasDelivered(const Notification& notification,
                           const ResumeRequest& request);

  /// Checks it and makes it ready for the log.
  std::optional<internal::Rejection> Check(Notification* notification);
  /// Puts it into the log and from there to whom it is for; then calls `done`
  /// (may be null) with the number of connections.
  void Accept(Notification notification,
              std::function<void(const Notification&, std::size_t)> done);
  std::size_t Deliver(const Notification& notification);

  void Report(const internal::Presence::Report& report);
  void Tell(const char* event,
            const std::vector<internal::Presence::Change>& changes,
            const char* what);

  void Reply(SessionId session, const Payload& payload) {
    broadcaster_.Send(session, payload, Delivery::kEvery);
  }
  void ReplyError(SessionId session, internal::protocol::ErrorCode code,
                  std::string_view sentence, std::string_view request_id);

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  NotificationLog& log_;
  const Options options_;
  const internal::RequestLimit request_limit_;
  NotificationRouter router_;
  internal::ClientIds client_ids_;
  std::unordered_map<SessionId, Client> clients_;
  std::optional<Payload> users_;  // as long as nothing has changed
  /// The newest that the log has finished with. log_.last_id() may be ahead of
  /// it, by notifications that nobody has got yet.
  std::uint64_t delivered_id_;
  Stats stats_;
  /// Tells callbacks of the log whether we are still there.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  internal::Presence presence_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_NOTIFIER_IMPL_H_
