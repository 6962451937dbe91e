#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_REQUEST_LINE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_REQUEST_LINE_H_

#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// The first line of a request (RFC 9112 §3): "GET /a?b HTTP/1.1".
struct RequestLine {
  std::string method;
  /// The path with its query. Of a target in absolute form, "http://a/b", only
  /// "/b": the server has one site. "*" for OPTIONS, host and port for CONNECT.
  std::string target;
  std::string version;  ///< "HTTP/1.1", or another number
  /// Of a target in absolute form: "a". It counts instead of the field Host.
  std::string authority{};
};

/// Reads a request line without its end. Returns nothing if it is malformed.
/// Any thread may call.
std::optional<RequestLine> ReadRequestLine(std::string_view line);

/// The path of a target, without its query.
inline std::string_view PathOf(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// Whether the text is a host, or a host and a port (RFC 9110 §7.2, RFC 3986
/// §3.2.2): "example.org", "[::1]:9000". A host must not be empty. A port is
/// 1 to 65535, or empty.
bool IsAuthority(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_REQUEST_LINE_H_
