#ifndef TICKERHUB_LIB_TEXT_SCALED_PRICE_H_
#define TICKERHUB_LIB_TEXT_SCALED_PRICE_H_

// Prices with different decimals as whole numbers of the same unit. All of
// these are exact: 10^18 * 10^18 fits in 128 bits, and so does a hundred times
// as much.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "tickerhub/price.h"

namespace tickerhub::internal {

// __extension__: GCC and Clang have the type, ISO C++ does not.
__extension__ using Int128 = __int128;

/// REQUIRES: `exponent` is from 0 to 18.
constexpr std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

/// `price` in units of 10^-decimals.
/// REQUIRES: price.decimals() <= decimals <= Price::kMaxDecimals.
constexpr Int128 Scaled(Price price, int decimals) {
  return static_cast<Int128>(price.mantissa()) *
         PowerOfTen(decimals - price.decimals());
}

constexpr int CommonDecimals(Price a, Price b) {
  return std::max(a.decimals(), b.decimals());
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_SCALED_PRICE_H_
