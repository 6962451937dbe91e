#ifndef TICKERHUB_LIB_TEXT_RANDOM_HEX_H_
#define TICKERHUB_LIB_TEXT_RANDOM_HEX_H_

#include <cstddef>
#include <cstdio>
#include <random>
#include <string>

namespace tickerhub::internal {

/// Returns `words` times 32 bits that nobody can guess, as hexadecimal digits.
inline std::string RandomHex(std::size_t words) {
  std::random_device random;
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", random());
    text += digits;
  }
  return text;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_RANDOM_HEX_H_
