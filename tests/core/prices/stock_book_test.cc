#include "tickerhub/stock_book.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/symbols.h"

namespace tickerhub {
namespace {

using testing::Sym;
using AddResult = StockBook::AddResult;
using SetResult = StockBook::SetResult;

Price At(std::string_view text) { return Price::Parse(text).value(); }
Timestamp Time(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

std::vector<std::string> ChangesSince(const StockBook& book, Sequence since) {
  std::vector<std::string> symbols;
  book.ForEachChangeSince(since, [&](const Quote& quote) {
    symbols.push_back(quote.symbol.ToString());
  });
  return symbols;
}

std::vector<std::string> Symbols(const StockBook& book) {
  std::vector<std::string> symbols;
  for (const Quote& quote : book.Snapshot()) {
    symbols.push_back(quote.symbol.ToString());
  }
  return symbols;
}

using Strings = std::vector<std::string>;

TEST(StockBookTest, StartsEmpty) {
  const StockBook book;
  EXPECT_EQ(book.size(), 0u);
  EXPECT_EQ(book.sequence(), 0u);
  EXPECT_EQ(book.max_symbols(), 10'000u);
  EXPECT_EQ(book.Find(Sym("AAPL")), nullptr);
  EXPECT_TRUE(book.Snapshot().empty());
  EXPECT_TRUE(book.CanTellChangesSince(0));
  EXPECT_FALSE(book.CanTellChangesSince(1));
  EXPECT_TRUE(ChangesSince(book, 0).empty());
}

TEST(StockBookTest, StartsAQuoteWithItsFirstPrice) {
  StockBook book;
  EXPECT_EQ(book.Add("AAPL", At("150"), Time(7)), AddResult::kAdded);
  const Quote* quote = book.Find(Sym("AAPL"));
  ASSERT_NE(quote, nullptr);
  EXPECT_EQ(quote->symbol, Sym("AAPL"));
  EXPECT_EQ(quote->price, At("150"));
  EXPECT_EQ(quote->reference, At("150"));
  EXPECT_EQ(quote->high, At("150"));
  EXPECT_EQ(quote->low, At("150"));
  EXPECT_EQ(quote->time, Time(7));
  EXPECT_EQ(quote->sequence, 1u);
  EXPECT_EQ(quote->high_sequence, 1u);
  EXPECT_EQ(quote->low_sequence, 1u);
  EXPECT_EQ(quote->Change(), Price());
  EXPECT_EQ(book.size(), 1u);
  EXPECT_EQ(book.sequence(), 1u);
}

TEST(StockBookTest, TellsSymbolsApartByTheirCase) {
  StockBook book;
  EXPECT_EQ(book.Add("AAMpA", At("25.10"), Time(1)), AddResult::kAdded);
  EXPECT_EQ(book.Add("AAMPA", At("3.50"), Time(1)), AddResult::kAdded);
  EXPECT_EQ(book.Find(Sym("AAMpA"))->price, At("25.10"));
  EXPECT_EQ(book.Find(Sym("aampa")), nullptr);
}

TEST(StockBookTest, AddsASymbolOnlyOnce) {
  StockBook book;
  book.Add("AAPL", At("150"), Time(1));
  EXPECT_EQ(book.Add("AAPL", At("151"), Time(2)), AddResult::kAlreadyTracked);
  EXPECT_EQ(book.Add(Sym("AAPL"), At("151"), Time(2)),
            AddResult::kAlreadyTracked);
  EXPECT_EQ(book.Find(Sym("AAPL"))->price, At("150"));
  EXPECT_EQ(book.sequence(), 1u);
}

TEST(StockBookTest, RefusesInvalidSymbols) {
  StockBook book;
  EXPECT_EQ(book.Add("<AAPL>", At("150"), Time(1)), AddResult::kInvalidSymbol);
  EXPECT_EQ(book.Add("", At("150"), Time(1)), AddResult::kInvalidSymbol);
  EXPECT_EQ(book.size(), 0u);
  EXPECT_EQ(book.sequence(), 0u);
}

TEST(StockBookTest, HoldsNoMoreSymbolsThanItsOptionSays) {
  StockBook::Options options;
  options.max_symbols = 2;
  StockBook book(options);
  EXPECT_EQ(book.max_symbols(), 2u);
  book.Add("A", At("1"), Time(1));
  book.Add("B", At("1"), Time(1));
  EXPECT_EQ(book.Add("C", At("1"), Time(1)), AddResult::kFull);
  EXPECT_EQ(book.Add("A", At("1"), Time(1)), AddResult::kAlreadyTracked);
  EXPECT_EQ(book.Find(Sym("C")), nullptr);
  EXPECT_EQ(book.sequence(), 2u);
  book.Remove(Sym("A"));
  EXPECT_EQ(book.Add("C", At("1"), Time(1)), AddResult::kAdded);
}

TEST(StockBookTest, KeepsTheLatestPriceOfEachSymbol) {
  StockBook book;
  book.Add("AAPL", At("150"), Time(1));
  book.Add("TSLA", At("800"), Time(1));
  EXPECT_EQ(book.SetPrice(Sym("AAPL"), At("151.5"), Time(2)),
            SetResult::kChanged);
  EXPECT_EQ(book.SetPrice(Sym("AAPL"), At("149"), Time(3)),
            SetResult::kChanged);
  const Quote* quote = book.Find(Sym("AAPL"));
  EXPECT_EQ(quote->price, At("149"));
  EXPECT_EQ(quote->reference, At("150"));
  EXPECT_EQ(quote->high, At("151.5"));
  EXPECT_EQ(quote->low, At("149"));
  EXPECT_EQ(quote->time, Time(3));
  EXPECT_EQ(quote->sequence, 4u);
  EXPECT_EQ(quote->high_sequence, 3u);
  EXPECT_EQ(quote->low_sequence, 4u);
  EXPECT_EQ(quote->Change(), Price::Of(-1, 0));
  EXPECT_DOUBLE_EQ(quote->ChangePercent().value(), -100.0 / 150);
  EXPECT_EQ(book.Find(Sym("TSLA"))->price, At("800"));
}

TEST(StockBookTest, TakesNoNumberForAPriceThatChangesNothing) {
  StockBook book;
  book.Add("AAPL", At("150"), Time(1));
  EXPECT_EQ(book.SetPrice(Sym("AAPL"), At("150"), Time(9)),
            SetResult::kUnchanged);
  EXPECT_EQ(book.SetPrice(Sym("TSLA"), At("150"), Time(9)),
            SetResult::kNotTracked);
  EXPECT_EQ(book.sequence(), 1u);
  EXPECT_EQ(book.Find(Sym("AAPL"))->time, Time(1));
  EXPECT_TRUE(ChangesSince(book, 1).empty());
}

TEST(StockBookTest, AppliesABatchAsOneChange) {
  StockBook book;
  for (const char* symbol : {"A", "B", "C"}) book.Add(symbol, At("1"), Time(1));
  const auto result = book.Apply({{Sym("A"), At("2"), Time(2)},
                                  {Sym("X"), At("2"), Time(2)},
                                  {Sym("B"), At("1"), Time(2)},
                                  {Sym("C"), At("3"), Time(2)}});
  EXPECT_EQ(result.changed, 2u);
  EXPECT_EQ(result.unchanged, 1u);
  EXPECT_EQ(result.not_tracked, 1u);
  EXPECT_EQ(book.sequence(), 4u);
  EXPECT_EQ(book.Find(Sym("A"))->sequence, 4u);
  EXPECT_EQ(book.Find(Sym("B"))->sequence, 2u);
  EXPECT_EQ(book.Find(Sym("C"))->sequence, 4u);
  EXPECT_EQ(book.Find(Sym("X")), nullptr);
}

TEST(StockBookTest, SeesEachPriceOfABatchInHighAndLow) {
  StockBook book;
  book.Add("A", At("5"), Time(1));
  const auto result = book.Apply({{Sym("A"), At("9"), Time(2)},
                                  {Sym("A"), At("2"), Time(3)},
                                  {Sym("A"), At("5"), Time(4)}});
  EXPECT_EQ(result.changed, 3u);
  const Quote* quote = book.Find(Sym("A"));
  EXPECT_EQ(quote->price, At("5"));
  EXPECT_EQ(quote->high, At("9"));
  EXPECT_EQ(quote->low, At("2"));
  EXPECT_EQ(quote->time, Time(4));
  EXPECT_EQ(quote->high_sequence, 2u);
  EXPECT_EQ(quote->low_sequence, 2u);
  EXPECT_EQ(book.sequence(), 2u);
  EXPECT_EQ(ChangesSince(book, 1), Strings{"A"});
}

TEST(StockBookTest, TakesNoNumberForABatchThatChangesNothing) {
  StockBook book;
  book.Add("A", At("5"), Time(1));
  EXPECT_EQ(book.Apply({}).changed, 0u);
  EXPECT_EQ(book.Apply(static_cast<const PriceUpdate*>(nullptr), 0).changed,
            0u);
  EXPECT_EQ(book.Apply({{Sym("A"), At("5"), Time(2)}}).unchanged, 1u);
  EXPECT_EQ(book.Apply({{Sym("B"), At("5"), Time(2)}}).not_tracked, 1u);
  EXPECT_EQ(book.sequence(), 1u);
}

TEST(StockBookTest, AppliesBatchesOfAnySize) {
  StockBook book;
  std::vector<PriceUpdate> updates;
  for (int i = 0; i < 100; ++i) {
    book.Add("S" + std::to_string(i), At("1"), Time(1));
  }
  for (int i = 0; i < 100; ++i) {
    updates.push_back({Sym("S" + std::to_string(i)), At("2"), Time(2)});
    const Sequence before = book.sequence();
    for (PriceUpdate& update : updates) {
      update.price =
          Price::Of(update.price.mantissa() + 1, update.price.decimals());
    }
    EXPECT_EQ(book.Apply(updates).changed, updates.size());
    EXPECT_EQ(book.sequence(), before + 1);
    EXPECT_EQ(ChangesSince(book, before).size(), updates.size());
  }
}

TEST(StockBookTest, SetsTheReferenceAsAChange) {
  StockBook book;
  book.Add("A", At("110"), Time(1));
  book.Add("B", At("1"), Time(1));
  EXPECT_EQ(book.SetReference(Sym("A"), At("100")), SetResult::kChanged);
  const Quote* quote = book.Find(Sym("A"));
  EXPECT_EQ(quote->reference, At("100"));
  EXPECT_EQ(quote->price, At("110"));
  EXPECT_EQ(quote->low, At("110"));
  EXPECT_EQ(quote->time, Time(1));
  EXPECT_DOUBLE_EQ(quote->ChangePercent().value(), 10.0);
  EXPECT_EQ(quote->sequence, 3u);
  EXPECT_EQ(ChangesSince(book, 2), Strings{"A"});
  EXPECT_EQ(book.SetReference(Sym("A"), At("100")), SetResult::kUnchanged);
  EXPECT_EQ(book.SetReference(Sym("X"), At("100")), SetResult::kNotTracked);
  EXPECT_EQ(book.sequence(), 3u);
}

TEST(StockBookTest, TellsWhatChangedNewestFirst) {
  StockBook book;
  for (const char* symbol : {"A", "B", "C"}) book.Add(symbol, At("1"), Time(1));
  book.SetPrice(Sym("A"), At("2"), Time(2));
  book.SetPrice(Sym("C"), At("2"), Time(2));
  book.SetPrice(Sym("A"), At("3"), Time(3));
  EXPECT_EQ(ChangesSince(book, 0), (Strings{"A", "C", "B"}));
  EXPECT_EQ(ChangesSince(book, 3), (Strings{"A", "C"}));
  EXPECT_EQ(ChangesSince(book, 5), Strings{"A"});
  EXPECT_EQ(ChangesSince(book, 6), Strings{});
  EXPECT_EQ(ChangesSince(book, 99), Strings{});
  EXPECT_TRUE(book.CanTellChangesSince(6));
  EXPECT_FALSE(book.CanTellChangesSince(7));
}

TEST(StockBookTest, TakesSnapshotsInTheOrderOfAdding) {
  StockBook book;
  for (const char* symbol : {"C", "A", "B"}) book.Add(symbol, At("1"), Time(1));
  book.SetPrice(Sym("C"), At("2"), Time(2));
  EXPECT_EQ(Symbols(book), (Strings{"C", "A", "B"}));
}

TEST(StockBookTest, RemovesASymbol) {
  StockBook book;
  for (const char* symbol : {"A", "B", "C"}) book.Add(symbol, At("1"), Time(1));
  EXPECT_TRUE(book.Remove(Sym("B")));
  EXPECT_FALSE(book.Remove(Sym("B")));
  EXPECT_EQ(book.size(), 2u);
  EXPECT_EQ(book.sequence(), 4u);
  EXPECT_EQ(book.Find(Sym("B")), nullptr);
  EXPECT_EQ(book.SetPrice(Sym("B"), At("2"), Time(2)), SetResult::kNotTracked);
  EXPECT_EQ(Symbols(book), (Strings{"A", "C"}));
  EXPECT_EQ(ChangesSince(book, 0), (Strings{"C", "A"}));
}

TEST(StockBookTest, CannotTellChangesFromBeforeARemoval) {
  StockBook book;
  book.Add("A", At("1"), Time(1));
  book.Add("B", At("1"), Time(1));
  book.Remove(Sym("A"));
  EXPECT_FALSE(book.CanTellChangesSince(0));
  EXPECT_FALSE(book.CanTellChangesSince(2));
  EXPECT_TRUE(book.CanTellChangesSince(3));
  book.SetPrice(Sym("B"), At("2"), Time(2));
  EXPECT_FALSE(book.CanTellChangesSince(2));
  EXPECT_TRUE(book.CanTellChangesSince(3));
  EXPECT_EQ(ChangesSince(book, 3), Strings{"B"});
}

TEST(StockBookTest, AddsARemovedSymbolAnew) {
  StockBook book;
  for (const char* symbol : {"A", "B", "C"}) book.Add(symbol, At("1"), Time(1));
  book.SetPrice(Sym("A"), At("9"), Time(2));
  book.Remove(Sym("A"));
  EXPECT_EQ(book.Add("A", At("3"), Time(3)), AddResult::kAdded);
  const Quote* quote = book.Find(Sym("A"));
  EXPECT_EQ(quote->reference, At("3"));
  EXPECT_EQ(quote->high, At("3"));
  EXPECT_EQ(quote->low, At("3"));
  EXPECT_EQ(quote->sequence, 6u);
  EXPECT_EQ(ChangesSince(book, 5), Strings{"A"});
  EXPECT_TRUE(book.CanTellChangesSince(5));
  EXPECT_FALSE(book.CanTellChangesSince(4));
  EXPECT_EQ(Symbols(book), (Strings{"A", "B", "C"}));  // its old place
}

TEST(StockBookTest, RemovesTheNewestTheOldestAndTheLast) {
  StockBook book;
  for (const char* symbol : {"A", "B", "C"}) book.Add(symbol, At("1"), Time(1));
  book.Remove(Sym("C"));
  EXPECT_EQ(ChangesSince(book, 0), (Strings{"B", "A"}));
  book.Remove(Sym("A"));
  EXPECT_EQ(ChangesSince(book, 0), Strings{"B"});
  book.Remove(Sym("B"));
  EXPECT_EQ(ChangesSince(book, 0), Strings{});
  EXPECT_EQ(book.size(), 0u);
  book.Add("D", At("1"), Time(1));
  EXPECT_EQ(ChangesSince(book, 0), Strings{"D"});
}

TEST(StockBookTest, CopiesAreIndependent) {
  StockBook book;
  book.Add("A", At("1"), Time(1));
  StockBook copy = book;
  copy.SetPrice(Sym("A"), At("2"), Time(2));
  EXPECT_EQ(book.Find(Sym("A"))->price, At("1"));
  EXPECT_EQ(copy.Find(Sym("A"))->price, At("2"));
}

}  // namespace
}  // namespace tickerhub
