#include "tickerhub/price.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "prices/uint128.h"
#include "text/ascii.h"

namespace tickerhub {
namespace {

// A decimal number as it was written: digits with one point among them, times
// a power of ten. Points to the digits, so a number may have any length.
struct Decimal {
  bool negative = false;
  std::string_view integer;   // digits before the point
  std::string_view fraction;  // digits after it
  std::int64_t exponent = 0;
};

// Beyond this exponent the number is too large or zero, whatever its digits: no
// text has that many.
constexpr std::int64_t kExponentLimit = 1'000'000'000'000'000;

// Takes the digits at the front of `text` off it.
std::string_view TakeDigits(std::string_view* text) {
  const std::size_t count =
      std::min(text->find_first_not_of("0123456789"), text->size());
  const std::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

bool TakeSign(std::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) {
    return false;
  }
  const bool negative = text->front() == '-';
  text->remove_prefix(1);
  return negative;
}

std::optional<std::int64_t> ReadExponent(std::string_view text) {
  const bool negative = TakeSign(&text);
  const std::string_view digits = TakeDigits(&text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    value = std::min(value * 10 + (c - '0'), kExponentLimit);
  }
  return negative ? -value : value;
}

std::optional<Decimal> ReadDecimal(std::string_view text) {
  Decimal number;
  number.negative = TakeSign(&text);
  number.integer = TakeDigits(&text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    number.fraction = TakeDigits(&text);
  }
  if (number.integer.empty() && number.fraction.empty()) return std::nullopt;
  if (text.empty()) return number;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  const auto exponent = ReadExponent(text.substr(1));
  if (!exponent) return std::nullopt;
  number.exponent = *exponent;
  return number;
}

bool IsNotFinite(std::string_view text) {
  TakeSign(&text);
  return internal::EqualsIgnoringCase(text, "nan") ||
         internal::EqualsIgnoringCase(text, "inf") ||
         internal::EqualsIgnoringCase(text, "infinity");
}

std::nullopt_t Failed(PriceError error, PriceError* why) {
  *why = error;
  return std::nullopt;
}

// Rounds half to even. `half`: what follows `units` is a half or more; `more`:
// it is more than a half. `units` is below 10^19.
std::optional<Price> Rounded(std::uint64_t units, bool half, bool more,
                             PriceError* why) {
  if (half && (more || units % 2 == 1)) ++units;
  if (units == 0) return Failed(PriceError::kZero, why);
  if (units > static_cast<std::uint64_t>(INT64_MAX)) {
    return Failed(PriceError::kTooLarge, why);
  }
  return Price::FromUnits(static_cast<std::int64_t>(units));
}

// Reads the digits one by one until the eighth decimal, then looks at the rest
// only for how to round.
std::optional<Price> ToPrice(const Decimal& number, PriceError* why) {
  const auto integer_size = static_cast<std::int64_t>(number.integer.size());
  const auto size =
      integer_size + static_cast<std::int64_t>(number.fraction.size());
  const auto digit = [&](std::int64_t i) {
    return i < integer_size
               ? number.integer[static_cast<std::size_t>(i)]
               : number.fraction[static_cast<std::size_t>(i - integer_size)];
  };
  // How many digits, from the first on, stand for whole units.
  const std::int64_t kept = integer_size + number.exponent + Price::kDecimals;

  std::int64_t i = 0;
  while (i < size && digit(i) == '0') ++i;
  if (i == size || i > kept) return Failed(PriceError::kZero, why);
  if (kept - i > 19) return Failed(PriceError::kTooLarge, why);

  std::uint64_t units = 0;  // at most 19 digits: no overflow
  for (; i < kept; ++i) {
    const char c = i < size ? digit(i) : '0';
    units = units * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (i >= size || digit(i) < '5') return Rounded(units, false, false, why);
  bool more = digit(i) > '5';
  for (++i; i < size && !more; ++i) more = digit(i) != '0';
  return Rounded(units, true, more, why);
}

}  // namespace

const char* Describe(PriceError error) {
  // In the order of PriceError.
  constexpr const char* kSentences[] = {
      "the price is missing",
      "a price must be a decimal number",
      "a price must be finite",
      "a price must not be negative",
      "a price must be above zero, 0.00000001 at least",
      "a price must be at most 92233720368.54775807",
  };
  return kSentences[static_cast<std::size_t>(error)];
}

std::optional<Price> Price::Parse(std::string_view text, PriceError* why) {
  PriceError unread;
  if (why == nullptr) why = &unread;
  if (text.empty()) return Failed(PriceError::kEmpty, why);
  const std::optional<Decimal> number = ReadDecimal(text);
  if (!number) {
    return Failed(
        IsNotFinite(text) ? PriceError::kNotFinite : PriceError::kNotANumber,
        why);
  }
  if (number->negative) {
    constexpr auto kNone = std::string_view::npos;
    const bool is_zero = number->integer.find_first_not_of('0') == kNone &&
                         number->fraction.find_first_not_of('0') == kNone;
    return Failed(is_zero ? PriceError::kZero : PriceError::kNegative, why);
  }
  return ToPrice(*number, why);
}

std::optional<Price> Price::FromDouble(double value, PriceError* why) {
  PriceError unread;
  if (why == nullptr) why = &unread;
  if (!std::isfinite(value)) return Failed(PriceError::kNotFinite, why);
  if (value < 0) return Failed(PriceError::kNegative, why);
  if (value >= 1e11) return Failed(PriceError::kTooLarge, why);
  if (value < 1e-9) return Failed(PriceError::kZero, why);

  // value = mantissa / 2^shift exactly, and so value * 10^8 is exact in 128
  // bits: 53 for the mantissa and 27 for 10^8.
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  const int shift = 53 - exponent;  // 16 to 82, by the limits above
  const internal::Uint128 scaled = static_cast<internal::Uint128>(mantissa) *
                                   static_cast<internal::Uint128>(kUnitsPerOne);
  const internal::Uint128 units = scaled >> shift;
  const internal::Uint128 rest = scaled - (units << shift);
  const internal::Uint128 half = static_cast<internal::Uint128>(1)
                                 << (shift - 1);
  return Rounded(static_cast<std::uint64_t>(units), rest >= half, rest > half,
                 why);
}

double Price::ToDouble() const {
  return static_cast<double>(units_) / static_cast<double>(kUnitsPerOne);
}

std::size_t Price::Format(char* out) const {
  char* end = std::to_chars(out, out + kMaxChars, units_ / kUnitsPerOne).ptr;
  auto decimals = static_cast<std::uint32_t>(units_ % kUnitsPerOne);
  if (decimals != 0) {
    int count = kDecimals;
    while (decimals % 10 == 0) {
      decimals /= 10;
      --count;
    }
    *end = '.';
    for (int i = count; i > 0; --i) {
      end[i] = static_cast<char>('0' + decimals % 10);
      decimals /= 10;
    }
    end += count + 1;
  }
  return static_cast<std::size_t>(end - out);
}

std::string Price::ToString() const {
  char text[kMaxChars];
  return std::string(text, Format(text));
}

}  // namespace tickerhub
