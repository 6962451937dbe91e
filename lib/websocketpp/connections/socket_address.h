#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_SOCKET_ADDRESS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_SOCKET_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "tickerhub/remote_address.h"

namespace tickerhub::internal {

/// The address of a socket's other end, as accept(2) gives it. Any thread may
/// call.
inline RemoteAddress RemoteAddressOf(const sockaddr_storage& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.ss_family == AF_INET) {
    sockaddr_in ipv4 = {};
    std::memcpy(&ipv4, &address, sizeof ipv4);
    std::memcpy(bytes.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    return {RemoteAddress::Family::kIpv4, bytes, ntohs(ipv4.sin_port)};
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 ipv6 = {};
  std::memcpy(&ipv6, &address, sizeof ipv6);
  std::memcpy(bytes.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
  return {RemoteAddress::Family::kIpv6, bytes, ntohs(ipv6.sin6_port)};
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_SOCKET_ADDRESS_H_
