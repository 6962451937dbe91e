#ifndef TICKERHUB_WEBSOCKETPP_HTTP_H_
#define TICKERHUB_WEBSOCKETPP_HTTP_H_

// The requests that Server::Route() hands to your code, and the responses that
// it returns. A connection serves one request: the server closes it after the
// response.
//
//     server.Route("GET", "/hello",
//                  [](const tickerhub::HttpRequest&,
//                     const tickerhub::HttpReply& reply) {
//                    tickerhub::HttpResponse response;
//                    response.body = "hello\n";
//                    reply(response);
//                  });
//
// Threads: handlers run on the hub's thread. Call a reply from the hub's thread
// only. Any thread may use the structs as values and call ContentTypeOf().

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickerhub {

struct HttpRequest {
  std::string method;          ///< "GET", "POST", …; a HEAD comes as a GET
  std::string path;            ///< without the query: "/api/stocks"
  std::string query;           ///< what follows the '?', not decoded
  std::string body;            ///< at most Server::Options::max_http_body_bytes
  std::string remote_address;  ///< "127.0.0.1"
  /// The names are in lower case.
  std::vector<std::pair<std::string, std::string>> headers;

  /// Returns the value of a header; empty if the client did not send it.
  /// REQUIRES: the name is in lower case.
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
  /// Further headers. The server itself writes Content-Type, Content-Length,
  /// Connection, Date, X-Content-Type-Options and Referrer-Policy.
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Sends the response. A second call has no effect. You may keep a copy and
/// call it after the handler has returned. The client gets 500 if every copy is
/// destroyed without a call, and is cut off after
/// Server::Options::handshake_timeout.
using HttpReply = std::function<void(HttpResponse)>;

/// Answers the requests of a route.
using HttpHandler = std::function<void(const HttpRequest&, HttpReply)>;

/// A file that is served from memory.
struct StaticFile {
  std::string content_type;
  std::string content;
};

/// Returns the content type for the ending of a file name: "text/javascript;
/// charset=utf-8" for "app.js". Returns "application/octet-stream" for an
/// ending that it does not know.
std::string_view ContentTypeOf(std::string_view file_name);

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_H_
