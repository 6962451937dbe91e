#include "tickerhub/price.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <locale>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace tickerhub {
namespace {

// What becomes of a text: the price as text, or the error's number.
std::string ReadPrice(std::string_view text) {
  PriceError why{};
  const std::optional<Price> price = Price::Parse(text, &why);
  EXPECT_EQ(Price::Parse(text), price) << text;  // the reason is not needed
  if (price) return price->ToString();
  switch (why) {
    case PriceError::kEmpty:
      return "empty";
    case PriceError::kNotANumber:
      return "not a number";
    case PriceError::kNotFinite:
      return "not finite";
    case PriceError::kTooLarge:
      return "too large";
    case PriceError::kTooPrecise:
      return "too precise";
  }
  return "?";
}

TEST(PriceTest, ReadsDecimalNumbersAsTheyAreWritten) {
  for (const char* text :
       {"150", "150.25", "150.10", "0.00001234", "0.1", "0", "0.00", "-37.63",
        "-0.5", "0.0000000051", "0.000000015", "0.000000000000000001",
        "999999999999999999", "0.999999999999999999", "123456789.123456789",
        "-999999999999999999", "1.00000000000000000"}) {
    EXPECT_EQ(ReadPrice(text), text);
  }
  const Price price = Price::Parse("-150.10").value();
  EXPECT_EQ(price.mantissa(), -15'010);
  EXPECT_EQ(price.decimals(), 2);
  EXPECT_EQ(ReadPrice("00012.50"), "12.50");
  EXPECT_EQ(ReadPrice("-0.00"), "0.00");
}

TEST(PriceTest, GivesNothingForWhatIsNoPrice) {
  EXPECT_EQ(Price::Parse("abc"), std::nullopt);
  PriceError why = PriceError::kTooLarge;
  EXPECT_EQ(Price::Parse("abc", &why), std::nullopt);
  EXPECT_EQ(why, PriceError::kNotANumber);
  EXPECT_NE(Price::Parse("150.25", &why), std::nullopt);
  EXPECT_EQ(why, PriceError::kNotANumber);  // left as it was
}

TEST(PriceTest, TakesAPlusSignAndAPointAtEitherEnd) {
  EXPECT_EQ(ReadPrice("+1.5"), "1.5");
  EXPECT_EQ(ReadPrice(".5"), "0.5");
  EXPECT_EQ(ReadPrice("5."), "5");
  EXPECT_EQ(ReadPrice("+.5e1"), "5");
  EXPECT_EQ(ReadPrice("5.e-1"), "0.5");
}

TEST(PriceTest, AppliesExponentsExactly) {
  EXPECT_EQ(ReadPrice("1.5e-5"), "0.000015");
  EXPECT_EQ(ReadPrice("1.50e-5"), "0.0000150");
  EXPECT_EQ(ReadPrice("1.5E+2"), "150");
  EXPECT_EQ(ReadPrice("1.50e1"), "15.0");
  EXPECT_EQ(ReadPrice("-12345e-8"), "-0.00012345");
  EXPECT_EQ(ReadPrice("0.00000000000001e14"), "1");
  EXPECT_EQ(ReadPrice("1e17"), "100000000000000000");
  EXPECT_EQ(ReadPrice("1e-18"), "0.000000000000000001");
  EXPECT_EQ(ReadPrice("1e0000000000000000000000001"), "10");
  EXPECT_EQ(ReadPrice("0e400"), "0");
  EXPECT_EQ(ReadPrice("0e-3"), "0.000");
}

TEST(PriceTest, RefusesMoreDigitsThanItHasRoomFor) {
  EXPECT_EQ(ReadPrice("0.0000000000000000001"), "too precise");
  EXPECT_EQ(ReadPrice("0.0000000000000000000"), "too precise");
  EXPECT_EQ(ReadPrice("12345678901234567.89"), "too precise");
  EXPECT_EQ(ReadPrice("123456789012345678.9"), "too precise");
  EXPECT_EQ(ReadPrice("1.000000000000000000"), "too precise");
  EXPECT_EQ(ReadPrice("1e-19"), "too precise");
  EXPECT_EQ(ReadPrice("9e-99999999999999999999"), "too precise");
  EXPECT_EQ(ReadPrice("0e-400"), "too precise");
  EXPECT_EQ(ReadPrice("1000000000000000000"), "too large");
  EXPECT_EQ(ReadPrice("-1000000000000000000"), "too large");
  EXPECT_EQ(ReadPrice("1e18"), "too large");
  EXPECT_EQ(ReadPrice("1234567890123456789.5"), "too large");
  EXPECT_EQ(ReadPrice("-1e99999999999999999999"), "too large");
}

TEST(PriceTest, ReadsNumbersOfAnyLength) {
  const std::string zeros(1'000'000, '0');
  EXPECT_EQ(ReadPrice(zeros + "7"), "7");
  EXPECT_EQ(ReadPrice("0." + zeros + "7e1000001"), "7");
  EXPECT_EQ(ReadPrice("7" + zeros), "too large");
  EXPECT_EQ(ReadPrice("7" + zeros + "e-1000000"), "too precise");
  EXPECT_EQ(ReadPrice("0.7" + zeros), "too precise");
}

TEST(PriceTest, RefusesWhatIsNotFinite) {
  for (const char* text : {"NaN", "nan", "NAN", "-nan", "inf", "Inf", "-inf",
                           "+INF", "Infinity", "-infinity", "INFINITY"}) {
    EXPECT_EQ(ReadPrice(text), "not finite") << text;
  }
}

TEST(PriceTest, RefusesWhatIsNotADecimalNumber) {
  for (const std::string_view text :
       std::initializer_list<std::string_view>{".",
                                               "+",
                                               "-",
                                               "e5",
                                               ".e5",
                                               "12a",
                                               "1,5",
                                               "1.2.3",
                                               "0x10",
                                               "1e",
                                               "1e+",
                                               "1e1.5",
                                               " 1",
                                               "1 ",
                                               "1\n",
                                               "--1",
                                               "+-1",
                                               "1_000",
                                               "$5",
                                               "infinit",
                                               "infinityy",
                                               "nano",
                                               "in",
                                               "1e5x",
                                               "\xd9\xa1",
                                               std::string_view("1\0", 2),
                                               std::string_view("\0", 1)}) {
    EXPECT_EQ(ReadPrice(text), "not a number") << text;
  }
  EXPECT_EQ(ReadPrice(""), "empty");
}

TEST(PriceTest, WritesAllItsDecimals) {
  EXPECT_EQ(Price().ToString(), "0");
  EXPECT_EQ(Price::Of(15'010, 2).ToString(), "150.10");
  EXPECT_EQ(Price::Of(-5, 1).ToString(), "-0.5");
  EXPECT_EQ(Price::Of(0, 3).ToString(), "0.000");
  EXPECT_EQ(Price::Of(1, 18).ToString(), "0.000000000000000001");
  EXPECT_EQ(Price::Max().ToString(), "999999999999999999");
}

TEST(PriceTest, WritesNoMoreThanItSays) {
  char text[Price::kMaxChars + 1];
  text[Price::kMaxChars] = '#';
  const Price longest = Price::Of(1 - Price::kMantissaLimit, 18);
  EXPECT_EQ(longest.Format(text), Price::kMaxChars);
  EXPECT_EQ(text[Price::kMaxChars], '#');
  EXPECT_EQ(longest.ToString(), "-0.999999999999999999");
}

TEST(PriceTest, TakesTheShortestDecimalThatReadsBackAsADouble) {
  const auto text = [](double value) {
    const std::optional<Price> price = Price::FromDouble(value);
    return price ? price->ToString() : "none";
  };
  EXPECT_EQ(text(150.1), "150.1");
  EXPECT_EQ(text(150), "150");
  EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(text(1e-8), "0.00000001");
  EXPECT_EQ(text(-37.63), "-37.63");
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-0.0), "0");
  EXPECT_EQ(text(1e17), "100000000000000000");
  EXPECT_EQ(text(1e-18), "0.000000000000000001");
  // With 17 digits it would need more decimals than there are.
  EXPECT_EQ(text(1.2345678901234567e-5), "0.000012345678901235");
}

TEST(PriceTest, ReadsBackAsTheDoubleItIsFrom) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) {
    const double value = std::ldexp(static_cast<double>(random() >> 11),
                                    -static_cast<int>(random() % 52));
    const std::optional<Price> price = Price::FromDouble(value);
    ASSERT_TRUE(price) << value;
    if (value > 1) {
      ASSERT_EQ(price->ToDouble(), value);
    }
  }
}

