#include "text/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace tickerhub::internal {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

// Returns where the ASCII at the front ends. Reads whole words first.
const char* SkipAscii(const char* at, const char* end) {
  while (end - at >= std::ptrdiff_t{sizeof(std::uint64_t)}) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if ((word & kHighBits) != 0) break;
    at += sizeof word;
  }
  while (at != end && static_cast<unsigned char>(*at) < 0x80) ++at;
  return at;
}

// Table 3-7 of Unicode 15 §3.9. Nothing follows ASCII, nor a byte that cannot
// begin a character.
constexpr Utf8Tail TailAfter(unsigned char byte) {
  if (byte < 0xC2) return {};  // ASCII, a continuation, or overlong
  if (byte < 0xE0) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};  // below: overlong
  if (byte == 0xED) return {2, 0x80, 0x9F};  // above: surrogates
  if (byte < 0xF0) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};  // below: overlong
  if (byte < 0xF4) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};  // above: past U+10FFFF
  return {};
}

}  // namespace

bool Utf8Stream::Take(std::string_view bytes) {
  if (!valid_) return false;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  Utf8Tail tail = tail_;  // a local one stays in registers
  for (;;) {
    for (; tail.count > 0 && at != end; ++at) {
      const auto byte = static_cast<unsigned char>(*at);
      if (byte < tail.lowest || byte > tail.highest) return valid_ = false;
      tail = {static_cast<std::uint8_t>(tail.count - 1), 0x80, 0xBF};
    }
    at = SkipAscii(at, end);
    if (at == end) break;
    tail = TailAfter(static_cast<unsigned char>(*at++));
    if (tail.count == 0) return valid_ = false;
  }
  tail_ = tail;
  return true;
}

bool IsValidUtf8(std::string_view text) {
  Utf8Stream stream;
  return stream.Take(text) && stream.IsComplete();
}

char32_t TakeCharacter(std::string_view* text) {
  const auto first = static_cast<unsigned char>(text->front());
  const std::size_t count = TailAfter(first).count;
  // Each byte that follows takes a bit of the first one, and one is always 0.
  char32_t character = count == 0 ? first : first & (0x3FU >> count);
  for (std::size_t i = 1; i <= count && i < text->size(); ++i) {
    character =
        (character << 6) | (static_cast<unsigned char>((*text)[i]) & 0x3FU);
  }
  text->remove_prefix(std::min(count + 1, text->size()));
  return character;
}

char32_t LastCharacter(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 &&
         (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
    --start;
  }
  text.remove_prefix(start);
  return TakeCharacter(&text);
}

}  // namespace tickerhub::internal
