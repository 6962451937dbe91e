#include "notifications/text_rules.h"

#include <cstddef>

namespace tickerhub::internal {
namespace {

unsigned char ByteAt(std::string_view text, std::size_t position) {
  return static_cast<unsigned char>(text[position]);
}

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The character at `*position`, which moves behind it.
char32_t Next(std::string_view text, std::size_t* position) {
  const unsigned char first = ByteAt(text, (*position)++);
  if (first < 0x80) return first;
  char32_t code = first < 0xE0   ? first & 0x1F
                  : first < 0xF0 ? first & 0x0F
                                 : first & 0x07;
  while (*position < text.size() && IsContinuation(ByteAt(text, *position))) {
    code = (code << 6) | (ByteAt(text, (*position)++) & 0x3F);
  }
  return code;
}

char32_t Last(std::string_view text) {
  std::size_t position = text.size() - 1;
  while (position > 0 && IsContinuation(ByteAt(text, position))) --position;
  return Next(text, &position);
}

bool IsControl(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||
         (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool IsBlank(char32_t code) {
  return code == 0x20 || (code >= 0x09 && code <= 0x0D) || code == 0x85 ||
         code == 0xA0 || code == 0x1680 || code == 0x180E ||
         (code >= 0x2000 && code <= 0x200F) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x2060 ||
         code == 0x3000 || code == 0xFEFF;
}

}  // namespace

bool HasControl(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    if (IsControl(Next(text, &position))) return true;
  }
  return false;
}

bool HasBlankAtAnEnd(std::string_view text) {
  if (text.empty()) return false;
  std::size_t position = 0;
  return IsBlank(Next(text, &position)) || IsBlank(Last(text));
}

bool IsOnlyBlanks(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    if (!IsBlank(Next(text, &position))) return false;
  }
  return true;
}

}  // namespace tickerhub::internal
