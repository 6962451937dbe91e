#include "price_text.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tickerhub::internal {
namespace {

constexpr std::size_t kMinDecimals = 2;

// Both factors of a percentage can have 63 bits.
__extension__ using WideInt = __int128;

const char* SignOf(Price price, Price reference) {
  if (price == reference) return "";
  return price > reference ? "+" : "\u2212";
}

// How many decimals a page shows of it.
std::size_t DecimalsOf(Price price) {
  const std::string text = price.ToString();
  const std::size_t point = text.find('.');
  return point == std::string::npos
             ? kMinDecimals
             : std::max(kMinDecimals, text.size() - point - 1);
}

// `units` of 10^-8 with that many decimals; what is beyond is cut off.
std::string Decimal(std::uint64_t units, std::size_t decimals) {
  const auto one = static_cast<std::uint64_t>(Price::kUnitsPerOne);
  std::string fraction = std::to_string(units % one);
  fraction.insert(0, Price::kDecimals - fraction.size(), '0');
  return std::to_string(units / one) + "." + fraction.substr(0, decimals);
}

std::uint64_t Distance(Price a, Price b) {
  return static_cast<std::uint64_t>(std::max(a, b).units() -
                                    std::min(a, b).units());
}

}  // namespace

std::string PriceText(Price price) {
  return Decimal(static_cast<std::uint64_t>(price.units()), DecimalsOf(price));
}

std::string ChangeText(Price price, Price reference) {
  return SignOf(price, reference) +
         Decimal(Distance(price, reference),
                 std::max(DecimalsOf(price), DecimalsOf(reference)));
}

std::string PercentText(Price price, Price reference) {
  const WideInt hundredths =
      (WideInt{Distance(price, reference)} * 20'000 + reference.units()) /
      (WideInt{reference.units()} * 2);
  // 10^-8 units, so that Decimal() can write it; a price that grows from
  // 0.00000001 to the largest is more percent than 64 bits of units hold.
  std::string digits;
  for (WideInt rest = hundredths; rest > 0 || digits.size() < 3; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + int(rest % 10)));
  }
  digits.insert(digits.size() - kMinDecimals, ".");
  return SignOf(price, reference) + digits + "%";
}

const char* Direction(Price price, Price reference) {
  if (price == reference) return "flat";
  return price > reference ? "up" : "down";
}

}  // namespace tickerhub::internal
