#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "common/logging.h"

namespace tickerhub::examples {
namespace {

// How many bytes the character at the beginning of `text` has; 0 if the text
// does not begin with valid UTF-8 (RFC 3629 §4).
std::size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i) {
    return (byte(i) & 0xC0U) == 0x80U;
  };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_overlong = first == 0xE0 && second < 0xA0;
    const bool is_surrogate = first == 0xED && second > 0x9F;
    return is_tail(1) && is_tail(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_overlong = first == 0xF0 && second < 0x90;
    const bool is_too_large = first == 0xF4 && second > 0x8F;
    return is_tail(1) && is_tail(2) && is_tail(3) && !is_overlong &&
                   !is_too_large
               ? 4
               : 0;
  }
  return 0;
}

}  // namespace

void AppendJsonText(std::string* out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t size = CharacterBytes(text);
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    static_cast<unsigned>(c));
      *out += escaped;
    } else if (size == 0) {
      *out += "\\ufffd";
    } else {
      out->append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

}  // namespace tickerhub::examples
