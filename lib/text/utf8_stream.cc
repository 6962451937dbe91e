#include "text/utf8_stream.h"

#include <cstring>

namespace tickerhub::internal {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

// How many bytes at the front are ASCII, by whole words.
std::size_t CountAscii(const char* data, std::size_t size) {
  std::size_t done = 0;
  while (size - done >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + done, sizeof word);
    if ((word & kHighBits) != 0) break;
    done += sizeof word;
  }
  return done;
}

}  // namespace

// The table of well-formed sequences: Unicode 15 §3.9, table 3-7.
bool Utf8Stream::TakeLead(unsigned char byte) {
  lowest_ = 0x80;
  highest_ = 0xBF;
  if (byte < 0x80) {
    wanted_ = 0;
  } else if (byte >= 0xC2 && byte <= 0xDF) {
    wanted_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    wanted_ = 2;
    if (byte == 0xE0) lowest_ = 0xA0;   // else overlong
    if (byte == 0xED) highest_ = 0x9F;  // else a surrogate
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    wanted_ = 3;
    if (byte == 0xF0) lowest_ = 0x90;   // else overlong
    if (byte == 0xF4) highest_ = 0x8F;  // else above U+10FFFF
  } else {
    return false;
  }
  return true;
}

bool Utf8Stream::Take(std::string_view bytes) {
  if (!valid_) return false;
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (wanted_ == 0) {
      i += CountAscii(bytes.data() + i, bytes.size() - i);
      if (i == bytes.size()) break;
      valid_ = TakeLead(static_cast<unsigned char>(bytes[i]));
    } else {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      valid_ = byte >= lowest_ && byte <= highest_;
      lowest_ = 0x80;
      highest_ = 0xBF;
      --wanted_;
    }
    if (!valid_) return false;
    ++i;
  }
  return true;
}

}  // namespace tickerhub::internal
