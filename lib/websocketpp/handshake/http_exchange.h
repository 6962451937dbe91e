#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_

#include "handshake/transport.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// The request of a websocketpp connection, in our own terms.
HttpRequest ReadRequest(const ConnectionPtr& connection);

/// Gives the response to the connection, with the headers that every response
/// has. `head_only`: without the body. `deferred`: the connection waits for
/// it, so sends it at once. Does nothing if the connection has ended.
void WriteResponse(const ConnectionPtr& connection,
                   const HttpResponse& response, bool head_only, bool deferred);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HTTP_EXCHANGE_H_
