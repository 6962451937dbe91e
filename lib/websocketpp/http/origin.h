#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_ORIGIN_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_ORIGIN_H_

// Which web pages may use this server. A browser says with each WebSocket, and
// with each request that writes, from which origin the page is (RFC 6454). It
// does not hinder a page of any site to send them, and it sends the cookies of
// this server along. So the server has to look.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/header_fields.h"
#include "tickerhub/websocketpp/http.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// The page that has sent a request.
enum class OriginVerdict : std::uint8_t {
  kNoPage,   ///< a program, or a page that only reads from its own server
  kOwn,      ///< a page of this server
  kAllowed,  ///< a page of one of the origins that are allowed
  kForeign,  ///< any other page, or one that hides its origin ("null")
};

/// What a page's origin is compared with.
struct OwnOrigin {
  /// Server::Options::allowed_origins.
  const std::vector<std::string>& allowed;
  /// The host, with its port, that the client sees.
  std::string_view host;
  /// "http" or "https" as the client sees it. Empty if the server cannot know:
  /// something before it may have done the TLS. Then both will do.
  std::string_view scheme;
  /// Only this machine can connect, and nobody has said that there is a proxy.
  /// A host with a name other than "localhost" is then the trick of a page of
  /// another site, whose name leads to this machine ("DNS rebinding").
  bool only_local_names = false;
};

/// `origin`: the request's Origin header; empty if it has none.
OriginVerdict JudgeOrigin(std::string_view origin, const OwnOrigin& own);

/// What a proxy that is trusted says of a request.
struct SeenByClient {
  std::string_view host;    ///< empty: the field Host has it
  std::string_view scheme;  ///< "http" or "https"; empty: it does not say
  bool behind_proxy = false;
};

/// The same by the fields of a request that has come in by `listener`.
OriginVerdict JudgePage(const HeaderFields& headers, const Listener& listener,
                        const std::vector<std::string>& allowed,
                        const SeenByClient& seen = {});

/// The path under which pages of allowed origins may read answers.
inline constexpr std::string_view kApiPath = "/api/";

/// Returns the answer to a request that the origin decides: 403 for a write of
/// a foreign page, 200 for the question of a browser whether an allowed page
/// may write (CORS-preflight, Fetch §4.8). Returns nothing for all others.
std::optional<HttpResponse> AnswerByOrigin(const HttpRequest& request,
                                           OriginVerdict verdict);

/// Lets the page that sent the request read the response, if it is one of the
/// API (Fetch §3.2.3). REQUIRES: its origin is allowed.
void LetRead(const HttpRequest& request, HttpResponse* response);

/// Says to a refused client why.
inline constexpr std::string_view kForeignOrigin =
    "a page of another origin may not do this; whoever runs the server can "
    "allow its origin\n";

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_ORIGIN_H_
