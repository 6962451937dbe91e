#ifndef TICKERHUB_PRICE_H_
#define TICKERHUB_PRICE_H_

// A Price is an exact decimal: a whole number of 10^-8 in 64 bits. What was
// read is what is sent; 150.10 never becomes 150.09999999999999.
//
//     tickerhub::PriceError why;
//     if (auto price = tickerhub::Price::Parse("150.25", &why)) {
//       std::cout << price->ToString() << std::endl;  // 150.25
//     } else {
//       std::cerr << tickerhub::Describe(why) << std::endl;
//     }
//
// Every Price is above zero and at most Price::Max().
//
// Threads: a value of 8 bytes; use it from any thread as you use an int.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

/// Why a text or a number is not a price.
enum class PriceError : std::uint8_t {
  kEmpty,       ///< the text is empty
  kNotANumber,  ///< not a decimal number: "12a", "1,5", "0x10", "1e", " 1"
  kNotFinite,   ///< NaN or an infinity: "nan", "-inf", "Infinity", in any case
  kNegative,    ///< below zero
  kZero,        ///< zero, or so small that it rounds to zero
  kTooLarge,    ///< above Price::Max()
};

/// Returns a sentence without a full stop: "a price must be finite".
TICKERHUB_EXPORT const char* Describe(PriceError error);

class TICKERHUB_EXPORT Price {
 public:
  /// Digits kept after the decimal point.
  static constexpr int kDecimals = 8;
  /// Units in one: 10^kDecimals.
  static constexpr std::int64_t kUnitsPerOne = 100'000'000;
  /// The longest text that Format() writes: "92233720368.54775807".
  static constexpr std::size_t kMaxChars = 20;

  /// The smallest price, 0.00000001.
  constexpr Price() : units_(1) {}

  /// REQUIRES: units > 0.
  static constexpr Price FromUnits(std::int64_t units) { return Price(units); }

  /// The largest price, 92233720368.54775807.
  static constexpr Price Max() { return Price(INT64_MAX); }

  /// Reads a decimal number: an optional sign, one digit or more, at most one
  /// point anywhere (".5" and "5." are numbers too) and an optional exponent
  /// ("1.5e-5", as JSON writers print small numbers). Rounds half to even at
  /// the eighth decimal, however many digits follow. Accepts no blanks and does
  /// not depend on the locale. Returns nothing if `text` is not a price; `*why`
  /// then says why not, unless `why` is null.
  static std::optional<Price> Parse(std::string_view text,
                                    PriceError* why = nullptr);

  /// Returns the price nearest to `value`, half to even; otherwise as Parse().
  /// For sources that compute in floating point. Give text to Parse() instead.
  static std::optional<Price> FromDouble(double value,
                                         PriceError* why = nullptr);

  /// The number of 10^-8 in this price.
  constexpr std::int64_t units() const { return units_; }
  /// Returns a double near the price, for statistics and display. Above 90
  /// million it may not be the nearest.
  double ToDouble() const;

  /// Writes the shortest exact decimal ("150", "150.25", "0.00001234") to
  /// `out` without a terminating zero. Returns the number of characters.
  /// REQUIRES: `out` has room for kMaxChars.
  std::size_t Format(char* out) const;
  /// Returns what Format() writes.
  std::string ToString() const;

  friend constexpr bool operator==(Price a, Price b) {
    return a.units_ == b.units_;
  }
  friend constexpr bool operator!=(Price a, Price b) { return !(a == b); }
  friend constexpr bool operator<(Price a, Price b) {
    return a.units_ < b.units_;
  }
  friend constexpr bool operator>(Price a, Price b) { return b < a; }
  friend constexpr bool operator<=(Price a, Price b) { return !(b < a); }
  friend constexpr bool operator>=(Price a, Price b) { return !(a < b); }

 private:
  constexpr explicit Price(std::int64_t units) : units_(units) {}

  std::int64_t units_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_H_
