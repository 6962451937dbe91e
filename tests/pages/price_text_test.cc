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
  EXPECT_EQ(PriceText(Price::Max()), "92233720368.54775807");
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

TEST(PercentTextTest, HoldsUpAtTheEndsOfTheRange) {
  EXPECT_EQ(PercentText(Price::Max(), Price()), "+922337203685477580600.00%");
  EXPECT_EQ(PercentText(Price(), Price::Max()), "\u2212100.00%");
}

TEST(DirectionTest, IsTheSignOfTheChange) {
  EXPECT_STREQ(Direction(P("2"), P("1")), "up");
  EXPECT_STREQ(Direction(P("1"), P("2")), "down");
  EXPECT_STREQ(Direction(P("1"), P("1")), "flat");
}

}  // namespace
}  // namespace tickerhub::internal
