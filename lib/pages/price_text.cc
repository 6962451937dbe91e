#include "price_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "text/scaled_price.h"

namespace tickerhub::internal {
namespace {

constexpr int kMinDecimals = 2;

const char* SignOf(Price price, Price reference) {
  if (price == reference) return "";
  return price > reference ? "+" : "\u2212";
}

// REQUIRES: number >= 0.
std::string Digits(Int128 number, int at_least) {
  std::string digits;
  for (; number > 0 || static_cast<int>(digits.size()) < at_least;
       number /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

// `units` of 10^-decimals, which are 0 or more.
std::string Decimal(Int128 units, int decimals) {
  std::string digits = Digits(units, decimals + 1);
  if (decimals == 0) return digits;
  digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
  return digits;
}

Int128 SizeOf(Int128 number) { return number < 0 ? -number : number; }

// In units of 10^-decimals.
Int128 Distance(Price a, Price b, int decimals) {
  return SizeOf(Scaled(a, decimals) - Scaled(b, decimals));
}

}  // namespace

int DecimalsOf(Price price) { return std::max(kMinDecimals, price.decimals()); }

std::string Grouped(std::string text) {
  constexpr std::size_t kGroup = 3;
  const std::size_t begin = text.find_first_of("0123456789");
  if (begin == std::string::npos) return text;
  const std::size_t point = std::min(text.find('.'), text.size());
  for (std::size_t end = point; end > begin + kGroup;) {
    end -= kGroup;
    text.insert(end, ",");
  }
  return text;
}

std::string PriceText(Price price, int at_least) {
  const int decimals = std::max(at_least, price.decimals());
  return (price < Price() ? "\u2212" : "") +
         Decimal(SizeOf(Scaled(price, decimals)), decimals);
}

std::string ChangeText(Price price, Price reference) {
  const int decimals = std::max(DecimalsOf(price), DecimalsOf(reference));
  return SignOf(price, reference) +
         Decimal(Distance(price, reference, decimals), decimals);
}

std::string PercentText(Price price, Price reference) {
  if (reference.is_zero()) return "";
  const int decimals = CommonDecimals(price, reference);
  const Int128 of = SizeOf(Scaled(reference, decimals));
  const Int128 distance = Distance(price, reference, decimals);
  // Digit for digit, as on paper: a ten-thousandfold would need more than 128
  // bits.
  Int128 whole = distance / of;
  const Int128 percents = distance % of * 100;
  const Int128 hundredths = percents % of * 100;
  Int128 parts = percents / of * 100 + hundredths / of;  // of ten thousand
  if (hundredths % of * 2 >= of) ++parts;
  whole += parts / 10'000;
  parts %= 10'000;
  const std::string above = whole > 0 ? Digits(whole, 1) : "";
  std::string digits = above + Digits(parts, above.empty() ? 3 : 4);
  digits.insert(digits.size() - static_cast<std::size_t>(kMinDecimals), ".");
  return SignOf(price, reference) + digits + "%";
}

const char* Direction(Price price, Price reference) {
  if (price == reference) return "flat";
  return price > reference ? "up" : "down";
}

}  // namespace tickerhub::internal