TEST(PriceTest, RefusesDoublesThatAreNoPrices) {
  const auto error = [](double value) {
    PriceError why{};
    EXPECT_EQ(Price::FromDouble(value), std::nullopt);
    EXPECT_EQ(Price::FromDouble(value, &why), std::nullopt);
    return why;
  };
  EXPECT_EQ(error(std::numeric_limits<double>::quiet_NaN()),
            PriceError::kNotFinite);
  EXPECT_EQ(error(std::numeric_limits<double>::infinity()),
            PriceError::kNotFinite);
  EXPECT_EQ(error(-std::numeric_limits<double>::infinity()),
            PriceError::kNotFinite);
  EXPECT_EQ(error(1e-19), PriceError::kTooPrecise);
  EXPECT_EQ(error(std::numeric_limits<double>::denorm_min()),
            PriceError::kTooPrecise);
  EXPECT_EQ(error(1e18), PriceError::kTooLarge);
  EXPECT_EQ(error(-1e300), PriceError::kTooLarge);
}

TEST(PriceTest, GivesADoubleForDisplay) {
  EXPECT_EQ(Price::Parse("150.25").value().ToDouble(), 150.25);
  EXPECT_EQ(Price::Parse("0.1").value().ToDouble(), 0.1);
  EXPECT_EQ(Price::Max().ToDouble(), 999999999999999999.0);
  EXPECT_EQ(Price::Parse("0.123456789012345678").value().ToDouble(),
            0.123456789012345678);
}

