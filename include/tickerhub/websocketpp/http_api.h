#ifndef TICKERHUB_WEBSOCKETPP_HTTP_API_H_
#define TICKERHUB_WEBSOCKETPP_HTTP_API_H_

// The services over HTTP, beside their channels (docs/protocol.md):
//   GET  /api/stocks          the snapshot message
//   GET  /api/users           the `users` message
//   POST /api/notifications   {"recipientId":"all","message":"…"} ->
//                             200 {"id":…,"delivered":…,"queued":0}
// Errors are {"error":{"code":"…","message":"…"}} with a fitting status.
//
// Threads: call before Server::Listen(), on the thread that made the server.

#include <string>

#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

/// `server` and `tracker` must outlive Server::Run().
void AddStockApi(Server& server, StockTracker& tracker);

struct NotificationApiOptions {
  /// Writes need "Authorization: Bearer TOKEN" (RFC 6750 §2.1); empty: see
  /// require_token.
  std::string token;
  /// With an empty token: refuse every write (403) rather than allow it. Set it
  /// where others than this machine can connect (see IsLoopback()).
  bool require_token = false;
};

/// `server` and `notifier` must outlive Server::Run().
void AddNotificationApi(Server& server, Notifier& notifier,
                        NotificationApiOptions options);

/// True for addresses which only this machine can reach: 127.0.0.0/8, ::1 and
/// "localhost".
bool IsLoopback(const std::string& address);

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_API_H_
