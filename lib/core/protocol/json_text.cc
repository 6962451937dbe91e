#include "protocol/json_text.h"

#include <charconv>
#include <cstring>

namespace tickerhub::internal::protocol {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' ||
         c == '<' || c == '>' || c == '&';
}

void AppendEscape(std::string* out, char c) {
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  *out += "\\u00";
  *out += kHex[byte >> 4];
  *out += kHex[byte & 15];
}

template <typename Integer>
void AppendInteger(std::string* out, Integer number) {
  char digits[24];
  const std::to_chars_result end =
      std::to_chars(digits, digits + sizeof(digits), number);
  out->append(digits, static_cast<std::size_t>(end.ptr - digits));
}

// Size of the sequence that starts `text` with a byte from 0x80 on, or 0 if it
// is not a well-formed one (Unicode 15, table 3-7).
std::size_t SequenceSize(std::string_view text) {
  const auto byte = [text](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&byte](std::size_t i) {
    return (byte(i) & 0xC0) == 0x80;
  };
  const unsigned lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;   // no overlong form
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // no surrogate
    const bool second = byte(1) >= low && byte(1) <= high;
    return second && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;   // no overlong form
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;  // nor past U+10FFFF
    const bool second = byte(1) >= low && byte(1) <= high;
    return second && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

void AppendString(std::string* out, std::string_view text) {
  *out += '"';
  std::size_t plain = 0;  // start of what has not been copied yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(text[i])) continue;
    out->append(text, plain, i - plain);
    AppendEscape(out, text[i]);
    plain = i + 1;
  }
  out->append(text, plain);
  *out += '"';
}

void AppendNumber(std::string* out, std::uint64_t number) {
  AppendInteger(out, number);
}

void AppendPrice(std::string* out, Price price) {
  char digits[Price::kMaxChars];
  out->append(digits, price.Format(digits));
}

void AppendSymbol(std::string* out, const Symbol& symbol) {
  *out += '"';
  out->append(symbol.view());
  *out += '"';
}

void AppendTime(std::string* out, Timestamp time) {
  AppendInteger(out, time.time_since_epoch().count());
}

bool IsValidUtf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= sizeof(std::uint64_t)) {  // eight ASCII ones at once
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, sizeof(word));
      if ((word & kHighBits) == 0) {
        i += sizeof(word);
        continue;
      }
    }
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const std::size_t size = SequenceSize(text.substr(i));
    if (size == 0) return false;
    i += size;
  }
  return true;
}

}  // namespace tickerhub::internal::protocol
