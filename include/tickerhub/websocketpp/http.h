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
// only. Any thread may use the structs as values and call the functions.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/identity.h"
#include "tickerhub/payload.h"
#include "tickerhub/remote_address.h"

namespace tickerhub {

class HttpStream;

struct TICKERHUB_EXPORT HttpRequest {
  std::string method;  ///< "GET", "POST", …; a HEAD comes as a GET
  std::string path;    ///< without the query, not decoded: "/api/stocks"
  /// Of a route for a prefix, what follows the prefix, decoded: "a b/c.txt" for
  /// "/files/*" and "/files/a%20b/c.txt". It cannot lead out of the folder that
  /// you look it up in. A request that might gets 400 and never reaches the
  /// handler: if a segment is ".", ".." or empty (but the last), is not UTF-8,
  /// or has a "/" as an escape, a "\", a control character, or a "%" that
  /// begins no escape.
  std::string rest;
  std::string query;  ///< what follows the '?', not decoded
  std::string body;   ///< at most Server::Options::max_http_body_bytes
  HeaderFields headers;
  RemoteAddress remote_address;
  bool from_admin_listener = false;  ///< see Listener::admin
  Identity identity;  ///< who it is, if an HttpGuard has found it out

  /// Returns the value of a header; empty if the client did not send it. The
  /// name may be in any case.
  std::string_view Header(std::string_view name) const {
    return headers.Get(name);
  }

  /// Returns the token of "Authorization: Bearer TOKEN" (RFC 6750 §2.1), or
  /// nothing. Valid as long as `headers`.
  std::optional<std::string_view> BearerToken() const;
};

struct TICKERHUB_EXPORT HttpResponse {
  int status = 200;  ///< 200 to 599, RFC 9110 §15
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  /// Further headers. A name that is no token and a value with a control
  /// character (RFC 9110 §5.5) are mistakes of the program: the client gets 500
  /// and the log says why. The server itself writes Content-Type,
  /// Content-Length, Connection, Date, X-Content-Type-Options and
  /// Referrer-Policy.
  std::vector<std::pair<std::string, std::string>> headers;
  /// If it is set, the response goes on: `body` is not sent, and this gets the
  /// stream that is its body, on the hub's thread (http_stream.h). It is not
  /// called if the client has gone, or has asked for the head only.
  std::function<void(std::shared_ptr<HttpStream>)> stream = nullptr;
  /// Instead of `body`: the text of a message. All who get it share it, so a
  /// large one takes its memory once, however many read it slowly.
  std::optional<Payload> shared_body = std::nullopt;
};

/// Sends the response. A second call has no effect. You may keep a copy and
/// call it after the handler has returned. The client gets 500 if every copy is
/// destroyed without a call, and is cut off after
/// Server::Options::handshake_timeout.
using HttpReply = std::function<void(HttpResponse)>;

/// Answers the requests of a route.
using HttpHandler = std::function<void(const HttpRequest&, HttpReply)>;

/// Looks at a request before its route or its page does: sets
/// HttpRequest::identity and returns nothing, or returns the refusal. It runs
/// on the thread of the connection's event loop, on several threads at once if
/// the server has several loops, and must not block. If it throws, the client
/// gets 500.
using HttpGuard =
    std::function<std::optional<HttpResponse>(HttpRequest& request)>;

/// A file that is served from memory.
struct TICKERHUB_EXPORT StaticFile {
  std::string content_type;
  std::string content;
};

/// A page that is the same for everybody. However many ask, it is made at most
/// once in max_age, and loops send its copy without the hub's thread.
struct TICKERHUB_EXPORT RenderedPage {
  /// Returns the content. Runs on a thread that renders pages and nothing else,
  /// so it must not touch what belongs to the hub's thread.
  using Render = std::function<std::string()>;

  /// Takes what the page shows and returns the function that writes it. Is
  /// called on the hub's thread when somebody asks and the newest copy is older
  /// than max_age. Keep it short: prices wait meanwhile. If it or the function
  /// throws, those who ask get 500.
  std::function<Render()> collect;
  /// A copy that is as old is not sent any more. Who asks then waits for the
  /// next one.
  std::chrono::milliseconds max_age{1'000};
  std::string content_type = "text/html; charset=utf-8";
  /// As in HttpResponse. The server adds Content-Encoding and Vary.
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Returns the content type for the ending of a file name: "text/javascript;
/// charset=utf-8" for "app.js". Returns "application/octet-stream" for an
/// ending that it does not know.
TICKERHUB_EXPORT std::string_view ContentTypeOf(std::string_view file_name);

/// Returns whether `text` is an origin as browsers write it (RFC 6454 §6.2):
/// "https://example.com:8443", in lower case, without a path and without the
/// port that the scheme has anyway. See Server::Options::allowed_origins.
TICKERHUB_EXPORT bool IsOrigin(std::string_view text);

/// Returns whether `text` is an address or a network: "10.0.0.1", "10.0.0.0/8",
/// "2001:db8::/32", with zeros behind the network. See
/// Server::Options::trusted_proxies.
TICKERHUB_EXPORT bool IsNetwork(std::string_view text);

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_H_
