#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_

#include <array>
#include <string>
#include <string_view>
#include <websocketpp/base64/base64.hpp>
#include <websocketpp/sha1/sha1.hpp>

namespace tickerhub::internal {

/// Answers the key of a handshake with the value of Sec-WebSocket-Accept
/// (RFC 6455 §4.2.2): base64 of the SHA-1 of the key and a text that the
/// standard gives.
inline std::string AcceptKeyOf(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> digest;
  ::websocketpp::sha1::calc(text.data(), text.size(), digest.data());
  return ::websocketpp::base64_encode(digest.data(), digest.size());
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_ACCEPT_KEY_H_
