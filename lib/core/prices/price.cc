#include "tickerhub/price.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "text/ascii.h"
#include "text/scaled_price.h"

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

// Beyond this exponent the number does not fit, whatever its digits: no text
// has that many.
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

// The digits of a number without the zeros at their front.
struct Digits {
  std::int64_t value = 0;  // of the first Price::kMaxDigits
  std::int64_t count = 0;
};

void TakeInto(Digits* digits, std::string_view text) {
  for (const char c : text) {
    if (digits->count == 0 && c == '0') continue;
    if (++digits->count <= Price::kMaxDigits) {
      digits->value = digits->value * 10 + (c - '0');
    }
  }
}

std::optional<Price> ToPrice(const Decimal& number, PriceError* why) {
  Digits digits;
  TakeInto(&digits, number.integer);
  TakeInto(&digits, number.fraction);
  std::int64_t decimals =
      static_cast<std::int64_t>(number.fraction.size()) - number.exponent;
  if (digits.count > 0 && digits.count - decimals > Price::kMaxDigits) {
    return Failed(PriceError::kTooLarge, why);
  }
  if (digits.count > Price::kMaxDigits || decimals > Price::kMaxDecimals) {
    return Failed(PriceError::kTooPrecise, why);
  }
  std::int64_t mantissa = digits.value;
  if (decimals < 0) {
    if (mantissa != 0)
      mantissa *= internal::PowerOfTen(static_cast<int>(-decimals));
    decimals = 0;
  }
  return Price::Of(number.negative ? -mantissa : mantissa,
                   static_cast<int>(decimals));
}

// What FromDouble() writes and reads: 18 digits, a point and 18 decimals at
// most.
constexpr std::size_t kMaxDoubleChars = 64;

}  // namespace

const char* Describe(PriceError error) {
  // In the order of PriceError.
  constexpr const char* kSentences[] = {
      "the price is missing",
      "a price must be a decimal number",
      "a price must be finite",
      "a price must have at most 18 digits before the point",
      "a price must have at most 18 digits, and at most 18 after the point",
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
  return ToPrice(*number, why);
}

std::optional<Price> Price::FromDouble(double value, PriceError* why) {
  PriceError unread;
  if (why == nullptr) why = &unread;
  if (!std::isfinite(value)) return Failed(PriceError::kNotFinite, why);
  if (std::abs(value) >= static_cast<double>(kMantissaLimit)) {
    return Failed(PriceError::kTooLarge, why);
  }
  char text[kMaxDoubleChars];
  PriceError error{};
  char* end = std::to_chars(text, text + sizeof text, value).ptr;
  const std::string_view shortest(text, static_cast<std::size_t>(end - text));
  if (const auto price = Parse(shortest, &error)) return price;
  end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                      kMaxDecimals)
            .ptr;
  while (end[-1] == '0') --end;  // there is a point before them
  const auto rounded =
      Parse({text, static_cast<std::size_t>(end - text)}, &error);
  if (!rounded || rounded->is_zero()) {
    return Failed(PriceError::kTooPrecise, why);
  }
  return rounded;
}

double Price::ToDouble() const {
  // Both are exact up to here, so their quotient is the nearest.
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (mantissa_ > -kExact && mantissa_ < kExact) {
    constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                  1e14, 1e15, 1e16, 1e17, 1e18};
    return static_cast<double>(mantissa_) / kPowers[decimals_];
  }
  char text[kMaxChars];
  double value = 0;
  std::from_chars(text, text + Format(text), value);
  return value;
}

std::size_t Price::Format(char* out) const {
  char* end = out;
  if (mantissa_ < 0) *end++ = '-';
  char digits[kMaxDigits + 1];
  const std::int64_t size_of = mantissa_ < 0 ? -mantissa_ : mantissa_;
  const auto count =
      std::to_chars(digits, digits + sizeof digits, size_of).ptr - digits;
  const std::ptrdiff_t before = count - decimals_;  // the point
  if (before > 0) {
    end = std::copy(digits, digits + before, end);
    if (decimals_ == 0) return static_cast<std::size_t>(end - out);
    *end++ = '.';
    end = std::copy(digits + before, digits + count, end);
  } else {
    *end++ = '0';
    *end++ = '.';
    end = std::fill_n(end, -before, '0');
    end = std::copy(digits, digits + count, end);
  }
  return static_cast<std::size_t>(end - out);
}

std::string Price::ToString() const {
  char text[kMaxChars];
  return std::string(text, Format(text));
}

int Price::Compare(Price a, Price b) {
  const int decimals = internal::CommonDecimals(a, b);
  const internal::Int128 left = internal::Scaled(a, decimals);
  const internal::Int128 right = internal::Scaled(b, decimals);
  return left == right ? 0 : left < right ? -1 : 1;
}

std::optional<Price> Difference(Price a, Price b) {
  int decimals = internal::CommonDecimals(a, b);
  internal::Int128 difference =
      internal::Scaled(a, decimals) - internal::Scaled(b, decimals);
  const auto fits = [&difference] {
    return difference > -Price::kMantissaLimit &&
           difference < Price::kMantissaLimit;
  };
  while (!fits() && decimals > 0 && difference % 10 == 0) {
    difference /= 10;
    --decimals;
  }
  if (!fits()) return std::nullopt;
  return Price::Of(static_cast<std::int64_t>(difference), decimals);
}

std::optional<double> PercentChange(Price price, Price reference) {
  if (reference.is_zero()) return std::nullopt;
  const int decimals = internal::CommonDecimals(price, reference);
  const internal::Int128 from = internal::Scaled(reference, decimals);
  const internal::Int128 to = internal::Scaled(price, decimals);
  return 100.0 * static_cast<double>(to - from) /
         static_cast<double>(from < 0 ? -from : from);
}

}  // namespace tickerhub
