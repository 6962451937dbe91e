#ifndef TICKERHUB_LIB_TEXT_ASCII_H_
#define TICKERHUB_LIB_TEXT_ASCII_H_

// ASCII characters and texts. The functions of <cctype> depend on the locale;
// these do not. Any thread may call them.

#include <algorithm>
#include <string_view>

namespace tickerhub::internal {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerCase(x) == LowerCase(y);
  });
}

/// True for a space and a tab. A line break is not a blank.
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }

/// Removes the blanks at the front.
inline void SkipBlanks(std::string_view* text) {
  while (!text->empty() && IsBlank(text->front())) text->remove_prefix(1);
}

/// Returns `text` without the blanks at both ends.
inline std::string_view Trimmed(std::string_view text) {
  SkipBlanks(&text);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_ASCII_H_
