#ifndef TICKERHUB_LIB_TEXT_ASCII_H_
#define TICKERHUB_LIB_TEXT_ASCII_H_

// Characters without a locale: what <cctype> does depends on one.

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

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_ASCII_H_
