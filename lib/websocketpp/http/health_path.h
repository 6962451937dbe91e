#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEALTH_PATH_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEALTH_PATH_H_

#include <string_view>

#include "text/ascii.h"

namespace tickerhub::internal {

inline constexpr std::string_view kHealthPath = "/healthz";
inline constexpr std::string_view kReadyPath = "/readyz";

/// Whether a path is one of these.
inline bool IsHealthPath(std::string_view path) {
  return path == kHealthPath || path == kReadyPath;
}

/// Whether a connection that begins with these bytes asks for its health:
/// "GET /healthz HTTP/1.1".
inline bool AsksForHealth(std::string_view bytes) {
  for (const std::string_view method : {"GET ", "HEAD "}) {
    if (!BeginsWith(bytes, method)) continue;
    bytes.remove_prefix(method.size());
    for (const std::string_view path : {kHealthPath, kReadyPath}) {
      if (!BeginsWith(bytes, path)) continue;
      const char next = bytes.size() > path.size() ? bytes[path.size()] : ' ';
      return next == ' ' || next == '?' || next == '\r' || next == '\n';
    }
    return false;
  }
  return false;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEALTH_PATH_H_
