#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// What server and client agree on about permessage-deflate (RFC 7692 §7.1).
/// There is never context takeover, in either direction: each message is
/// compressed by itself. So one compressed frame serves every client, and no
/// connection needs zlib state.
struct DeflateAgreement {
  enum class Outcome : std::uint8_t {
    kNone,  ///< there is no offer that can be met: go on without
    kAgreed,
    kMalformed,  ///< the header breaks RFC 6455 §9.1: refuse the handshake
  };

  Outcome outcome = Outcome::kNone;
  /// The window that the client inflates with, 9 to 15: 2^bits bytes.
  int server_window_bits = 15;
  /// The value of Sec-WebSocket-Extensions in the response.
  std::string response;
};

/// Takes the first offer of permessage-deflate that is valid and can be met.
/// `offers` is the value of Sec-WebSocket-Extensions, its lines joined by
/// commas. An offer with a window of 8 bits cannot be met, because zlib does
/// not compress with that window.
DeflateAgreement NegotiateDeflate(std::string_view offers);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATE_NEGOTIATION_H_
