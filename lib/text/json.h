#ifndef TICKERHUB_LIB_TEXT_JSON_H_
#define TICKERHUB_LIB_TEXT_JSON_H_

// Appends JSON values to a string. Any thread may call these.

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Appends `text` in quotes, escaped as RFC 8259 §7 asks. Also escapes <, > and
/// & (as \u003c), so that the JSON may stand in an HTML script. REQUIRES:
/// `text` is valid UTF-8.
void AppendString(std::string* out, std::string_view text);

template <typename Integer>
void AppendNumber(std::string* out, Integer number) {
  char digits[24];
  const std::to_chars_result end =
      std::to_chars(digits, digits + sizeof digits, number);
  out->append(digits, static_cast<std::size_t>(end.ptr - digits));
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_JSON_H_
