#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_ACCESS_LOG_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_ACCESS_LOG_H_

#include <chrono>
#include <cstddef>
#include <string_view>

#include "http/request_line.h"
#include "sessions/loop_context.h"
#include "tickerhub/websocketpp/access_record.h"

namespace tickerhub::internal {

/// Tells Server::Options::access_log of the response to the slot's request.
/// Call it on the loop's thread. REQUIRES: the slot has its handshake.
inline void LogAccess(LoopContext& loop, LoopSessions::Slot slot, int status,
                      std::size_t bytes) {
  if (!loop.options.access_log) return;
  const LoopSession& session = loop.sessions.at(slot);
  const auto& request = session.handshake->get_request();
  // Whoever answers has moved the target out of the request.
  std::string_view path = session.handshake->info().request.path;
  if (path.empty()) path = request.get_uri();
  AccessRecord record;
  record.remote = session.remote;
  record.method = request.get_method();
  record.path = PathOf(path);
  record.status = status;
  record.bytes = bytes;
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - session.since);
  record.from_admin_listener = loop.ListenerOf(session).admin;
  loop.log.WriteAccess(loop.options.access_log, record);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_ACCESS_LOG_H_
