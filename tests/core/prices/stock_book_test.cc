#include "tickerhub/stock_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tickerhub {
namespace {

using AddResult = StockBook::AddResult;
using SetResult = StockBook::SetResult;

Symbol Sym(std::string_view text) { return *Symbol::Parse(text); }
Price At(std::string_view text) { return Price::Parse(text).price; }
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
  EXPECT_EQ(book.Add("aapl", At("150"), Time(7)), AddResult::kAdded);
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
  EXPECT_EQ(quote->ChangeUnits(), 0);
  EXPECT_EQ(book.size(), 1u);
  EXPECT_EQ(book.sequence(), 1u);
}

TEST(StockBookTest, AddsASymbolOnlyOnce) {
  StockBook book;
  book.Add("AAPL", At("150"), Time(1));
  EXPECT_EQ(book.Add("AAPL", At("151"), Time(2)), AddResult::kAlreadyTracked);
  EXPECT_EQ(book.Add(Sym("aapl"), At("151"), Time(2)),
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
  EXPECT_EQ(quote->ChangeUnits(), -Price::kUnitsPerOne);
  EXPECT_DOUBLE_EQ(quote->ChangePercent(), -100.0 / 150);
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
  EXPECT_EQ(book.Apply(nullptr, 0).changed, 0u);
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
      update.price = Price::FromUnits(update.price.units() + 1);
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
  EXPECT_DOUBLE_EQ(quote->ChangePercent(), 10.0);
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

// The same book in the plainest way, to compare with.
class NaiveBook {
 public:
  explicit NaiveBook(std::size_t max_symbols) : max_symbols_(max_symbols) {}

  AddResult Add(const Symbol& symbol, Price price, Timestamp time) {
    if (quotes_.count(symbol) > 0) return AddResult::kAlreadyTracked;
    if (quotes_.size() >= max_symbols_) return AddResult::kFull;
    ++sequence_;
    quotes_.emplace(symbol, Quote{symbol, price, price, price, price, time,
                                  sequence_, sequence_, sequence_});
    return AddResult::kAdded;
  }

  StockBook::BatchResult Apply(const std::vector<PriceUpdate>& updates) {
    StockBook::BatchResult result;
    for (const PriceUpdate& update : updates) {
      const auto found = quotes_.find(update.symbol);
      if (found == quotes_.end()) {
        ++result.not_tracked;
        continue;
      }
      Quote& quote = found->second;
      if (quote.price == update.price) {
        ++result.unchanged;
        continue;
      }
      ++result.changed;
      quote.price = update.price;
      quote.time = update.time;
      quote.sequence = sequence_ + 1;
      if (update.price > quote.high) {
        quote.high = update.price;
        quote.high_sequence = sequence_ + 1;
      }
      if (update.price < quote.low) {
        quote.low = update.price;
        quote.low_sequence = sequence_ + 1;
      }
    }
    if (result.changed > 0) ++sequence_;
    return result;
  }

  SetResult SetReference(const Symbol& symbol, Price reference) {
    const auto found = quotes_.find(symbol);
    if (found == quotes_.end()) return SetResult::kNotTracked;
    if (found->second.reference == reference) return SetResult::kUnchanged;
    found->second.reference = reference;
    found->second.sequence = ++sequence_;
    return SetResult::kChanged;
  }

  bool Remove(const Symbol& symbol) {
    if (quotes_.erase(symbol) == 0) return false;
    last_removal_ = ++sequence_;
    return true;
  }

  const std::map<Symbol, Quote>& quotes() const { return quotes_; }
  Sequence sequence() const { return sequence_; }
  Sequence last_removal() const { return last_removal_; }

 private:
  std::size_t max_symbols_;
  std::map<Symbol, Quote> quotes_;
  Sequence sequence_ = 0;
  Sequence last_removal_ = 0;
};

void ExpectSameQuote(const Quote& a, const Quote& b) {
  ASSERT_EQ(a.symbol, b.symbol);
  ASSERT_EQ(a.price, b.price);
  ASSERT_EQ(a.reference, b.reference);
  ASSERT_EQ(a.high, b.high);
  ASSERT_EQ(a.low, b.low);
  ASSERT_EQ(a.time, b.time);
  ASSERT_EQ(a.sequence, b.sequence);
  ASSERT_EQ(a.high_sequence, b.high_sequence);
  ASSERT_EQ(a.low_sequence, b.low_sequence);
}

void ExpectSameChanges(const StockBook& book, const NaiveBook& naive,
                       Sequence since) {
  std::set<Symbol> expected;
  for (const auto& [symbol, quote] : naive.quotes()) {
    if (quote.sequence > since) expected.insert(symbol);
  }
  std::set<Symbol> seen;
  Sequence last = UINT64_MAX;
  book.ForEachChangeSince(since, [&](const Quote& quote) {
    EXPECT_TRUE(seen.insert(quote.symbol).second);
    EXPECT_LE(quote.sequence, last);
    last = quote.sequence;
  });
  ASSERT_EQ(seen, expected);
  ASSERT_EQ(book.CanTellChangesSince(since),
            since >= naive.last_removal() && since <= naive.sequence());
}

void ExpectSameBooks(const StockBook& book, const NaiveBook& naive) {
  ASSERT_EQ(book.size(), naive.quotes().size());
  ASSERT_EQ(book.sequence(), naive.sequence());
  std::size_t count = 0;
  book.ForEach([&](const Quote& quote) {
    ++count;
    ASSERT_EQ(naive.quotes().count(quote.symbol), 1u);
    ExpectSameQuote(quote, naive.quotes().at(quote.symbol));
  });
  ASSERT_EQ(count, naive.quotes().size());
}

// Few symbols, so that all is hit often; the table's growth, its long runs and
// the moving up after a removal come with the larger numbers.
class StockBookDifferentialTest : public testing::TestWithParam<int> {};

TEST_P(StockBookDifferentialTest, BehavesLikeTheNaiveBook) {
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  std::vector<Symbol> symbols;
  for (int i = 0; i < GetParam(); ++i) {
    symbols.push_back(Sym("S" + std::to_string(i)));
  }
  const auto any_symbol = [&] { return symbols[below(symbols.size())]; };
  const auto any_price = [&] {
    return Price::FromUnits(static_cast<std::int64_t>(1 + below(10)));
  };
  StockBook::Options options;
  options.max_symbols = symbols.size() * 3 / 4 + 1;
  StockBook book(options);
  NaiveBook naive(options.max_symbols);

  for (int step = 0; step < 20'000; ++step) {
    const Symbol symbol = any_symbol();
    const Price price = any_price();
    const Timestamp time = Time(step);
    const std::uint64_t what = below(10);
    if (what < 3) {
      ASSERT_EQ(book.Add(symbol, price, time), naive.Add(symbol, price, time));
    } else if (what < 5) {
      ASSERT_EQ(book.Remove(symbol), naive.Remove(symbol));
    } else if (what < 6) {
      ASSERT_EQ(book.SetReference(symbol, price),
                naive.SetReference(symbol, price));
    } else if (what < 8) {
      const SetResult result = book.SetPrice(symbol, price, time);
      const auto expected = naive.Apply({{symbol, price, time}});
      ASSERT_EQ(result == SetResult::kChanged, expected.changed == 1);
      ASSERT_EQ(result == SetResult::kUnchanged, expected.unchanged == 1);
      ASSERT_EQ(result == SetResult::kNotTracked, expected.not_tracked == 1);
    } else {
      std::vector<PriceUpdate> updates;
      for (std::uint64_t i = below(40); i > 0; --i) {
        updates.push_back({any_symbol(), any_price(), time});
      }
      const auto result = book.Apply(updates);
      const auto expected = naive.Apply(updates);
      ASSERT_EQ(result.changed, expected.changed);
      ASSERT_EQ(result.unchanged, expected.unchanged);
      ASSERT_EQ(result.not_tracked, expected.not_tracked);
    }
    ASSERT_EQ(book.sequence(), naive.sequence());
    const Quote* found = book.Find(symbol);
    ASSERT_EQ(found != nullptr, naive.quotes().count(symbol) == 1);
    if (step % 100 == 0) {
      ASSERT_NO_FATAL_FAILURE(ExpectSameBooks(book, naive));
      ASSERT_NO_FATAL_FAILURE(
          ExpectSameChanges(book, naive, below(book.sequence() + 3)));
    }
  }
  ExpectSameBooks(book, naive);
}

INSTANTIATE_TEST_SUITE_P(Symbols, StockBookDifferentialTest,
                         testing::Values(2, 12, 100, 1'000));

}  // namespace
}  // namespace tickerhub
