#ifndef TICKERHUB_CONNECT_REQUEST_H_
#define TICKERHUB_CONNECT_REQUEST_H_

// What a client has sent to open a session (RFC 6455 §4.1), and what the server
// knows of the session from then on. An Admission decides by the request who
// may connect; ChannelHandler::OnOpen() gets both.
//
//     class Greeter : public tickerhub::ChannelHandler {
//       void OnOpen(tickerhub::SessionId session,
//                   const tickerhub::SessionInfo& info) override {
//         std::cout << info.identity << " comes from "
//                   << info.request.remote_address.ToString() << std::endl;
//       }
//     };
//
// Threads: values; use them from any thread as you use a std::string.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

struct TICKERHUB_EXPORT ConnectRequest {
  std::string path;   ///< without the query, not decoded: "/stocks"
  std::string query;  ///< what follows the '?', not decoded: "stocks=AAPL"
  HeaderFields headers;
  RemoteAddress remote_address;

  /// Returns the value of a parameter of the query, decoded: "%2B" is '+' and
  /// '+' is a blank, as browsers write them. Returns nothing if the query does
  /// not have it, and the first value if it has several.
  std::optional<std::string> QueryParameter(std::string_view name) const;

  /// Returns the value of a cookie (RFC 6265 §4.2) as the client sent it.
  /// Returns nothing if there is none. Valid as long as `headers`. Browsers
  /// send cookies for pages of other sites too; a Server refuses those pages.
  std::optional<std::string_view> Cookie(std::string_view name) const;

  /// Returns the token of "Authorization: Bearer TOKEN" (RFC 6750 §2.1), or
  /// nothing. Browsers cannot send it with a WebSocket. Valid as long as
  /// `headers`.
  std::optional<std::string_view> BearerToken() const;

  /// The subprotocols that the client offers (RFC 6455 §11.3.4), the one that
  /// it likes best first. Valid as long as `headers`.
  std::vector<std::string_view> Subprotocols() const;

  /// Returns the first of `supported` that the client offers; empty if it
  /// offers none of them.
  std::string ChooseSubprotocol(
      const std::vector<std::string>& supported) const;
};

/// A session that has opened.
struct TICKERHUB_EXPORT SessionInfo {
  ConnectRequest request;
  /// Who the client is, as the channel's Admission has found. Empty if there is
  /// none, or if it did not say.
  std::string identity;
  /// What it may, as the Admission has found. Rights have no effect by
  /// themselves; a ClientRule asks for them.
  std::vector<std::string> rights;
  /// When the session ends, unless the client shows a new token (`refresh`).
  std::optional<Timestamp> expires;
  /// The subprotocol that was agreed on; empty if none.
  std::string subprotocol;
};

/// Returns the value of a parameter of an HTTP query, see
/// ConnectRequest::QueryParameter().
TICKERHUB_EXPORT std::optional<std::string> QueryParameter(
    std::string_view query, std::string_view name);

}  // namespace tickerhub

#endif  // TICKERHUB_CONNECT_REQUEST_H_
