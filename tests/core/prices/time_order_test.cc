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

Price Amount(std::string_view text) { return Price::Parse(text).value(); }
Timestamp Moment(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

class TimeOrderTest : public ::testing::Test {
 protected:
  TimeOrderTest() { book_.Add("TSLA", Amount("800"), Moment(1'000)); }
  const Quote& Tesla() { return *book_.Find(Sym("TSLA")); }
  StockBook book_;
};

TEST_F(TimeOrderTest, AnOlderPriceDoesNotReplaceANewerOne) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("810"), Moment(2'000)),
            SetResult::kChanged);
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("805"), Moment(1'999)),
            SetResult::kUnchanged);
  EXPECT_EQ(Tesla().price, Amount("810"));
  EXPECT_EQ(Tesla().time, Moment(2'000));
  EXPECT_EQ(book_.sequence(), 2u);
}

TEST_F(TimeOrderTest, AnOlderPriceRaisesTheHighAndLowersTheLow) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("500"), Moment(1)),
            SetResult::kChanged);
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("900"), Moment(2)),
            SetResult::kChanged);
  EXPECT_EQ(Tesla().price, Amount("800"));
  EXPECT_EQ(Tesla().low, Amount("500"));
  EXPECT_EQ(Tesla().high, Amount("900"));
  EXPECT_EQ(Tesla().low_sequence, 2u);
  EXPECT_EQ(Tesla().high_sequence, 3u);
  EXPECT_EQ(Tesla().time, Moment(1'000));
}

TEST_F(TimeOrderTest, APriceOfTheSameTimeReplaces) {
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("801"), Moment(1'000)),
            SetResult::kChanged);
  EXPECT_EQ(Tesla().price, Amount("801"));
}

TEST_F(TimeOrderTest, ANewerPriceCountsAlsoIfItChangesNothing) {
  book_.SetPrice(Sym("TSLA"), Amount("800"), Moment(3'000));
  book_.SetPrice(Sym("TSLA"), Amount("799"), Moment(2'000));
  EXPECT_EQ(Tesla().price, Amount("800"));
  EXPECT_EQ(Tesla().low, Amount("799"));
}

TEST_F(TimeOrderTest, ABatchCountsWhatIsOutOfOrder) {
  const auto result = book_.Apply({{Sym("TSLA"), Amount("500"), Moment(1)},
                                   {Sym("TSLA"), Amount("700"), Moment(2)},
                                   {Sym("TSLA"), Amount("801"), Moment(1'001)},
                                   {Sym("X"), Amount("1"), Moment(1)}});
  EXPECT_EQ(result.out_of_order, 2u);
  EXPECT_EQ(result.changed, 2u);
  EXPECT_EQ(result.unchanged, 1u);
  EXPECT_EQ(result.not_tracked, 1u);
  EXPECT_EQ(Tesla().price, Amount("801"));
}

TEST_F(TimeOrderTest, AnOptionLetsTheLastCountButTimeNeverGoesBack) {
  StockBook::Options options;
  options.arrival_order = true;
  StockBook book(options);
  book.Add("TSLA", Amount("800"), Moment(1'000));
  const std::vector<PriceUpdate> late = {
      {Sym("TSLA"), Amount("500"), Moment(1)}};
  EXPECT_EQ(book.Apply(late).out_of_order, 0u);
  EXPECT_EQ(book.Find(Sym("TSLA"))->price, Amount("500"));
  EXPECT_EQ(book.Find(Sym("TSLA"))->time, Moment(1'000));
}

TEST_F(TimeOrderTest, ATimeAheadOfTheClockHoldsNothingUp) {
  const std::vector<PriceUpdate> now = {
      {Sym("TSLA"), Amount("500"), Moment(-1)}};
  book_.Apply(now.data(), 1,
              Moment(0));  // a second ahead may be the feed's clock
  EXPECT_EQ(Tesla().price, Amount("800"));
  book_.Apply(now.data(), 1, Moment(-1));
  EXPECT_EQ(Tesla().price, Amount("500"));
  EXPECT_EQ(Tesla().time, Moment(1'000));
}

TEST_F(TimeOrderTest, ARemovedStockTakesItsTimeAlong) {
  book_.Remove(Sym("TSLA"));
  book_.Add("TSLA", Amount("1"), Moment(5));
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Amount("2"), Moment(6)),
            SetResult::kChanged);
  EXPECT_EQ(Tesla().price, Amount("2"));
}

}  // namespace
}  // namespace tickerhub