TEST(PriceTest, HasASentenceForEachError) {
  EXPECT_STREQ(Describe(PriceError::kEmpty), "the price is missing");
  for (const auto error : {PriceError::kNotANumber, PriceError::kNotFinite,
                           PriceError::kTooLarge, PriceError::kTooPrecise}) {
    const std::string_view sentence = Describe(error);
    EXPECT_GT(sentence.size(), 10u);
    EXPECT_NE(sentence.back(), '.');
  }
}

// Decimal commas and grouped thousands, as in German.
class CommaPunctuation : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

void ExpectPointNotComma() {
  EXPECT_EQ(ReadPrice("1234567.25"), "1234567.25");
  EXPECT_EQ(ReadPrice("1234567,25"), "not a number");
  EXPECT_EQ(ReadPrice("1.234.567,25"), "not a number");
}

TEST(PriceTest, DoesNotLookAtTheLocaleOfCpp) {
  const std::locale before = std::locale::global(
      std::locale(std::locale::classic(), new CommaPunctuation));
  ExpectPointNotComma();
  std::locale::global(before);
}

TEST(PriceTest, DoesNotLookAtTheLocaleOfC) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const char* found = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                           "fr_FR.utf8", "de_DE", "fr_FR"}) {
    found = std::setlocale(LC_ALL, name);
    if (found != nullptr) break;
  }
  if (found == nullptr) GTEST_SKIP() << "no locale with a decimal comma here";
  EXPECT_EQ(*std::localeconv()->decimal_point, ',');
  ExpectPointNotComma();
  std::setlocale(LC_ALL, before.c_str());
}

#ifndef NDEBUG
TEST(PriceDeathTest, EndsAtANumberThatIsOutOfRange) {
  EXPECT_DEATH(Price::Of(5, -2), "kMaxDecimals");
  EXPECT_DEATH(Price::Of(5, 19), "kMaxDecimals");
  EXPECT_DEATH(Price::Of(Price::kMantissaLimit, 0), "kMantissaLimit");
  EXPECT_DEATH(Price::Of(-Price::kMantissaLimit, 0), "kMantissaLimit");
}
#endif

}  // namespace
}  // namespace tickerhub
