#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/site.h"
#include "loop/loop_sessions.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// The request of a connection, in our own terms.
HttpRequest ReadRequest(const ConnectionPtr& connection);

/// Fills in the response, with the headers that every response has; sends it if
/// the connection was deferred.
void WriteResponse(const ConnectionPtr& connection,
                   const HttpResponse& response, bool head_only, bool deferred);

/// What `site` answers without the hub: a file (or 304), 404 or 405. Nothing if
/// a route has to be asked.
std::optional<HttpResponse> AnswerFromSite(const Site& site,
                                           const HttpRequest& request);

/// A reply that answers 500 by itself if everybody lets go of it.
HttpReply MakeReply(std::function<void(HttpResponse)> respond);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_
