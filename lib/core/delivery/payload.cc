#include "tickerhub/payload.h"

#include <cstdint>
#include <utility>

namespace tickerhub {
namespace {

// RFC 6455 §5.2.
constexpr int kFin = 0x80;
constexpr int kRsv1 = 0x40;
constexpr int kOpcodeText = 1;
constexpr int kOpcodeBinary = 2;
constexpr std::size_t kMaxLength7 = 125;
constexpr std::size_t kMaxLength16 = 65'535;
constexpr char kLength16Follows = 126;
constexpr char kLength64Follows = 127;

constexpr std::size_t HeaderSize(std::size_t text_size) {
  if (text_size <= kMaxLength7) return 2;
  return text_size <= kMaxLength16 ? 4 : 10;
}

void WriteBigEndian(char* out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    *out++ = static_cast<char>(number >> shift & 0xff);
  }
}

}  // namespace

Payload::Payload(std::string room_and_text, Kind kind, bool compressed)
    : header_size_(HeaderSize(room_and_text.size() - kHeaderRoom)) {
  const std::size_t text_size = room_and_text.size() - kHeaderRoom;
  char* const header = room_and_text.data() + kHeaderRoom - header_size_;
  header[0] =
      static_cast<char>(kFin | (compressed ? kRsv1 : 0) |
                        (kind == Kind::kText ? kOpcodeText : kOpcodeBinary));
  if (header_size_ == 2) {
    header[1] = static_cast<char>(text_size);
  } else if (header_size_ == 4) {
    header[1] = kLength16Follows;
    WriteBigEndian(header + 2, text_size, 2);
  } else {
    header[1] = kLength64Follows;
    WriteBigEndian(header + 2, text_size, 8);
  }
  bytes_ = std::make_shared<const std::string>(std::move(room_and_text));
}

std::string Payload::Copy(std::string_view text) {
  std::string bytes;
  bytes.reserve(kHeaderRoom + text.size());
  bytes.append(kHeaderRoom, '\0').append(text);
  return bytes;
}

}  // namespace tickerhub
