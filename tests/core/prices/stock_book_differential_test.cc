// A StockBook against a plain one, with random operations.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/symbols.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {
namespace {

using testing::Sym;
using AddResult = StockBook::AddResult;
using SetResult = StockBook::SetResult;

Timestamp StepTime(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

// The same book in the plainest way, to compare with.
class NaiveBook {
 public:
  explicit NaiveBook(std::size_t max_symbols) : max_symbols_(max_symbols) {}

  AddResult Add(const Symbol& symbol, Price price, Timestamp time) {
    if (quotes_.count(symbol) > 0) return AddResult::kAlreadyTracked;
    if (quotes_.size() >= max_symbols_) return AddResult::kFull;
    ++sequence_;
    newest_[symbol] = time;
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
      Timestamp& newest = newest_[update.symbol];
      const bool is_older = update.time < newest;
      const bool is_extreme =
          update.price > quote.high || update.price < quote.low;
      newest = std::max(newest, update.time);
      result.out_of_order += is_older ? 1 : 0;
      if (is_older ? !is_extreme : quote.price == update.price) {
        ++result.unchanged;
        continue;
      }
      ++result.changed;
      if (!is_older) {
        quote.price = update.price;
        quote.time = update.time;
      }
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
  std::map<Symbol, Timestamp> newest_;
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
class StockBookDifferentialTest : public ::testing::TestWithParam<int> {};

TEST_P(StockBookDifferentialTest, BehavesLikeTheNaiveBook) {
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  std::vector<Symbol> symbols;
  for (int i = 0; i < GetParam(); ++i) {
    symbols.push_back(Sym("S" + std::to_string(i)));
  }
  const auto any_symbol = [&] { return symbols[below(symbols.size())]; };
  const auto any_price = [&] {
    return Price::Of(static_cast<std::int64_t>(1 + below(10)), 8);
  };
  StockBook::Options options;
  options.max_symbols = symbols.size() * 3 / 4 + 1;
  StockBook book(options);
  NaiveBook naive(options.max_symbols);

  for (int step = 0; step < 20'000; ++step) {
    const Symbol symbol = any_symbol();
    const Price price = any_price();
    const auto any_time = [&] {  // a third comes late
      return StepTime(step - (below(3) == 0 ? static_cast<int>(below(40)) : 0));
    };
    const Timestamp time = any_time();
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
        updates.push_back({any_symbol(), any_price(), any_time()});
      }
      const auto result = book.Apply(updates);
      const auto expected = naive.Apply(updates);
      ASSERT_EQ(result.changed, expected.changed);
      ASSERT_EQ(result.unchanged, expected.unchanged);
      ASSERT_EQ(result.out_of_order, expected.out_of_order);
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
                         ::testing::Values(2, 12, 100, 1'000));

}  // namespace
}  // namespace tickerhub
