#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_

#include <array>
#include <string_view>

namespace tickerhub::internal {

/// The value of Sec-WebSocket-Accept: 20 bytes in base64.
using AcceptKey = std::array<char, 28>;

/// Answers the key of a handshake (RFC 6455 §4.2.2): base64 of the SHA-1 of the
/// key and a text that the standard gives. REQUIRES: the key has 24 characters.
/// Any thread may call.
AcceptKey AcceptKeyOf(std::string_view key);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_
