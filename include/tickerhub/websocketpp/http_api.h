#ifndef TICKERHUB_WEBSOCKETPP_HTTP_API_H_
#define TICKERHUB_WEBSOCKETPP_HTTP_API_H_

// Adds the services to a Server as an HTTP API, beside their channels. Programs
// that do not speak WebSocket use it (docs/protocol.md):
//   GET  /api/stocks          answers with the snapshot message; of some
//                             stocks with ?stocks=AAPL,MSFT
//   GET  /api/stocks/AAPL/history  answers with what is kept of its past:
//                             ?interval=1m, limit=, since=
//   GET  /api/users           answers with the `users` message
//   POST /api/notifications   takes {"recipientId":"all","message":"…"} and
//                             answers {"id":…,"delivered":…,"queued":0}; an
//                             array of them gets an array; Idempotency-Key
//   GET  /api/notifications   answers with a page of the inbox: ?user=, after=,
//                             before=, limit=. A user needs the API token, or
//                             a guard that says that it is that user
//   GET  /api/notifications/stream
//                             the same as they come, as server-sent events;
//                             Last-Event-ID resumes
//
//     tickerhub::NotificationApiOptions api;
//     api.token = "a long random text";
//     tickerhub::AddNotificationApi(server, notifier, api);
//     tickerhub::AddStockApi(server, tracker);
//
// A request of which a guard has found the identity (Server::Guard()) writes as
// that user, with that user's rights, and needs no API token.
//
// Notifier::Options::notifications bounds how often such a user writes, and how
// often a stranger does where no token is needed; readings bounds how often
// they read an inbox. Beyond it they get 429 with Retry-After, in seconds.
// Programs that show the API token, and those of this machine that are no
// users, are yours: nothing is charged. In the same way
// HistoryOptions::requests bounds how often an address asks for the past.
//
// Errors are {"error":{"code":"…","message":"…"}} with the HTTP status that
// docs/protocol.md gives for the code.
//
// Threads: call before Server::Listen(), on the thread that made the server.

#include <chrono>
#include <string>

#include "tickerhub/export.h"
#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

/// `tracker` must outlive Server::Run().
TICKERHUB_EXPORT void AddStockApi(Server& server, StockTracker& tracker);

struct TICKERHUB_EXPORT NotificationApiOptions {
  /// Writes, and reading the inbox of a user, need "Authorization: Bearer
  /// TOKEN" with this token (RFC 6750 §2.1); without it they get 401. Empty: no
  /// inbox of a user can be read with a token (403); for writes see
  /// require_token.
  std::string token;
  /// What happens to writes if `token` is empty. True: they get 403. False:
  /// everybody may write. Set it where other machines can connect, see
  /// IsLoopback().
  bool require_token = false;
  /// A stream on which nothing comes for this long gets a comment, within as
  /// long again, so that a proxy does not take it for dead. 0: no comments.
  std::chrono::milliseconds heartbeat{15'000};
};

/// `notifier` must outlive Server::Run().
TICKERHUB_EXPORT void AddNotificationApi(Server& server, Notifier& notifier,
                                         NotificationApiOptions options);

/// Returns whether only this machine can reach `address`: 127.0.0.0/8, ::1 and
/// "localhost".
TICKERHUB_EXPORT bool IsLoopback(const std::string& address);

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_API_H_
