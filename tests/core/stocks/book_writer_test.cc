#include "stocks/book_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Symbol S(std::string_view text) { return *Symbol::Parse(text); }

// Writes down what it hears, and what the book knew at that moment.
class Journal : public BookListener {
 public:
  explicit Journal(const StockBook& book) : book_(book) {}

  void BeforeAddOrRemove() override { Note("before"); }
  void OnAdded(const Quote& quote) override {
    EXPECT_EQ(book_.Find(quote.symbol), &quote);
    Note("added " + quote.symbol.ToString() + " " + quote.price.ToString());
  }
  void OnRemoved(const Symbol& symbol) override {
    EXPECT_EQ(book_.Find(symbol), nullptr);
    Note("removed " + symbol.ToString());
  }
  void OnApplied() override { Note("applied"); }

  // Since the last call.
  std::vector<std::string> Take() { return std::exchange(lines_, {}); }

 private:
  void Note(const std::string& what) {
    lines_.push_back(what + " @" + std::to_string(book_.sequence()));
  }

  const StockBook& book_;
  std::vector<std::string> lines_;
};

class BookWriterTest : public ::testing::Test {
 protected:
  BookWriterTest() { writer_.AddListener(journal_); }

  StockTracker::ApplyResult Apply(
      const std::vector<std::pair<const char*, int>>& prices) {
    std::vector<PriceUpdate> updates;
    for (const auto& [symbol, price] : prices) {
      updates.push_back({S(symbol), Price::Of(price, 0), Timestamp()});
    }
    return writer_.Apply(updates.data(), updates.size());
  }

  StockBook book_{[] {
    StockBook::Options options;
    options.max_symbols = 3;
    return options;
  }()};
  StockTracker::Counters counters_;
  testing::ManualScheduler scheduler_;
  BookWriter writer_{book_, counters_, scheduler_};
  Journal journal_{book_};
};

TEST_F(BookWriterTest, TellsOfABatchOfPricesOnce) {
  Apply({{"A", 1}, {"B", 1}, {"C", 1}});
  journal_.Take();
  const auto result = Apply({{"A", 2}, {"B", 2}, {"C", 1}, {"A", 3}});
  EXPECT_EQ(result.set, 3u);
  EXPECT_EQ(result.unchanged, 1u);
  EXPECT_THAT(journal_.Take(), ElementsAre("applied @4"));
}

TEST_F(BookWriterTest, TellsOfEachStockThatItAdds) {
  EXPECT_EQ(Apply({{"A", 1}}).added, 1u);
  EXPECT_THAT(journal_.Take(),
              ElementsAre("before @0", "added A 1 @1", "applied @1"));
  const auto result = Apply({{"B", 5}, {"A", 2}, {"B", 6}, {"C", 7}, {"B", 5}});
  EXPECT_EQ(result.added, 2u);
  EXPECT_EQ(result.set, 3u);
  EXPECT_EQ(result.unchanged, 0u);
  // A's price comes first: it has the number before that of the new stocks.
  EXPECT_THAT(journal_.Take(),
              ElementsAre("before @2", "added B 5 @3", "before @3",
                          "added C 7 @4", "applied @5"));
  EXPECT_EQ(book_.Find(S("B"))->high, Price::Of(6, 0));
}

TEST_F(BookWriterTest, AppliesEachUpdateOnce) {
  // Applied twice, the price of B would change twice more.
  Apply({{"B", 1}, {"B", 2}, {"B", 1}});
  EXPECT_EQ(book_.sequence(), 2u);
  const auto result = Apply({{"A", 1}, {"B", 2}, {"B", 3}, {"A", 2}});
  EXPECT_EQ(result.set, 3u);
  EXPECT_EQ(result.added, 1u);
  EXPECT_EQ(result.unchanged, 0u);
}

TEST_F(BookWriterTest, RefusesWhatTheBookHasNoRoomFor) {
  Apply({{"A", 1}, {"B", 1}, {"C", 1}});
  journal_.Take();
  const auto result = Apply({{"D", 1}, {"A", 2}, {"D", 2}});
  EXPECT_EQ(result.full, 2u);
  EXPECT_EQ(result.set, 1u);
  EXPECT_EQ(counters_.stocks_refused, 2u);
  EXPECT_THAT(journal_.Take(), ElementsAre("applied @4"));
}

TEST_F(BookWriterTest, TellsOfAStockThatItRemoves) {
  Apply({{"A", 1}});
  journal_.Take();
  EXPECT_TRUE(writer_.Remove(book_.Find(S("A"))->symbol));
  EXPECT_THAT(journal_.Take(),
              ElementsAre("before @1", "removed A @2", "applied @2"));
  EXPECT_FALSE(writer_.Remove(S("A")));
  EXPECT_THAT(journal_.Take(), IsEmpty());
}

TEST_F(BookWriterTest, TellsItsListenersInTheirOrder) {
  Journal second(book_);
  writer_.AddListener(second);
  Apply({{"A", 1}});
  EXPECT_EQ(journal_.Take(), second.Take());
}

}  // namespace
}  // namespace tickerhub::internal
