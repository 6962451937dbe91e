// What the stock page shows first, when stocks come and go.

#include "pages/stock_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::internal {
namespace {

using ::testing::ElementsAre;

class StockPageTest : public ::testing::Test {
 protected:
  std::vector<std::string> Shown() {
    std::vector<std::string> shown;
    for (const Quote& quote : page_.Collect().rows) {
      shown.push_back(std::string(quote.symbol.view()) + " " +
                      quote.price.ToString());
    }
    return shown;
  }
  void Set(const std::string& symbol, const char* price) {
    tracker_.SetPrice(symbol, Price::Parse(price).value());
  }

  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster broadcaster_;
  StockTracker tracker_{broadcaster_, scheduler_};
  StockPage page_{tracker_, "", {}};
};

TEST_F(StockPageTest, ShowsThePricesOfNowInTheOrderOfTheSymbols) {
  EXPECT_THAT(Shown(), ElementsAre());
  Set("B", "2");
  Set("A", "1");
  EXPECT_THAT(Shown(), ElementsAre("A 1", "B 2"));
  Set("B", "3");
  EXPECT_THAT(Shown(), ElementsAre("A 1", "B 3"));
}

TEST_F(StockPageTest, NoticesThatOneWasRemovedAndAnotherOneAdded) {
  Set("A", "1");
  Set("B", "2");
  EXPECT_THAT(Shown(), ElementsAre("A 1", "B 2"));
  tracker_.RemoveStock("A");
  Set("C", "3");
  EXPECT_THAT(Shown(), ElementsAre("B 2", "C 3"));
  tracker_.RemoveStock("C");
  EXPECT_THAT(Shown(), ElementsAre("B 2"));
  Set("AA", "4");
  EXPECT_THAT(Shown(), ElementsAre("AA 4", "B 2"));
}

TEST_F(StockPageTest, ShowsTheFirstOfMany) {
  for (std::size_t i = 0; i < StockPage::kMostRows + 50; ++i) {
    Set("S" + std::to_string(1'000 + i), "1");
  }
  EXPECT_EQ(page_.Collect().rows.size(), StockPage::kMostRows);
  EXPECT_EQ(page_.Collect().count, StockPage::kMostRows + 50);
  Set("A", "2");
  EXPECT_EQ(Shown().front(), "A 2");
}

}  // namespace
}  // namespace tickerhub::internal
