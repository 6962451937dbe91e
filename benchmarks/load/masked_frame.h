#ifndef TICKERHUB_BENCHMARKS_LOAD_MASKED_FRAME_H_
#define TICKERHUB_BENCHMARKS_LOAD_MASKED_FRAME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "load/frame_parser.h"

namespace tickerhub::load {

/// A whole frame as a client sends it: FIN, masked with `key` (RFC 6455 §5.3).
std::string MaskedFrame(Opcode opcode, std::string_view payload,
                        std::uint32_t key);

/// The payload of a close frame; no code at all for 1005 (§7.4.1).
std::string ClosePayload(std::uint16_t code);

/// The code in a close frame's payload: 1005 if there is none.
std::uint16_t CloseCodeOf(std::string_view payload);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_MASKED_FRAME_H_
