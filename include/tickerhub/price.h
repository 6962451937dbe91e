#ifndef TICKERHUB_PRICE_H_
#define TICKERHUB_PRICE_H_

// A price as an exact decimal: a whole number of 10^-8, in 64 bits. What was
// read is what is sent: "150.10" never becomes 150.09999999999999.
//
//   tickerhub::Price::ParseResult r = tickerhub::Price::Parse("150.25");
//   if (!r.ok()) return Complain(tickerhub::Describe(r.error));
//   std::string text = r.price.ToString();      // "150.25"
//
// Every Price is above zero and at most Price::Max(). A value type of 8 bytes;
// safe to use from any thread as an int is.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub {

/// Why a text or a number is not a price.
enum class PriceError : std::uint8_t {
  kNone,
  kEmpty,       ///< nothing there
  kNotANumber,  ///< not a decimal number: "12a", "1,5", "0x10", "1e", " 1"
  kNotFinite,   ///< NaN or an infinity: "nan", "-inf", "Infinity", in any case
  kNegative,    ///< below zero
  kZero,        ///< zero, or so small that it rounds to zero
  kTooLarge,    ///< above Price::Max()
};

/// One plain sentence without a full stop, e.g. "a price must be above zero".
const char* Describe(PriceError error);

class Price {
 public:
  struct ParseResult;

  /// Digits kept after the decimal point.
  static constexpr int kDecimals = 8;
  /// Units in one: 10^kDecimals.
  static constexpr std::int64_t kUnitsPerOne = 100'000'000;
  /// Size of the longest text that Format() writes: "92233720368.54775807".
  static constexpr std::size_t kMaxChars = 20;

  /// The smallest price, 0.00000001.
  constexpr Price() : units_(1) {}

  /// REQUIRES: units > 0.
  static constexpr Price FromUnits(std::int64_t units) { return Price(units); }

  /// The largest price, 92233720368.54775807.
  static constexpr Price Max() { return Price(INT64_MAX); }

  /// Reads a decimal number: one digit at least, at most one point (anywhere:
  /// ".5" and "5." are numbers too), an optional exponent ("1.5e-5", as JSON
  /// writers print small numbers), an optional sign in front. Digits beyond the
  /// eighth decimal are rounded half to even, whatever their number. Does not
  /// look at the locale and accepts no blanks around the number.
  static ParseResult Parse(std::string_view text);

  /// The price nearest to `value`, half to even. For sources that compute in
  /// floating point; what arrives as text belongs in Parse().
  static ParseResult FromDouble(double value);

  constexpr std::int64_t units() const { return units_; }
  /// The nearest double, above 90 million perhaps the one beside it: for
  /// statistics and display, not for the wire.
  double ToDouble() const;

  /// Writes the shortest exact decimal ("150", "150.25", "0.00001234") to
  /// `out`, which has room for kMaxChars; returns how many characters. No
  /// terminating zero.
  std::size_t Format(char* out) const;
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

struct Price::ParseResult {
  Price price;  ///< Meaningful only if ok().
  PriceError error = PriceError::kNone;

  bool ok() const { return error == PriceError::kNone; }
};

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_H_
