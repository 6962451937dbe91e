#include "load/masked_frame.h"

#include <cstddef>

namespace tickerhub::load {
namespace {

constexpr std::uint16_t kNoCode = 1005;

void AppendBigEndian(std::string* out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift & 0xff));
  }
}

}  // namespace

std::string MaskedFrame(Opcode opcode, std::string_view payload,
                        std::uint32_t key) {
  std::string frame;
  frame.reserve(payload.size() + 14);
  frame.push_back(static_cast<char>(0x80 | static_cast<int>(opcode)));
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else if (payload.size() <= 0xffff) {
    frame.push_back(static_cast<char>(0x80 | 126));
    AppendBigEndian(&frame, payload.size(), 2);
  } else {
    frame.push_back(static_cast<char>(0x80 | 127));
    AppendBigEndian(&frame, payload.size(), 8);
  }
  AppendBigEndian(&frame, key, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const auto mask = static_cast<unsigned char>(key >> (24 - i % 4 * 8));
    frame.push_back(
        static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask));
  }
  return frame;
}

std::string ClosePayload(std::uint16_t code) {
  std::string payload;
  if (code != kNoCode) AppendBigEndian(&payload, code, 2);
  return payload;
}

std::uint16_t CloseCodeOf(std::string_view payload) {
  if (payload.size() < 2) return kNoCode;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0])
                                        << 8 |
                                    static_cast<unsigned char>(payload[1]));
}

}  // namespace tickerhub::load
