#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_CONTROL_FRAME_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_CONTROL_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// RFC 6455 §5.5.
enum class ControlOpcode : std::uint8_t { kClose = 8, kPing = 9, kPong = 10 };

/// A control frame has at most this many bytes of payload (§5.5).
inline constexpr std::size_t kMaxControlBytes = 125;
/// What FrameReader reports for a close frame without a code (§7.1.5).
inline constexpr std::uint16_t kNoCloseCode = 1005;

/// Makes a frame without a mask, as a server sends it (§5.2).
/// REQUIRES: payload.size() <= kMaxControlBytes.
inline std::string ControlFrame(ControlOpcode opcode,
                                std::string_view payload) {
  std::string frame;
  frame.reserve(2 + payload.size());
  frame.push_back(static_cast<char>(0x80 | static_cast<int>(opcode)));
  frame.push_back(static_cast<char>(payload.size()));
  frame.append(payload);
  return frame;
}

/// Makes a close frame (§5.5.1). Leaves out what is too long of the reason.
/// kNoCloseCode stands for no code: the frame is empty then.
inline std::string CloseFrame(std::uint16_t code, std::string_view reason) {
  if (code == kNoCloseCode) return ControlFrame(ControlOpcode::kClose, {});
  std::string payload;
  payload.push_back(static_cast<char>(code >> 8));
  payload.push_back(static_cast<char>(code & 0xFF));
  payload.append(FittingReason(reason));
  return ControlFrame(ControlOpcode::kClose, payload);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_CONTROL_FRAME_H_
