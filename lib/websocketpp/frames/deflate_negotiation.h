#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// What server and client agree on about permessage-deflate (RFC 7692 §7.1).
/// Always without context takeover in both directions: each message is
/// compressed by itself, so that one compressed frame serves every client and
/// no connection needs zlib state.
struct DeflateAgreement {
  enum class Outcome : std::uint8_t {
    kNone,  ///< not offered, or no offer that can be taken: go on without
    kAgreed,
    kMalformed,  ///< the header breaks RFC 6455 §9.1: refuse the handshake
  };

  Outcome outcome = Outcome::kNone;
  /// The window that the client inflates with, 9 to 15: 2^bits bytes.
  int server_window_bits = 15;
  /// The value of Sec-WebSocket-Extensions in the response.
  std::string response;
};

/// `offers`: the request's Sec-WebSocket-Extensions, its lines joined by
/// commas. Takes the first offer of permessage-deflate that is valid and can be
/// met. An offer of a window of 8 bits can't: zlib has no such window when it
/// compresses.
DeflateAgreement NegotiateDeflate(std::string_view offers);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_
