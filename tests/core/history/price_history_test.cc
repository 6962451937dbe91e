#include "history/price_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/clock_jumps.h"

namespace tickerhub::internal {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using tickerhub::testing::kTenYears;

class PriceHistoryTest : public ::testing::Test {
 protected:
  static constexpr Timestamp kStart{milliseconds(1'614'956'400'000)};  // 15:00

  PriceHistoryTest() {
    options_.max_prices = 4;
    options_.max_candles = 4;
    options_.spacing = milliseconds(0);
  }

  void Take(Timestamp time, const char* price, const char* volume = nullptr) {
    if (!history_) history_.emplace(options_, arrival_order_);
    const Price p = Price::Parse(price == nullptr ? "0" : price).value();
    const Price v = Price::Parse(volume == nullptr ? "0" : volume).value();
    history_->Take(aapl_, price == nullptr ? nullptr : &p,
                   volume == nullptr ? nullptr : &v, time, now_);
  }

  // "15:01 open high low close volume"
  std::vector<std::string> Candles() {
    std::vector<std::string> texts;
    const auto& candles = history_->Find(aapl_)->candles;
    for (std::size_t i = 0; i < candles.size(); ++i) {
      const Candle& candle = candles[i];
      std::string text = std::to_string((candle.start - kStart) / minutes(1));
      for (const Price price :
           {candle.open, candle.high, candle.low, candle.close}) {
        text += ' ' + price.ToString();
      }
      if (candle.volume) text += ' ' + candle.volume->ToString();
      texts.push_back(text);
    }
    return texts;
  }

  std::vector<std::string> Prices() {
    std::vector<std::string> texts;
    const auto& prices = history_->Find(aapl_)->prices;
    for (std::size_t i = 0; i < prices.size(); ++i) {
      texts.push_back(prices[i].price.ToString());
    }
    return texts;
  }

