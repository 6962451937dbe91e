#include "tickerhub/price.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdio>
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
    case PriceError::kNegative:
      return "negative";
    case PriceError::kZero:
      return "zero";
    case PriceError::kTooLarge:
      return "too large";
  }
  return "?";
}

std::int64_t Units(std::string_view text) {
  const std::optional<Price> price = Price::Parse(text);
  EXPECT_TRUE(price) << text;
  return price ? price->units() : 0;
}

TEST(PriceTest, ReadsDecimalNumbersExactly) {
  EXPECT_EQ(Units("150"), 15'000'000'000);
  EXPECT_EQ(Units("150.25"), 15'025'000'000);
  EXPECT_EQ(Units("0.00001234"), 1'234);
  EXPECT_EQ(Units("0.1"), 10'000'000);
  EXPECT_EQ(Units("0.00000001"), 1);
  EXPECT_EQ(Units("00012.50"), 1'250'000'000);
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

TEST(PriceTest, ReadsExponents) {
  EXPECT_EQ(ReadPrice("1.5e-5"), "0.000015");
  EXPECT_EQ(ReadPrice("1.5E+2"), "150");
  EXPECT_EQ(ReadPrice("12345e-8"), "0.00012345");
  EXPECT_EQ(ReadPrice("0.00000000000001e14"), "1");
  EXPECT_EQ(ReadPrice("1e10"), "10000000000");
  EXPECT_EQ(ReadPrice("1e0000000000000000000000001"), "10");
}

TEST(PriceTest, RoundsHalfToEvenBeyondTheEighthDecimal) {
  EXPECT_EQ(ReadPrice("0.000000015"), "0.00000002");
  EXPECT_EQ(ReadPrice("0.000000025"), "0.00000002");
  EXPECT_EQ(ReadPrice("0.0000000250000000000000000000000001"), "0.00000003");
  EXPECT_EQ(ReadPrice("0.0000000249999999999999999999999999"), "0.00000002");
  EXPECT_EQ(ReadPrice("0.000000035"), "0.00000004");
  EXPECT_EQ(ReadPrice("0.000000036"), "0.00000004");
  EXPECT_EQ(ReadPrice("0.000000034"), "0.00000003");
  EXPECT_EQ(ReadPrice("1.999999995"), "2");
  EXPECT_EQ(ReadPrice("0.999999994999"), "0.99999999");
  EXPECT_EQ(ReadPrice("15e-9"), "0.00000002");
  EXPECT_EQ(ReadPrice("2.5e-8"), "0.00000002");
  EXPECT_EQ(ReadPrice("250000000001e-19"), "0.00000003");
}

TEST(PriceTest, RoundsToTheVeryLastOfManyDigits) {
  const std::string half = "0.00000002" + std::string("5");
  const std::string zeros(1'000'000, '0');
  EXPECT_EQ(ReadPrice(half + zeros), "0.00000002");
  EXPECT_EQ(ReadPrice(half + zeros + "1"), "0.00000003");
  EXPECT_EQ(ReadPrice(zeros + "7"), "7");
  EXPECT_EQ(ReadPrice("7" + zeros + "e-1000000"), "7");
  EXPECT_EQ(ReadPrice("0." + zeros + "7e1000001"), "7");
}

TEST(PriceTest, RefusesWhatIsOrRoundsToZero) {
  EXPECT_EQ(ReadPrice("0"), "zero");
  EXPECT_EQ(ReadPrice("-0"), "zero");
  EXPECT_EQ(ReadPrice("-0.00"), "zero");
  EXPECT_EQ(ReadPrice("0e400"), "zero");
  EXPECT_EQ(ReadPrice("0.000000005"), "zero");  // a half, to even
  EXPECT_EQ(ReadPrice("0.0000000050000001"), "0.00000001");
  EXPECT_EQ(ReadPrice("0.000000004"), "zero");
  EXPECT_EQ(ReadPrice("1e-400"), "zero");
  EXPECT_EQ(ReadPrice("9e-99999999999999999999"), "zero");
}

TEST(PriceTest, RefusesNegativeNumbers) {
  EXPECT_EQ(ReadPrice("-5"), "negative");
  EXPECT_EQ(ReadPrice("-.5"), "negative");
  EXPECT_EQ(ReadPrice("-1e400"), "negative");
  EXPECT_EQ(ReadPrice("-0.000000001"), "negative");
}

TEST(PriceTest, RefusesWhatIsNotFinite) {
  for (const char* text : {"NaN", "nan", "NAN", "-nan", "inf", "Inf", "-inf",
                           "+INF", "Infinity", "-infinity", "INFINITY"}) {
    EXPECT_EQ(ReadPrice(text), "not finite") << text;
  }
}

TEST(PriceTest, HoldsTheLargestPriceAndNoLarger) {
  EXPECT_EQ(ReadPrice("92233720368.54775807"), "92233720368.54775807");
  EXPECT_EQ(Price::Parse("92233720368.54775807").value(), Price::Max());
  EXPECT_EQ(ReadPrice("92233720368.54775808"), "too large");
  EXPECT_EQ(ReadPrice("92233720368.547758074999"), "92233720368.54775807");
  EXPECT_EQ(ReadPrice("92233720368.547758075"),
            "too large");  // rounds up to even
  EXPECT_EQ(ReadPrice("9223372036854775807e-8"), "92233720368.54775807");
  EXPECT_EQ(ReadPrice("9223372036854775808e-8"), "too large");
  EXPECT_EQ(ReadPrice("184467440737.09551616"), "too large");  // 2^64 units
  EXPECT_EQ(ReadPrice("1e400"), "too large");
  EXPECT_EQ(ReadPrice("1e99999999999999999999999"), "too large");
  EXPECT_EQ(ReadPrice(std::string(1'000'000, '9')), "too large");
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

TEST(PriceTest, WritesTheShortestExactDecimal) {
  const auto text = [](std::int64_t units) {
    return Price::FromUnits(units).ToString();
  };
  EXPECT_EQ(text(15'000'000'000), "150");
  EXPECT_EQ(text(15'010'000'000), "150.1");
  EXPECT_EQ(text(1), "0.00000001");
  EXPECT_EQ(text(10), "0.0000001");
  EXPECT_EQ(text(99'999'999), "0.99999999");
  EXPECT_EQ(text(100'000'000), "1");
  EXPECT_EQ(text(100'000'001), "1.00000001");
  EXPECT_EQ(text(INT64_MAX), "92233720368.54775807");
}

TEST(PriceTest, WritesNoMoreThanItSays) {
  char text[Price::kMaxChars + 1];
  text[Price::kMaxChars] = '#';
  EXPECT_EQ(Price::Max().Format(text), Price::kMaxChars);
  EXPECT_EQ(text[Price::kMaxChars], '#');
}

TEST(PriceTest, ReadsBackWhatItWrites) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    // All magnitudes alike.
    const auto units =
        static_cast<std::int64_t>((random() >> 1) >> random() % 63) | 1;
    const Price price = Price::FromUnits(units);
    ASSERT_EQ(Units(price.ToString()), units);
  }
}

TEST(PriceTest, TakesTheNearestToADouble) {
  const auto units = [](double value) {
    const std::optional<Price> price = Price::FromDouble(value);
    return price ? price->units() : -1;
  };
  EXPECT_EQ(units(150.1), 15'010'000'000);
  EXPECT_EQ(units(0.1 + 0.2), 30'000'000);
  EXPECT_EQ(units(1e-8), 1);
  EXPECT_EQ(units(0.5), 50'000'000);
  // Exact halves of a unit: 2^-9 is 195312.5 units, 3 * 2^-9 is 585937.5.
  EXPECT_EQ(units(std::ldexp(1.0, -9)), 195'312);
  EXPECT_EQ(units(std::ldexp(3.0, -9)), 585'938);
  EXPECT_EQ(units(std::nextafter(std::ldexp(1.0, -9), 1.0)), 195'313);
  EXPECT_EQ(units(5.1e-9), 1);
  EXPECT_EQ(units(92233720368.0), 9'223'372'036'800'000'000);
}

TEST(PriceTest, AgreesWithExactDecimalsOfDoubles) {
  // Thousandths of 2^-20 have all their decimals within 20: snprintf writes
  // them exactly, and Parse() rounds those.
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) {
    const double value =
        static_cast<double>(random() % (1u << 30) + 1) / (1u << 20);
    char text[64];
    std::snprintf(text, sizeof text, "%.20f", value);
    ASSERT_EQ(Price::FromDouble(value), Price::Parse(text)) << text;
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
  EXPECT_EQ(error(-1), PriceError::kNegative);
  EXPECT_EQ(error(0), PriceError::kZero);
  EXPECT_EQ(error(-0.0), PriceError::kZero);
  EXPECT_EQ(error(4.9e-9), PriceError::kZero);
  EXPECT_EQ(error(std::numeric_limits<double>::denorm_min()),
            PriceError::kZero);
  EXPECT_EQ(error(92233720368.6), PriceError::kTooLarge);
  EXPECT_EQ(error(1e300), PriceError::kTooLarge);
}

TEST(PriceTest, GivesADoubleForDisplay) {
  EXPECT_EQ(Price::Parse("150.25").value().ToDouble(), 150.25);
  EXPECT_EQ(Price::Parse("0.1").value().ToDouble(), 0.1);
  EXPECT_DOUBLE_EQ(Price::Max().ToDouble(), 92233720368.54775807);
}

TEST(PriceTest, ComparesByValue) {
  const Price low = Price::FromUnits(1);
  const Price high = Price::FromUnits(2);
  EXPECT_EQ(low, Price());  // the smallest
  EXPECT_TRUE(low < high && high > low && low <= high && high >= low);
  EXPECT_TRUE(low != high && low <= low && low >= low && low == low);
  EXPECT_FALSE(low > high || low < low || high <= low || low == high);
}

TEST(PriceTest, HasASentenceForEachError) {
  EXPECT_STREQ(Describe(PriceError::kEmpty), "the price is missing");
  EXPECT_STREQ(Describe(PriceError::kZero),
               "a price must be above zero, 0.00000001 at least");
  EXPECT_STREQ(Describe(PriceError::kTooLarge),
               ("a price must be at most " + Price::Max().ToString()).c_str());
  for (const auto error : {PriceError::kNotANumber, PriceError::kNotFinite,
                           PriceError::kNegative}) {
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

}  // namespace
}  // namespace tickerhub
