#ifndef TICKERHUB_LIB_TEXT_FIELD_VALUE_H_
#define TICKERHUB_LIB_TEXT_FIELD_VALUE_H_

// Takes the values of HTTP fields apart: lists of elements, with optional white
// space (spaces and tabs, RFC 9110 §5.6.3) around them.
//
//   std::string_view list = "gzip ,, deflate";
//   // "gzip", "", "deflate":
//   while (!list.empty()) Use(TakeElement(&list, ','));
//
// It also knows which characters names and values have. Any thread may call
// these.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "text/ascii.h"

namespace tickerhub::internal {

/// By character: whether it may be in a token (RFC 9110 §5.6.2).
inline constexpr auto kIsTokenCharacter = [] {
  std::array<bool, 256> table{};
  for (const char mark : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(mark)] = true;
  }
  for (unsigned char digit = '0'; digit <= '9'; ++digit) table[digit] = true;
  for (unsigned char letter = 'a'; letter <= 'z'; ++letter) {
    table[letter] = table[letter - 'a' + 'A'] = true;
  }
  return table;
}();

/// By character: whether it is a control character but a tab. These may not be
/// in the value of a field (RFC 9110 §5.5).
inline constexpr auto kIsControl = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = 0; c < ' '; ++c) table[c] = c != '\t';
  table[0x7F] = true;
  return table;
}();

/// Removes the token at the front of the text and returns it; empty if there is
/// none.
inline std::string_view TakeToken(std::string_view* text) {
  const auto end =
      std::find_if(text->begin(), text->end(),
                   [](unsigned char c) { return !kIsTokenCharacter[c]; });
  const auto size = static_cast<std::size_t>(end - text->begin());
  const std::string_view token = text->substr(0, size);
  text->remove_prefix(size);
  return token;
}

inline bool IsToken(std::string_view text) {
  return !TakeToken(&text).empty() && text.empty();
}

/// Whether all characters may be in the value of a field.
inline bool IsFieldValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return kIsControl[c]; });
}

/// Removes the first element and the separator after it from the list. Returns
/// the element trimmed. It may be empty (RFC 9110 §5.6.1.2). A separator inside
/// quotes separates too.
inline std::string_view TakeElement(std::string_view* list, char separator) {
  return Trimmed(TakePart(list, separator));
}

/// Returns the media type of the value of a Content-Type field, without its
/// parameters (RFC 9110 §8.3.1).
inline std::string_view MediaTypeOf(std::string_view content_type) {
  return content_type.substr(0, content_type.find_first_of("; "));
}

/// Returns the token of the value of an Authorization field, "Bearer TOKEN"
/// (RFC 6750 §2.1). Returns nothing if there is none.
inline std::optional<std::string_view> BearerTokenOf(
    std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  const std::string_view token = Trimmed(authorization.substr(kScheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_FIELD_VALUE_H_
