#include "sources/newest_prices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tickerhub::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using PutResult = NewestPrices::PutResult;

Symbol Name(const std::string& text) { return *Symbol::Parse(text); }

PriceUpdate Update(const std::string& symbol, std::int64_t units,
                   int time = 0) {
  return {Name(symbol), Price::Of(units, 8),
          Timestamp(std::chrono::milliseconds(time))};
}

std::vector<std::string> Taken(NewestPrices& prices) {
  std::vector<PriceUpdate> updates;
  const bool some = prices.Take(&updates);
  EXPECT_EQ(some, !updates.empty());
  std::vector<std::string> texts;
  for (const PriceUpdate& update : updates) {
    texts.push_back(update.symbol.ToString() + " " +
                    std::to_string(update.price.mantissa()) + " at " +
                    std::to_string(update.time.time_since_epoch().count()));
  }
  return texts;
}

TEST(NewestPricesTest, KeepsTheNewestOfEachSymbolUntilItIsTaken) {
  NewestPrices prices(10);
  EXPECT_THAT(Taken(prices), IsEmpty());
  EXPECT_EQ(prices.Put(Update("A", 1, 10)), PutResult::kPut);
  EXPECT_EQ(prices.Put(Update("B", 2, 20)), PutResult::kPut);
  EXPECT_EQ(prices.Put(Update("A", 3, 5)), PutResult::kReplaced);
  EXPECT_THAT(Taken(prices), ElementsAre("A 3 at 5", "B 2 at 20"));
  EXPECT_THAT(Taken(prices), IsEmpty());
  EXPECT_EQ(prices.Put(Update("A", 4, 30)), PutResult::kPut);
  EXPECT_THAT(Taken(prices), ElementsAre("A 4 at 30"));
}

TEST(NewestPricesTest, BringsSymbolsInTheOrderOfTheirFirstPut) {
  NewestPrices prices(1'000);
  prices.Put(Update("OLD", 1));
  Taken(prices);
  std::vector<std::string> expected{"OLD 7 at 0"};
  for (int i = 0; i < 500; ++i) {
    const std::string name = "N" + std::to_string(i * 7919 % 1000);
    prices.Put(Update(name, i + 1));
    expected.push_back(name + " " + std::to_string(i + 1) + " at 0");
  }
  prices.Put(Update("OLD", 7));
  EXPECT_EQ(Taken(prices), expected);
}

TEST(NewestPricesTest, RefusesASymbolForWhichThereIsNoRoom) {
  NewestPrices prices(2);
  EXPECT_EQ(prices.Put(Update("A", 1)), PutResult::kPut);
  EXPECT_EQ(prices.Put(Update("B", 1)), PutResult::kPut);
  EXPECT_EQ(prices.Put(Update("C", 1)), PutResult::kFull);
  EXPECT_THAT(Taken(prices), ElementsAre("A 1 at 0", "B 1 at 0"));
  EXPECT_EQ(prices.Put(Update("C", 1)), PutResult::kFull);
  EXPECT_EQ(prices.Put(Update("A", 2)), PutResult::kPut);
  EXPECT_THAT(Taken(prices), ElementsAre("A 2 at 0"));

  NewestPrices none(0);
  EXPECT_EQ(none.Put(Update("A", 1)), PutResult::kFull);
  EXPECT_THAT(Taken(none), IsEmpty());
}

TEST(NewestPricesTest, KnowsWhatWasTakenLast) {
  NewestPrices prices(1);
  EXPECT_EQ(prices.LastTaken(Name("A")), std::nullopt);
  prices.Put(Update("A", 1));
  EXPECT_EQ(prices.LastTaken(Name("A")), std::nullopt);
  Taken(prices);
  prices.Put(Update("A", 2));
  EXPECT_EQ(prices.LastTaken(Name("A")), Price::Of(1, 8));
  Taken(prices);
  EXPECT_EQ(prices.LastTaken(Name("A")), Price::Of(2, 8));
  EXPECT_EQ(prices.LastTaken(Name("B")), std::nullopt);
}

// Boxes of one go to the other by way of the thread's spare one.
TEST(NewestPricesTest, MayGoWhileOthersAreUsedByTheSameThread) {
  NewestPrices stays(10);
  stays.Put(Update("A", 1));
  {
    NewestPrices goes(10);
    for (int i = 1; i <= 3; ++i) {
      goes.Put(Update("A", i));
      stays.Put(Update("A", 10 + i));
    }
    EXPECT_THAT(Taken(goes), ElementsAre("A 3 at 0"));
    goes.Put(Update("B", 4));
    stays.Put(Update("B", 5));
  }
  EXPECT_THAT(Taken(stays), ElementsAre("A 13 at 0", "B 5 at 0"));
}

// Some of them have the same slot and the same tag.
TEST(NewestPricesTest, TellsManySymbolsApart) {
  constexpr std::int64_t kMany = 20'000;
  NewestPrices prices(kMany);
  const auto name_of = [](std::int64_t i) { return "S" + std::to_string(i); };
  for (std::int64_t i = 1; i <= kMany; ++i) {
    ASSERT_EQ(prices.PutKnown(name_of(i), Price::Of(i, 8), {}), std::nullopt);
    ASSERT_EQ(prices.Put(Update(name_of(i), i)), PutResult::kPut);
  }
  for (std::int64_t i = 1; i <= kMany; ++i) {
    ASSERT_EQ(prices.PutKnown(name_of(i), Price::Of(2 * i, 8), {}),
              PutResult::kReplaced);
  }
  std::vector<PriceUpdate> updates;
  EXPECT_TRUE(prices.Take(&updates));
  ASSERT_EQ(updates.size(), static_cast<std::size_t>(kMany));
  for (std::int64_t i = 1; i <= kMany; ++i) {
    const PriceUpdate& update = updates[static_cast<std::size_t>(i - 1)];
    ASSERT_EQ(update.symbol.view(), name_of(i));
    ASSERT_EQ(update.price.mantissa(), 2 * i);
  }
}

TEST(NewestPricesTest, DoesWhatAMapWouldDo) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const std::size_t most = 1 + random() % 200;
    NewestPrices prices(most);
    std::map<std::string, std::int64_t> known;
    std::map<std::string, std::int64_t> waiting;
    for (std::int64_t i = 1; i <= 3'000; ++i) {
      if (random() % 100 == 0) {
        std::vector<std::string> expected;
        for (const auto& [name, units] : waiting) {
          expected.push_back(name + " " + std::to_string(units) + " at 0");
        }
        EXPECT_THAT(Taken(prices),
                    ::testing::UnorderedElementsAreArray(expected));
        waiting.clear();
        continue;
      }
      const std::string name = "S" + std::to_string(random() % 250);
      PutResult expected = PutResult::kPut;
      if (known.count(name) == 0 && known.size() >= most) {
        expected = PutResult::kFull;
      } else {
        if (waiting.count(name) > 0) expected = PutResult::kReplaced;
        known[name] = i;
        waiting[name] = i;
      }
      ASSERT_EQ(prices.Put(Update(name, i)), expected) << name << " " << seed;
    }
  }
}

}  // namespace
}  // namespace tickerhub::internal
