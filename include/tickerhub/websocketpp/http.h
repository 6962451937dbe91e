#ifndef TICKERHUB_WEBSOCKETPP_HTTP_H_
#define TICKERHUB_WEBSOCKETPP_HTTP_H_

// What a Server's HTTP routes take and answer. One request a connection: the
// server closes it after the response.
//
//   server.Route("GET", "/hello", [](const tickerhub::HttpRequest&,
//                                    tickerhub::HttpReply reply) {
//     reply({200, "text/plain; charset=utf-8", "hello\n"});
//   });

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickerhub {

struct HttpRequest {
  std::string method;          ///< "GET", "POST", …; HEAD comes as GET
  std::string path;            ///< without the query: "/api/stocks"
  std::string query;           ///< what follows the '?'; not decoded
  std::string body;            ///< at most Server::Options::max_http_body_bytes
  std::string remote_address;  ///< "127.0.0.1"
  /// Names in lower case.
  std::vector<std::pair<std::string, std::string>> headers;

  /// The header of that name (in lower case); empty if it was not sent.
  std::string_view Header(std::string_view lower_case_name) const {
    for (const auto& header : headers) {
      if (header.first == lower_case_name) return header.second;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;  ///< RFC 9110 §15
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  /// Further headers. Content-Length, Connection, Date and the security headers
  /// are the server's.
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Takes the response, once; a second call does nothing. May be called after
/// the handler has returned, on the hub's thread. If every copy is gone without
/// a call, the client gets 500.
using HttpReply = std::function<void(HttpResponse)>;

/// Called on the hub's thread.
using HttpHandler = std::function<void(const HttpRequest&, HttpReply)>;

/// A file that is served from memory.
struct StaticFile {
  std::string content_type;
  std::string content;
};

/// "text/javascript; charset=utf-8" for "app.js": by the ending of the name;
/// application/octet-stream if it isn't known.
std::string_view ContentTypeOf(std::string_view file_name);

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_H_
