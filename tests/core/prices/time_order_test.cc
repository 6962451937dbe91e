// A change that is older than what the quote has.

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>
#include <vector>

#include "support/symbols.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {
namespace {

using SetResult = StockBook::SetResult;
using testing::Sym;

Price At(std::string_view text) { return Price::Parse(text).value(); }
Timestamp Time(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

class TimeOrderTest : public ::testing::Test {
 protected:
  TimeOrderTest() { book_.Add("TSLA", At("800"), Time(1'000)); }
  const Quote& Tesla() { return *book_.Find(Sym("TSLA")); }
  StockBook book_;
};

TEST_F(TimeOrderTest, AnOlderPriceDoesNotReplaceANewerOne) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("810"), Time(2'000)),
            SetResult::kChanged);
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("805"), Time(1'999)),
            SetResult::kUnchanged);
  EXPECT_EQ(Tesla().price, At("810"));
  EXPECT_EQ(Tesla().time, Time(2'000));
  EXPECT_EQ(book_.sequence(), 2u);
}

TEST_F(TimeOrderTest, AnOlderPriceRaisesTheHighAndLowersTheLow) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("500"), Time(1)),
            SetResult::kChanged);
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("900"), Time(2)),
            SetResult::kChanged);
  EXPECT_EQ(Tesla().price, At("800"));
  EXPECT_EQ(Tesla().low, At("500"));
  EXPECT_EQ(Tesla().high, At("900"));
  EXPECT_EQ(Tesla().low_sequence, 2u);
  EXPECT_EQ(Tesla().high_sequence, 3u);
  EXPECT_EQ(Tesla().time, Time(1'000));
}

TEST_F(TimeOrderTest, APriceOfTheSameTimeReplaces) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("801"), Time(1'000)),
            SetResult::kChanged);
  EXPECT_EQ(Tesla().price, At("801"));
}

TEST_F(TimeOrderTest, ANewerPriceCountsAlsoIfItChangesNothing) {
  book_.SetPrice(Sym("TSLA"), At("800"), Time(3'000));
  book_.SetPrice(Sym("TSLA"), At("799"), Time(2'000));
  EXPECT_EQ(Tesla().price, At("800"));
  EXPECT_EQ(Tesla().low, At("799"));
}

TEST_F(TimeOrderTest, ABatchCountsWhatIsOutOfOrder) {
  const auto result = book_.Apply({{Sym("TSLA"), At("500"), Time(1)},
                                   {Sym("TSLA"), At("700"), Time(2)},
                                   {Sym("TSLA"), At("801"), Time(1'001)},
                                   {Sym("X"), At("1"), Time(1)}});
  EXPECT_EQ(result.out_of_order, 2u);
  EXPECT_EQ(result.changed, 2u);
  EXPECT_EQ(result.unchanged, 1u);
  EXPECT_EQ(result.not_tracked, 1u);
  EXPECT_EQ(Tesla().price, At("801"));
}

TEST_F(TimeOrderTest, AnOptionLetsTheLastCountButTimeNeverGoesBack) {
  StockBook::Options options;
  options.arrival_order = true;
  StockBook book(options);
  book.Add("TSLA", At("800"), Time(1'000));
  const std::vector<PriceUpdate> late = {{Sym("TSLA"), At("500"), Time(1)}};
  EXPECT_EQ(book.Apply(late).out_of_order, 0u);
  EXPECT_EQ(book.Find(Sym("TSLA"))->price, At("500"));
  EXPECT_EQ(book.Find(Sym("TSLA"))->time, Time(1'000));
}

TEST_F(TimeOrderTest, ATimeAheadOfTheClockHoldsNothingUp) {
  const std::vector<PriceUpdate> now = {{Sym("TSLA"), At("500"), Time(-1)}};
  book_.Apply(now.data(), 1,
              Time(0));  // a second ahead may be the feed's clock
  EXPECT_EQ(Tesla().price, At("800"));
  book_.Apply(now.data(), 1, Time(-1));
  EXPECT_EQ(Tesla().price, At("500"));
  EXPECT_EQ(Tesla().time, Time(1'000));
}

TEST_F(TimeOrderTest, ARemovedStockTakesItsTimeAlong) {
  book_.Remove(Sym("TSLA"));
  book_.Add("TSLA", At("1"), Time(5));
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), At("2"), Time(6)), SetResult::kChanged);
  EXPECT_EQ(Tesla().price, At("2"));
}

}  // namespace
}  // namespace tickerhub
