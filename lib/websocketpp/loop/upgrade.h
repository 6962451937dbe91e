#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_UPGRADE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_UPGRADE_H_

#include "http/site.h"
#include "sessions/loop_sessions.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::internal {

/// Answers a client that asks for a WebSocket connection (RFC 6455 §4.2.2):
/// finds the channel of its path and agrees on compression. Writes both into
/// `session`. Returns false if it refuses; the connection then has the status.
/// Call from the loop's thread, in websocketpp's validate handler.
bool AcceptUpgrade(const Site& site, const Server::Options& options,
                   LoopSession& session);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_UPGRADE_H_
