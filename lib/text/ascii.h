#ifndef TICKERHUB_LIB_TEXT_ASCII_H_
#define TICKERHUB_LIB_TEXT_ASCII_H_

// ASCII characters and texts. The functions of <cctype> depend on the locale;
// these do not. Any thread may call them.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tickerhub::internal {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns the value of a hexadecimal digit, or -1 if it is none.
constexpr int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = LowerCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Returns the character that the text begins with as an escape of an URL (RFC
/// 3986 §2.1), such as "%2F". Returns nothing if it does not begin with one.
constexpr std::optional<char> EscapeAt(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const int high = HexDigit(text[1]);
  const int low = HexDigit(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerCase(x) == LowerCase(y);
  });
}

inline bool BeginsWith(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}
inline bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

/// Removes the first part of a text and the separator after it. Returns the
/// part, which is the whole text if there is no separator.
inline std::string_view TakePart(std::string_view* text, char separator) {
  const std::size_t size = std::min(text->find(separator), text->size());
  const std::string_view part = text->substr(0, size);
  text->remove_prefix(std::min(size + 1, text->size()));
  return part;
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
