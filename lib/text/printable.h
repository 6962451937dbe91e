#ifndef TICKERHUB_LIB_TEXT_PRINTABLE_H_
#define TICKERHUB_LIB_TEXT_PRINTABLE_H_

#include <string>
#include <string_view>

#include "text/utf8.h"

namespace tickerhub::internal {

/// Appends `text` so that it stays one line of a log and does nothing to a
/// terminal: a control character becomes "\x1b". If `text` is not UTF-8, every
/// byte that is not ASCII becomes the same. Any thread may call.
inline void AppendPrintable(std::string* out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const bool is_utf8 = IsValidUtf8(text);
  const auto append_escaped = [out](unsigned char byte) {
    *out += "\\x";
    *out += kDigits[byte >> 4];
    *out += kDigits[byte & 15];
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters, too: C2 80 to C2 9F.
    const bool is_c1 = is_utf8 && byte == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) {
      append_escaped(static_cast<unsigned char>(text[++i]));
    } else if (byte < ' ' || byte == 0x7F || (byte >= 0x80 && !is_utf8)) {
      append_escaped(byte);
    } else {
      *out += text[i];
    }
  }
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_PRINTABLE_H_
