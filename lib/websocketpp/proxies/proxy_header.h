#ifndef TICKERHUB_LIB_WEBSOCKETPP_PROXIES_PROXY_HEADER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_PROXIES_PROXY_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tickerhub/remote_address.h"

namespace tickerhub::internal {

/// The header of the PROXY protocol, version 1 or 2, with which a proxy begins
/// a connection (HAProxy's doc/proxy-protocol.txt).
struct ProxyHeader {
  /// Bytes of the largest header that is taken. The addresses need 52 bytes;
  /// what a proxy adds in version 2 (TLVs) fits.
  static constexpr std::size_t kMaxBytes = 1'024;

  enum class Outcome : std::uint8_t {
    kMore,  ///< the header is not whole
    kDone,
    kMalformed,  ///< or too large, or of something else than a TCP connection
  };

  Outcome outcome = Outcome::kMalformed;
  std::size_t size = 0;  ///< of the whole header
  /// Who connects to the proxy. Nothing if the proxy connects by itself (a
  /// health check), or does not know.
  std::optional<RemoteAddress> client;
};

/// Reads the header at the beginning of `bytes`. Its work does not grow with
/// what follows the header. Any thread may call.
ProxyHeader ReadProxyHeader(std::string_view bytes);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_PROXIES_PROXY_HEADER_H_
