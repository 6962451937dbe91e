#include "http/path_rest.h"

#include <algorithm>
#include <cstddef>

#include "text/ascii.h"
#include "text/field_value.h"
#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

bool MayBeInSegment(char c) {
  return c != '/' && c != '\\' && c != '\t' &&
         !kIsControl[static_cast<unsigned char>(c)];
}

std::optional<std::string> DecodeSegment(std::string_view segment) {
  std::string decoded;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    char c = segment[i];
    if (c == '%') {
      const std::optional<char> escaped = EscapeAt(segment.substr(i));
      if (!escaped) return std::nullopt;
      c = *escaped;
      i += 2;
    }
    if (!MayBeInSegment(c)) return std::nullopt;
    decoded += c;
  }
  if (decoded == "." || decoded == ".." || !IsValidUtf8(decoded)) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace

std::optional<std::string> DecodePathRest(std::string_view rest) {
  std::string decoded;
  for (;;) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const auto segment = DecodeSegment(rest.substr(0, end));
    if (!segment) return std::nullopt;
    decoded += *segment;
    if (end == rest.size()) return decoded;
    // An empty segment could make an absolute path of the rest.
    if (segment->empty()) return std::nullopt;
    decoded += '/';
    rest.remove_prefix(end + 1);
  }
}

}  // namespace tickerhub::internal
