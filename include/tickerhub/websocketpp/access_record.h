#ifndef TICKERHUB_WEBSOCKETPP_ACCESS_RECORD_H_
#define TICKERHUB_WEBSOCKETPP_ACCESS_RECORD_H_

// What Server::Options::access_log is told of each request: one record when the
// response goes out, for HTTP and for WebSocket handshakes.
//
//     options.access_log = [](const tickerhub::AccessRecord& record) {
//       std::clog << record.remote.ToString() << ' ' << record.method << ' '
//                 << record.path << ' ' << record.status << '\n';
//     };
//
// It has no query, no header and no body: a token may stand in each of them.
// The method and the path are what the client sent; the server has checked that
// they hold no control character and no blank.
//
// Threads: a value. The views are valid during the call.

#include <chrono>
#include <cstddef>
#include <string_view>

#include "tickerhub/export.h"
#include "tickerhub/remote_address.h"

namespace tickerhub {

struct TICKERHUB_EXPORT AccessRecord {
  RemoteAddress remote;
  std::string_view method;  ///< empty if the request was none
  std::string_view path;    ///< likewise
  int status = 0;           ///< 101: a WebSocket session has opened
  /// Of the response, with its head. Of one that goes on (HttpStream): of the
  /// head alone. 0 for a session.
  std::size_t bytes = 0;
  /// Since the connection was accepted.
  std::chrono::microseconds took{0};
  bool from_admin_listener = false;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_ACCESS_RECORD_H_
