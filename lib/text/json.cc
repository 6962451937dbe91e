#include "text/json.h"

namespace tickerhub::internal {
namespace {

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' ||
         c == '<' || c == '>' || c == '&';
}

void AppendEscape(std::string* out, char c) {
  constexpr std::string_view kShort = "\"\\\n\r\t";
  if (const std::size_t at = kShort.find(c); at != std::string_view::npos) {
    *out += '\\';
    *out += "\"\\nrt"[at];
    return;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  *out += "\\u00";
  *out += kHex[byte >> 4];
  *out += kHex[byte & 15];
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

}  // namespace tickerhub::internal