  const Symbol aapl_ = *Symbol::Parse("AAPL");
  HistoryOptions options_;
  bool arrival_order_ = false;
  Timestamp now_ = kStart + hours(10);
  std::optional<PriceHistory> history_;
};

TEST_F(PriceHistoryTest, GivesUpWhatIsAheadOfAClockThatWasSetBack) {
  for (const bool arrival_order : {false, true}) {
    history_.reset();
    options_.max_age = milliseconds(0);
    arrival_order_ = arrival_order;
    now_ = kStart;
    Take(now_, "1", "100");
    now_ += kTenYears;
    Take(now_, "2", "110");
    now_ = kStart + seconds(30);
    Take(now_, "3", "120");
    now_ += minutes(1);
    Take(now_, "4", "130");
    EXPECT_THAT(Candles(), ElementsAre("0 1 3 1 3 20", "1 4 4 4 4 10"));
    EXPECT_THAT(Prices(), ElementsAre("1", "3", "4"));
  }
}

TEST_F(PriceHistoryTest, KeepsWhatIsASecondAheadOfTheClock) {
  now_ = kStart + seconds(1);
  Take(now_, "1");
  now_ = kStart;
  Take(now_, "2");
  EXPECT_THAT(Prices(), ElementsAre("1"));
  now_ = kStart - milliseconds(1);
  Take(now_, "2");
  EXPECT_THAT(Prices(), ElementsAre("2"));
}

TEST_F(PriceHistoryTest, KeepsTheNewestPrices) {
  for (int i = 1; i <= 6; ++i) {
    Take(kStart + seconds(i), std::to_string(i).c_str());
  }
  EXPECT_THAT(Prices(), ElementsAre("3", "4", "5", "6"));
  EXPECT_EQ(history_->Find(aapl_)->prices[0].time, kStart + seconds(3));
}

TEST_F(PriceHistoryTest, KeepsAPriceOnceThatDoesNotChange) {
  for (const char* price : {"1", "1.0", "2", "1"}) Take(kStart, price);
  EXPECT_THAT(Prices(), ElementsAre("1", "2", "1"));
}

TEST_F(PriceHistoryTest, KeepsTheNewestPriceOfEachSlot) {
  options_.spacing = milliseconds(1'000);
  Take(kStart, "1");
  Take(kStart + milliseconds(999), "2");
  Take(kStart + milliseconds(1'000), "3");
  EXPECT_THAT(Prices(), ElementsAre("2", "3"));
}

TEST_F(PriceHistoryTest, MakesACandleOfEachMinute) {
  Take(kStart, "5");
  Take(kStart + seconds(20), "7.50");
  Take(kStart + seconds(30), "4");
  Take(kStart + milliseconds(59'999), "6");
  Take(kStart + minutes(1), "8");
  Take(kStart + minutes(3), "9");  // none is made up between
  EXPECT_THAT(Candles(), ElementsAre("0 5 7.50 4 6", "1 8 8 8 8", "3 9 9 9 9"));
}

TEST_F(PriceHistoryTest, PutsALatePriceIntoTheCandleOfItsMinuteOnly) {
  Take(kStart, "5");
  Take(kStart + minutes(2), "8");
  Take(kStart + seconds(1), "3");             // late: of the first
  Take(kStart + minutes(1), "100");           // no candle of it is kept
  Take(kStart + minutes(2) - hours(9), "1");  // long gone
  Take(kStart + minutes(2) + seconds(5), "9");
  Take(kStart + minutes(2) + seconds(4), "7");  // late within the newest
  EXPECT_THAT(Candles(), ElementsAre("0 5 5 3 5", "2 8 9 7 9"));
  EXPECT_THAT(Prices(), ElementsAre("5", "8", "9"));
}

TEST_F(PriceHistoryTest, TakesALatePriceAsOneOfNowInTheOrderOfArrival) {
  arrival_order_ = true;
  Take(kStart + minutes(2), "8");
  Take(kStart, "5");
  EXPECT_THAT(Candles(), ElementsAre("2 8 8 5 5"));
  EXPECT_THAT(Prices(), ElementsAre("8", "5"));
}

TEST_F(PriceHistoryTest, TakesATimeAheadOfTheClockAsNow) {
  now_ = kStart;
  Take(kStart + hours(1), "5");
  now_ = kStart + minutes(1);
  Take(now_, "6");
  EXPECT_THAT(Candles(), ElementsAre("0 5 5 5 5", "1 6 6 6 6"));
}

TEST_F(PriceHistoryTest, CountsHowMuchTheVolumeOfTheDayGrew) {
  Take(kStart, "5", "1000");  // what was traded before is not known
  Take(kStart + seconds(9), "5", "1000.5");
  Take(kStart + minutes(1), "6", "1010");
  Take(kStart + minutes(1), nullptr, "1020");
  Take(kStart + minutes(2), "7");
  Take(kStart + minutes(3), "8", "40");  // a day has begun
  Take(kStart + minutes(3) + seconds(1), "8", "50");
  Take(kStart + minutes(3), nullptr, "45");  // late
  EXPECT_THAT(Candles(), ElementsAre("0 5 5 5 5 0.5", "1 6 6 6 6 19.5",
                                     "2 7 7 7 7", "3 8 8 8 8 10"));
}

TEST_F(PriceHistoryTest, ForgetsWhatIsTooOld) {
  options_.max_age = minutes(2);
  for (int i = 0; i < 4; ++i) {
    Take(kStart + minutes(i), std::to_string(i).c_str());
  }
  EXPECT_THAT(Prices(), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Candles(), ElementsAre("1 1 1 1 1", "2 2 2 2 2", "3 3 3 3 3"));
}

TEST_F(PriceHistoryTest, KeepsNothingOfAStockThatIsForgotten) {
  Take(kStart, "5");
  EXPECT_GT(history_->bytes(), 0u);
  history_->Forget(aapl_);
  EXPECT_EQ(history_->bytes(), 0u);
  EXPECT_EQ(history_->Find(aapl_), nullptr);
  history_->Forget(aapl_);
}

TEST_F(PriceHistoryTest, TakesNoMoreMemoryThanItMay) {
  options_.max_prices = 1'000;
  options_.max_candles = 0;
  options_.max_bytes = 20 * sizeof(KeptPrice);
  for (int i = 0; i < 100; ++i) {
    Take(kStart + seconds(i), std::to_string(i).c_str());
    ASSERT_LE(history_->bytes(), options_.max_bytes);
  }
  EXPECT_EQ(Prices().size(), 16u);
  EXPECT_EQ(Prices().back(), "99");
  EXPECT_GT(history_->cut(), 0u);
  // Another one gets nothing, and is no fault.
  const Price one = Price::Of(1, 0);
  const Symbol other = *Symbol::Parse("B");
  history_->Take(other, &one, nullptr, kStart, now_);
  EXPECT_TRUE(history_->Find(other)->prices.empty());
}

}  // namespace
}  // namespace tickerhub::internal
