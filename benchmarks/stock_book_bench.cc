// StockBook and the values in it. The bars of the project for a book of 10,000
// symbols, random order, one core: 20 million price updates a second, and 10
// million of updates with price, bid, ask and volume; 100 changes collected
// within 5 microseconds.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "tickerhub/price.h"
#include "tickerhub/stock_book.h"
#include "tickerhub/symbol.h"

namespace tickerhub {
namespace {

constexpr Timestamp kTime{std::chrono::milliseconds{1'767'364'200'000}};

std::vector<Symbol> MakeSymbols(std::size_t count) {
  std::vector<Symbol> symbols;
  symbols.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    symbols.push_back(*Symbol::Parse("S" + std::to_string(i * 7919) + ".T"));
  }
  return symbols;
}

StockBook MakeBook(const std::vector<Symbol>& symbols) {
  StockBook::Options options;
  options.max_symbols = symbols.size();
  StockBook book(options);
  for (const Symbol& symbol : symbols) {
    book.Add(symbol, Price::Of(150, 0), kTime);
  }
  return book;
}

// Every symbol equally often, in random order; each update is a change. At
// least 64 Ki of them, so that no cache or predictor learns the order.
std::vector<PriceUpdate> MakeUpdates(const std::vector<Symbol>& symbols) {
  std::mt19937_64 random(1);
  std::vector<PriceUpdate> updates;
  std::vector<std::size_t> order(symbols.size());
  std::iota(order.begin(), order.end(), 0);
  std::int64_t round = 0;
  while (updates.size() < std::max<std::size_t>(65'536, 4 * symbols.size())) {
    ++round;
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      const auto offset = static_cast<std::int64_t>(random() % 1'000);
      // Rounds differ by more than the random part: even across the wrap from
      // the last round to the first.
      updates.push_back(
          {symbols[i], Price::Of(15'000 + round * 1'000 + offset, 2), kTime});
    }
  }
  return updates;
}

/// A book of state.range(0) symbols, with updates for it.
struct Scene {
  explicit Scene(const benchmark::State& state)
      : symbols(MakeSymbols(static_cast<std::size_t>(state.range(0)))) {}
  std::vector<Symbol> symbols;
  StockBook book = MakeBook(symbols);
  const std::vector<PriceUpdate> updates = MakeUpdates(symbols);
};

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int size : {10, 1'000, 10'000, 100'000}) benchmark->Arg(size);
}

void Report(benchmark::State& state, std::size_t items,
            std::uint64_t unchanged = 0) {
  state.SetItemsProcessed(static_cast<std::int64_t>(items) *
                          state.iterations());
  if (unchanged > 0) state.SkipWithError("an update was no change");
}

void BM_StockBookSetPrice(benchmark::State& state) {
  auto [symbols, book, updates] = Scene(state);
  std::uint64_t unchanged = 0;
  for (auto _ : state) {
    for (const PriceUpdate& update : updates) {
      unchanged += book.SetPrice(update.symbol, update.price, update.time) !=
                   StockBook::SetResult::kChanged;
    }
  }
  Report(state, updates.size(), unchanged);
}
BENCHMARK(BM_StockBookSetPrice)->Apply(Sizes);

// As a feed brings them: batches of 100.
void BM_StockBookApply(benchmark::State& state) {
  auto [symbols, book, updates] = Scene(state);
  constexpr std::size_t kBatch = 100;
  std::uint64_t unchanged = 0;
  for (auto _ : state) {
    for (std::size_t done = 0; done < updates.size(); done += kBatch) {
      const auto result = book.Apply(updates.data() + done,
                                     std::min(kBatch, updates.size() - done));
      unchanged += result.unchanged + result.not_tracked;
    }
  }
  Report(state, updates.size(), unchanged);
}
BENCHMARK(BM_StockBookApply)->Apply(Sizes);

// The same with price, bid, ask and volume, all of which change. The updates of
// a batch are made just before, as a feed does: a program does not keep tens of
// megabytes of them. To make them counts too.
void BM_StockBookApplyQuotes(benchmark::State& state) {
  auto [symbols, book, prices] = Scene(state);
  constexpr std::size_t kBatch = 100;
  std::vector<QuoteUpdate> batch;
  batch.reserve(kBatch);
  std::uint64_t unchanged = 0;
  for (auto _ : state) {
    for (std::size_t done = 0; done < prices.size(); done += kBatch) {
      batch.clear();
      const std::size_t end = std::min(done + kBatch, prices.size());
      for (std::size_t i = done; i < end; ++i) {
        const std::int64_t cents = prices[i].price.mantissa();
        QuoteUpdate& update = batch.emplace_back(prices[i]);
        update.bid = Price::Of(cents - 1, 2);
        update.ask = Price::Of(cents + 1, 2);
        update.volume = Price::Of(cents * 100, 0);
      }
      const auto result = book.Apply(batch.data(), batch.size());
      unchanged += result.unchanged + result.not_tracked;
    }
  }
  Report(state, prices.size(), unchanged);
}
BENCHMARK(BM_StockBookApplyQuotes)->Apply(Sizes);

// Collects min(100, size) random changes. Manual time: only the collecting
// counts, not the updates that made the changes.
void BM_StockBookChangesSince(benchmark::State& state) {
  auto [symbols, book, updates] = Scene(state);
  const std::size_t changes = std::min<std::size_t>(100, symbols.size());
  std::vector<Quote> collected;
  collected.reserve(changes);
  std::size_t next = 0;
  for (auto _ : state) {
    const Sequence since = book.sequence();
    if (next + changes > updates.size()) next = 0;
    book.Apply(updates.data() + next, changes);
    next += changes;

    collected.clear();
    const auto start = std::chrono::steady_clock::now();
    book.ForEachChangeSince(
        since, [&](const Quote& quote) { collected.push_back(quote); });
    const auto end = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(collected.data());
    state.SetIterationTime(std::chrono::duration<double>(end - start).count());
  }
  state.counters["collected"] = static_cast<double>(collected.size());
}
BENCHMARK(BM_StockBookChangesSince)->UseManualTime()->Apply(Sizes);

// One empty book filled for each iteration, with all its growth.
void BM_StockBookAdd(benchmark::State& state) {
  const auto symbols = MakeSymbols(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    StockBook book = MakeBook(symbols);
    benchmark::DoNotOptimize(book);
  }
  Report(state, symbols.size());
}
BENCHMARK(BM_StockBookAdd)->Apply(Sizes);

void BM_StockBookSnapshot(benchmark::State& state) {
  const auto [symbols, book, updates] = Scene(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.Snapshot().data());
  }
  Report(state, symbols.size());
}
BENCHMARK(BM_StockBookSnapshot)->Apply(Sizes);

template <typename Value>
void Parse(benchmark::State& state, const std::vector<std::string>& texts) {
  for (auto _ : state) {
    for (const std::string& text : texts) {
      benchmark::DoNotOptimize(Value::Parse(text));
    }
  }
  Report(state, texts.size());
}

void BM_PriceParse(benchmark::State& state) {
  Parse<Price>(state, {"150", "151.25", "0.00001234", "67123.4567", "1.5e-05",
                       "92233720368.54775807"});
}
BENCHMARK(BM_PriceParse);

void BM_SymbolParse(benchmark::State& state) {
  Parse<Symbol>(state, {"AAPL", "brk.b", "^GSPC", "EURUSD=X"});
}
BENCHMARK(BM_SymbolParse);

}  // namespace
}  // namespace tickerhub
