// Prices against a slow model that is exact: comparison, difference, and the
// way to text and back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "tickerhub/price.h"

namespace tickerhub {
namespace {

// A price of any size and scale; small numbers are as likely as large ones.
Price AnyPrice(std::mt19937_64* random) {
  const std::int64_t size =
      static_cast<std::int64_t>(((*random)() >> 1) >> (*random)() % 63) %
      Price::kMantissaLimit;
  return Price::Of((*random)() % 2 == 0 ? size : -size,
                   static_cast<int>((*random)() % 19));
}

TEST(PriceArithmeticTest, ReadsBackWhatItWrites) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const Price price = AnyPrice(&random);
    const std::optional<Price> read = Price::Parse(price.ToString());
    ASSERT_TRUE(read) << price.ToString();
    ASSERT_EQ(read->mantissa(), price.mantissa());
    ASSERT_EQ(read->decimals(), price.decimals());
  }
}

TEST(PriceArithmeticTest, ComparesByValueWhateverTheDecimals) {
  EXPECT_EQ(Price::Of(1501, 1), Price::Of(15'010, 2));
  EXPECT_EQ(Price(), Price::Of(0, 18));
  EXPECT_LT(Price::Of(-1, 0), Price::Of(-99, 2));
  EXPECT_GT(Price::Of(1, 0), Price::Of(99, 2));
  EXPECT_GT(Price::Max(), Price::Of(Price::kMantissaLimit - 1, 18));
}

// The slow model: digits as text, 18 before the point and 18 after it, with
// every digit of a negative number counted down from nine. Texts of one length
// compare as their numbers do.
std::string Sortable(Price price) {
  const std::string written = price.ToString();
  const bool negative = written[0] == '-';
  const std::string digits = written.substr(negative ? 1 : 0);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::string text(18 - point, '0');
  text += digits.substr(0, point);
  if (point < digits.size()) text += digits.substr(point + 1);
  text.append(36 - text.size(), '0');
  if (negative) {
    for (char& c : text) c = static_cast<char>('9' - c + '0');
  }
  return (negative ? "-" : "0") + text;
}

TEST(PriceArithmeticTest, ComparesAsItsDigitsDo) {
  std::mt19937_64 random(11);
  int equal = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Price a = AnyPrice(&random);
    Price b = AnyPrice(&random);
    if (i % 4 == 0 && a.decimals() < 18 && std::abs(a.mantissa()) < 1'000) {
      b = Price::Of(a.mantissa() * 10, a.decimals() + 1);
    }
    const std::string left = Sortable(a);
    const std::string right = Sortable(b);
    ASSERT_EQ(a < b, left < right) << a.ToString() << " " << b.ToString();
    ASSERT_EQ(a > b, left > right);
    ASSERT_EQ(a <= b, left <= right);
    ASSERT_EQ(a >= b, left >= right);
    ASSERT_EQ(a == b, left == right) << a.ToString() << " " << b.ToString();
    ASSERT_EQ(a != b, left != right);
    equal += a == b ? 1 : 0;
  }
  EXPECT_GT(equal, 1'000);
}

__extension__ using Wide = __int128;

// In units of 10^-18.
Wide WideOf(Price price) {
  Wide wide = price.mantissa();
  for (int i = price.decimals(); i < 18; ++i) wide *= 10;
  return wide;
}

constexpr Wide kWideLimit = Wide{Price::kMantissaLimit} * Price::kMantissaLimit;

TEST(PriceArithmeticTest, SubtractsExactlyOrNotAtAll) {
  std::mt19937_64 random(13);
  int refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Price a = AnyPrice(&random);
    const Price b = AnyPrice(&random);
    const std::optional<Price> difference = Difference(a, b);
    if (difference) {
      ASSERT_TRUE(WideOf(*difference) == WideOf(a) - WideOf(b))
          << a.ToString() << " - " << b.ToString();
      continue;
    }
    ++refused;
    Wide rest = WideOf(a) - WideOf(b);
    while (rest % 10 == 0) rest /= 10;
    if (rest < 0) rest = -rest;
    // Either has too many digits, or is too large with zeros at its end.
    ASSERT_TRUE(rest >= Price::kMantissaLimit ||
                WideOf(a) - WideOf(b) >= kWideLimit ||
                WideOf(b) - WideOf(a) >= kWideLimit)
        << a.ToString() << " - " << b.ToString();
  }
  EXPECT_GT(refused, 1'000);
  EXPECT_LT(refused, 90'000);
}

TEST(PriceArithmeticTest, SubtractsWithTheDecimalsOfTheLongerOne) {
  const auto difference = [](const char* a, const char* b) {
    const auto result =
        Difference(Price::Parse(a).value(), Price::Parse(b).value());
    return result ? result->ToString() : "none";
  };
  EXPECT_EQ(difference("150.10", "150"), "0.10");
  EXPECT_EQ(difference("-37.63", "18.27"), "-55.90");
  EXPECT_EQ(difference("1", "1.000"), "0.000");
  EXPECT_EQ(difference("999999999999999999", "-1"), "none");
  EXPECT_EQ(difference("999999999999999998", "-1.00"), "999999999999999999");
  EXPECT_EQ(difference("999999999999999999", "0.1"), "none");
}

TEST(PriceArithmeticTest, GivesAChangeInPercentOfTheSizeOfTheReference) {
  const auto percent = [](const char* price, const char* reference) {
    return PercentChange(Price::Parse(price).value(),
                         Price::Parse(reference).value());
  };
  EXPECT_DOUBLE_EQ(percent("151.5", "150").value(), 1);
  EXPECT_DOUBLE_EQ(percent("-30", "-40").value(), 25);
  EXPECT_DOUBLE_EQ(percent("-50", "-40.0").value(), -25);
  EXPECT_DOUBLE_EQ(percent("10", "-40").value(), 125);
  EXPECT_EQ(percent("1", "0"), std::nullopt);
  EXPECT_EQ(percent("0", "0.00"), std::nullopt);
}

}  // namespace
}  // namespace tickerhub
