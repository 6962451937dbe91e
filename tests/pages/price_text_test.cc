#include "pages/price_text.h"

#include <gtest/gtest.h>

#include <string>

namespace tickerhub::internal {
namespace {

Price P(const std::string& text) { return Price::Parse(text).value(); }

TEST(PriceTextTest, ShowsAtLeastTwoDecimals) {
  EXPECT_EQ(PriceText(P("150")), "150.00");
  EXPECT_EQ(PriceText(P("150.5")), "150.50");
  EXPECT_EQ(PriceText(P("150.25")), "150.25");
  EXPECT_EQ(PriceText(P("0.00001234")), "0.00001234");
  EXPECT_EQ(PriceText(Price::Max()), "999999999999999999.00");
}

TEST(PriceTextTest, ShowsAPriceAsItWasWritten) {
  EXPECT_EQ(PriceText(P("150.10")), "150.10");
  EXPECT_EQ(PriceText(P("1.1000")), "1.1000");
  EXPECT_EQ(PriceText(P("-37.63")), "\u221237.63");
  EXPECT_EQ(PriceText(P("-0.5")), "\u22120.50");
  EXPECT_EQ(PriceText(P("0")), "0.00");
  EXPECT_EQ(PriceText(P("0.000000000000000001")), "0.000000000000000001");
}

TEST(PriceTextTest, HasAsManyDecimalsAsItIsToldTo) {
  EXPECT_EQ(PriceText(P("150.5"), 4), "150.5000");
  EXPECT_EQ(PriceText(P("1200"), 0), "1200");
  EXPECT_EQ(PriceText(P("1.25"), 0), "1.25");
  EXPECT_EQ(PriceText(P("0"), 0), "0");
}

TEST(GroupedTest, SeparatesThousandsBeforeThePointOnly) {
  EXPECT_EQ(Grouped("999.1234567"), "999.1234567");
  EXPECT_EQ(Grouped("1000"), "1,000");
  EXPECT_EQ(Grouped("1234567.5"), "1,234,567.5");
  EXPECT_EQ(Grouped("\u2212123456.00%"), "\u2212123,456.00%");
  EXPECT_EQ(Grouped("+1000.00"), "+1,000.00");
  EXPECT_EQ(Grouped(""), "");
}

TEST(ChangeTextTest, IsExactAndHasASign) {
  EXPECT_EQ(ChangeText(P("151.25"), P("150")), "+1.25");
  EXPECT_EQ(ChangeText(P("149.5"), P("150")), "\u22120.50");
  EXPECT_EQ(ChangeText(P("150"), P("150")), "0.00");
}

TEST(ChangeTextTest, HasAsManyDecimalsAsTheLongerPrice) {
  EXPECT_EQ(ChangeText(P("1"), P("0.9999")), "+0.0001");
  EXPECT_EQ(ChangeText(P("0.00001235"), P("0.00001234")), "+0.00000001");
  EXPECT_EQ(ChangeText(P("1.005"), P("1.004")), "+0.001");
}

TEST(PercentTextTest, HasTwoDecimalsRoundedHalfAwayFromZero) {
  EXPECT_EQ(PercentText(P("151.25"), P("150")), "+0.83%");
  EXPECT_EQ(PercentText(P("200.01"), P("200")), "+0.01%");  // 0.005 %
  EXPECT_EQ(PercentText(P("199.99"), P("200")), "\u22120.01%");
  EXPECT_EQ(PercentText(P("150"), P("150")), "0.00%");
  EXPECT_EQ(PercentText(P("300"), P("150")), "+100.00%");
}

TEST(PercentTextTest, KeepsTheSignOfAChangeThatRoundsToNothing) {
  EXPECT_EQ(PercentText(P("100000.01"), P("100000")), "+0.00%");
  EXPECT_EQ(PercentText(P("99999.99"), P("100000")), "\u22120.00%");
}

TEST(ChangeTextTest, IsExactWhereNoPriceHoldsIt) {
  EXPECT_EQ(ChangeText(Price::Max(), P("-0.000000000000000001")),
            "+999999999999999999.000000000000000001");
  EXPECT_EQ(ChangeText(P("-37.63"), P("18.27")), "\u221255.90");
}

TEST(PercentTextTest, IsOfTheSizeOfAReferenceBelowZero) {
  EXPECT_EQ(PercentText(P("-30"), P("-40")), "+25.00%");
  EXPECT_EQ(PercentText(P("-50"), P("-40")), "\u221225.00%");
  EXPECT_EQ(PercentText(P("10"), P("-40")), "+125.00%");
  EXPECT_EQ(PercentText(P("-37.63"), P("18.27")), "\u2212305.97%");
}

TEST(PercentTextTest, IsEmptyIfTheReferenceIsZero) {
  EXPECT_EQ(PercentText(P("1"), P("0.00")), "");
  EXPECT_EQ(PercentText(P("0"), P("0")), "");
}

TEST(PercentTextTest, CarriesIntoTheWholePercents) {
  EXPECT_EQ(PercentText(P("1.99999"), P("1")), "+100.00%");
  EXPECT_EQ(PercentText(P("2.0001"), P("1")), "+100.01%");
  EXPECT_EQ(PercentText(P("11.05"), P("1")), "+1005.00%");
}

TEST(PercentTextTest, HoldsUpAtTheEndsOfTheRange) {
  const Price least = P("0.000000000000000001");
  EXPECT_EQ(PercentText(Price::Max(), least),
            "+99999999999999999899999999999999999900.00%");
  EXPECT_EQ(PercentText(least, Price::Max()), "\u2212100.00%");
}

TEST(DirectionTest, IsTheSignOfTheChange) {
  EXPECT_STREQ(Direction(P("2"), P("1")), "up");
  EXPECT_STREQ(Direction(P("1"), P("2")), "down");
  EXPECT_STREQ(Direction(P("1"), P("1")), "flat");
}

}  // namespace
}  // namespace tickerhub::internal
