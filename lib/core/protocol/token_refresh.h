#ifndef TICKERHUB_LIB_CORE_PROTOCOL_TOKEN_REFRESH_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_TOKEN_REFRESH_H_

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "protocol/client_message.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/error_code.h"
#include "tickerhub/identity.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal::protocol {

/// The `refresh` of both services: a client shows a new token. Its session ends
/// when that says, and has the rights that it gives. Has an entry only for
/// sessions that end.
///
/// Threads: belongs to the hub's thread.
class TokenRefresh {
 public:
  /// Hears what a session may from now on: its SessionInfo, with an address and
  /// no more of the request.
  using RightsListener = std::function<void(SessionId, const SessionInfo&)>;

  /// All must outlive this.
  TokenRefresh(Broadcaster& broadcaster, Scheduler& scheduler,
               const RefreshOptions& options, RightsListener on_rights)
      : broadcaster_(broadcaster),
        scheduler_(scheduler),
        options_(options),
        on_rights_(std::move(on_rights)) {}

  void OnOpen(SessionId session, const SessionInfo& info);
  void OnClose(SessionId session) {
    if (!users_.empty()) users_.erase(session);
  }

  /// Answers a `refresh`, or returns why it refuses it.
  std::optional<Rejection> Handle(SessionId session,
                                  const ClientMessage& message);

 private:
  struct User {
    std::string name;
    RemoteAddress address;
    std::optional<SteadyTime> asked;
  };

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  const RefreshOptions& options_;
  const RightsListener on_rights_;
  std::unordered_map<SessionId, User> users_;
};

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_TOKEN_REFRESH_H_
