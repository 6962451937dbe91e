#ifndef TICKERHUB_BENCHMARKS_LOAD_HANDSHAKE_H_
#define TICKERHUB_BENCHMARKS_LOAD_HANDSHAKE_H_

// The opening handshake from the client's side (RFC 6455 §4.1).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::load {

/// The key of RFC 6455 §1.3 and its answer. A load uses it for every
/// connection: it is there against caches and confused servers, and working out
/// a hash for each of a hundred thousand clients would measure the load.
inline constexpr std::string_view kHandshakeKey = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view kHandshakeAccept =
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// `host` as in the Host field, `path` with its query. `compression` offers
/// permessage-deflate without context takeover.
std::string HandshakeRequest(std::string_view host, std::string_view path,
                             bool compression);

struct HandshakeAnswer {
  enum class State : std::uint8_t {
    kIncomplete,
    kAccepted,
    kRefused,  ///< an HTTP response with another status than 101
    kInvalid,
  };

  State state = State::kIncomplete;
  std::size_t bytes = 0;     ///< of the header; frames may follow
  int status = 0;            ///< of the HTTP response
  bool compression = false;  ///< the server agreed to it
  const char* reason = "";   ///< why it is invalid
};

/// Reads the front of what a server has answered so far to a request that did,
/// or did not, offer `compression`.
HandshakeAnswer ReadHandshakeAnswer(std::string_view bytes, bool compression);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_HANDSHAKE_H_
