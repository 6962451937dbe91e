#ifndef TICKERHUB_LIB_CORE_ASCII_H_
#define TICKERHUB_LIB_CORE_ASCII_H_

// Characters without a locale: what <cctype> does depends on one.

#include <algorithm>
#include <string_view>

namespace tickerhub {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// `lower` is in lower case.
inline bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) {
                      return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
                    });
}

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_ASCII_H_
