#ifndef TICKERHUB_BENCHMARKS_LOAD_DEFLATE_ANSWER_H_
#define TICKERHUB_BENCHMARKS_LOAD_DEFLATE_ANSWER_H_

// The negotiation of permessage-deflate from the client's side (RFC 7692 §7.1).

#include <cstdint>
#include <string_view>

namespace tickerhub::load {

/// No context takeover: each message is compressed by itself, so a client keeps
/// nothing from one to the next.
inline constexpr std::string_view kDeflateOffer =
    "permessage-deflate; server_no_context_takeover; "
    "client_no_context_takeover";

enum class DeflateAnswer : std::uint8_t {
  kAgreed,
  kOther,    ///< something else than permessage-deflate, or more than one
  kInvalid,  ///< with a parameter that is no answer to the offer
};

/// Reads what a server chose when kDeflateOffer was all it was offered.
DeflateAnswer ReadDeflateAnswer(std::string_view chosen);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_DEFLATE_ANSWER_H_
