#ifndef TICKERHUB_PRICE_H_
#define TICKERHUB_PRICE_H_

// A Price is the decimal that the venue wrote: a whole number of up to 18
// digits and the number of its decimals. What was read is what is sent: 150.10
// becomes neither 150.1 nor 150.09999999999999.
//
//     tickerhub::PriceError why;
//     if (auto price = tickerhub::Price::Parse("150.10", &why)) {
//       std::cout << price->ToString() << std::endl;  // 150.10
//     } else {
//       std::cerr << tickerhub::Describe(why) << std::endl;
//     }
//
// Zero and what is below zero are prices too: a future, a spread and a yield
// can have them.
//
// Prices compare by their value, whatever their decimals: 150.1 equals 150.10.
// Comparison and difference are exact.
//
// Threads: a value of 16 bytes; use it from any thread as you use an int.

#include <cassert>
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
  kTooLarge,    ///< more than Price::kMaxDigits digits before the point
  kTooPrecise,  ///< more digits or decimals than a price has room for
};

/// Returns a sentence without a full stop: "a price must be finite".
TICKERHUB_EXPORT const char* Describe(PriceError error);

class TICKERHUB_EXPORT Price {
 public:
  /// The most digits. Zeros at the front do not count.
  static constexpr int kMaxDigits = 18;
  /// The most decimals, which are the digits after the point.
  static constexpr int kMaxDecimals = 18;
  /// What is above the largest mantissa: 10^kMaxDigits.
  static constexpr std::int64_t kMantissaLimit = 1'000'000'000'000'000'000;
  /// The longest text that Format() writes: "-0.123456789012345678".
  static constexpr std::size_t kMaxChars = 21;

  /// Zero.
  constexpr Price() = default;

  /// Returns mantissa / 10^decimals. Of(15010, 2) is 150.10.
  /// REQUIRES: -kMantissaLimit < mantissa < kMantissaLimit, and `decimals` is
  /// from 0 to kMaxDecimals.
  static constexpr Price Of(std::int64_t mantissa, int decimals) {
    assert(-kMantissaLimit < mantissa && mantissa < kMantissaLimit);
    assert(0 <= decimals && decimals <= kMaxDecimals);
    return Price(mantissa, decimals);
  }

  /// The largest price, 999999999999999999. The smallest is its negative.
  static constexpr Price Max() { return Price(kMantissaLimit - 1, 0); }

  /// Reads a decimal number: an optional sign, one digit or more, at most one
  /// point anywhere (".5" and "5." are numbers too) and an optional exponent,
  /// which is applied exactly ("1.5e-5" is 0.000015). Keeps the decimals as
  /// they are written, and rounds nothing: a number that does not fit is
  /// refused. Accepts no blanks and does not depend on the locale. Returns
  /// nothing if `text` is not a price; `*why` then says why not, unless `why`
  /// is null.
  static std::optional<Price> Parse(std::string_view text,
                                    PriceError* why = nullptr);

  /// Returns the shortest decimal that reads back as `value`, for sources that
  /// compute in floating point; give text to Parse() instead. A number that
  /// needs more decimals than a price has is rounded to kMaxDecimals, but never
  /// to zero: that is kTooPrecise.
  static std::optional<Price> FromDouble(double value,
                                         PriceError* why = nullptr);

  /// All digits as one number, with the sign: 15010 of 150.10.
  constexpr std::int64_t mantissa() const { return mantissa_; }
  /// How many of the digits are decimals: 2 of 150.10.
  constexpr int decimals() const { return decimals_; }
  constexpr bool is_zero() const { return mantissa_ == 0; }
  /// Returns the double nearest to the price, for statistics and display.
  double ToDouble() const;

  /// Writes the price with all its decimals ("150", "150.10", "-0.00001234") to
  /// `out` without a terminating zero. Returns the number of characters.
  /// REQUIRES: `out` has room for kMaxChars.
  std::size_t Format(char* out) const;
  /// Returns what Format() writes.
  std::string ToString() const;

  friend constexpr bool operator==(Price a, Price b) {
    return a.decimals_ == b.decimals_ ? a.mantissa_ == b.mantissa_
                                      : Compare(a, b) == 0;
  }
  friend constexpr bool operator!=(Price a, Price b) { return !(a == b); }
  friend constexpr bool operator<(Price a, Price b) {
    return a.decimals_ == b.decimals_ ? a.mantissa_ < b.mantissa_
                                      : Compare(a, b) < 0;
  }
  friend constexpr bool operator>(Price a, Price b) { return b < a; }
  friend constexpr bool operator<=(Price a, Price b) { return !(b < a); }
  friend constexpr bool operator>=(Price a, Price b) { return !(a < b); }

 private:
  constexpr Price(std::int64_t mantissa, int decimals)
      : mantissa_(mantissa), decimals_(decimals) {}

  // Below 0, 0 or above 0, as `a` is to `b`. Their decimals may differ.
  static int Compare(Price a, Price b);

  std::int64_t mantissa_ = 0;
  std::int32_t decimals_ = 0;
};

/// Returns a - b, exact, with the decimals of the one that has more. Returns
/// nothing if that needs more digits than a price has.
TICKERHUB_EXPORT std::optional<Price> Difference(Price a, Price b);

/// Returns how far `price` is from `reference`, in percent of the size of
/// `reference`, for display. So it has the sign of price - reference, also
/// below zero: from -40 to -30 is +25 percent. Returns nothing if `reference`
/// is zero.
TICKERHUB_EXPORT std::optional<double> PercentChange(Price price,
                                                     Price reference);

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_H_
