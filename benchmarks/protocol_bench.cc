// What the protocol costs: encoding, decoding, and one tick of a StockTracker
// over a broadcaster that does nothing.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench_parts.h"
#include "protocol/client_message.h"
#include "protocol/stock_messages.h"
#include "tickerhub/payload.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub {
namespace {

Symbol SymbolNumber(int i) { return *Symbol::Parse("SYM" + std::to_string(i)); }

// Five or six digits, two of them decimals, as shares have.
Price PriceNumber(std::int64_t i) {
  return Price::Of(10'000 + i * 7'919 % 90'000, 2);
}

StockBook BookOf(int symbols) {
  StockBook book;
  for (int i = 0; i < symbols; ++i) {
    book.Add(SymbolNumber(i), PriceNumber(i), testing::ManualScheduler().Now());
  }
  return book;
}

std::vector<const Quote*> QuotesOf(const StockBook& book) {
  std::vector<const Quote*> quotes;
  book.ForEach([&](const Quote& quote) { quotes.push_back(&quote); });
  return quotes;
}

void BM_EncodeUpdate(benchmark::State& state) {
  const StockBook book = BookOf(static_cast<int>(state.range(0)));
  const std::vector<const Quote*> quotes = QuotesOf(book);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const Payload payload = internal::protocol::EncodeUpdate(
        book.sequence(), 0, quotes.data(), quotes.size());
    bytes = payload.text().size();
    benchmark::DoNotOptimize(payload.frame().data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_EncodeUpdate)->Arg(1)->Arg(3)->Arg(100);

void BM_EncodeSnapshot(benchmark::State& state) {
  const StockBook book = BookOf(static_cast<int>(state.range(0)));
  const std::vector<const Quote*> quotes = QuotesOf(book);
  for (auto _ : state) {
    const Payload payload =
        internal::protocol::EncodeSnapshot(book.sequence(), quotes, {});
    benchmark::DoNotOptimize(payload.frame().data());
  }
}
BENCHMARK(BM_EncodeSnapshot)->Arg(1'000)->Unit(benchmark::kMicrosecond);

void BM_Decode(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    const auto result = internal::protocol::Decode(text);
    if (!result.ok) state.SkipWithError(result.error_message.c_str());
    benchmark::DoNotOptimize(result.message.type);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(text.size()));
}

std::string SubscribeTo(int symbols, int step = 1) {
  std::string text = R"({"type":"subscribe","stocks":[)";
  for (int i = 0; i < symbols; ++i) {
    text += (i > 0 ? ",\"" : "\"") + SymbolNumber(i * step).ToString() + '"';
  }
  return text + "]}";
}

BENCHMARK_CAPTURE(BM_Decode, add_stock,
                  R"({"type":"add-stock","stock":"NVDA"})");
BENCHMARK_CAPTURE(BM_Decode, add_stock_with_request_id,
                  R"({"type":"add-stock","stock":"NVDA","requestId":17})");
BENCHMARK_CAPTURE(BM_Decode, send_notification,
                  R"({"type":"send-notification","recipientId":"ann",)"
                  R"("message":"Lunch at noon, the usual place?",)"
                  R"("title":"Lunch","level":"info","requestId":"a17"})");
BENCHMARK_CAPTURE(BM_Decode, subscribe_100, SubscribeTo(100));

void BM_Payload(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    const Payload payload(text);
    benchmark::DoNotOptimize(payload.frame().data());
  }
}
BENCHMARK(BM_Payload)->Arg(76)->Arg(418)->Arg(4'306);

constexpr int kSymbols = 10'000;
constexpr int kChanges = 100;

// One tick of a book of 10,000: 100 new prices applied, encoded and published.
// `request` is sent by each session, if there is one. `step` symbols lie
// between two that change.
void BM_Tick(benchmark::State& state, const std::string& request) {
  NullBroadcaster out;
  testing::ManualScheduler scheduler;
  StockTracker tracker(out, scheduler);
  for (int i = 0; i < kSymbols; ++i) {
    tracker.AddStock(SymbolNumber(i).view(), PriceNumber(i));
  }
  const auto sessions = static_cast<std::uint64_t>(state.range(0));
  for (std::uint64_t i = 1; i <= sessions; ++i) {
    tracker.OnOpen({i}, {});
    if (!request.empty()) tracker.OnMessage({i}, {request, false});
  }
  if (tracker.counters().errors > 0) state.SkipWithError("not subscribed");
  const int step = static_cast<int>(state.range(1));
  std::vector<PriceUpdate> updates;
  updates.reserve(kChanges);
  for (int i = 0; i < kChanges; ++i) {
    updates.push_back(
        {SymbolNumber(i * step % kSymbols), PriceNumber(i), scheduler.Now()});
  }
  const std::size_t before = out.published();
  std::int64_t round = 0;
  for (auto _ : state) {
    ++round;
    for (PriceUpdate& update : updates) update.price = PriceNumber(round);
    tracker.Apply(updates);
    tracker.Flush();
  }
  state.counters["messages_per_tick"] =
      static_cast<double>(out.published() - before) /
      static_cast<double>(state.iterations());
}
BENCHMARK_CAPTURE(BM_Tick, FollowedAsAWhole, "")
    ->ArgNames({"sessions", "step"})
    ->ArgsProduct({{1, 10'000}, {100}})
    ->Unit(benchmark::kMicrosecond);
// A step of 101 hits ten followed ones in a tick, one of 100 nothing else.
BENCHMARK_CAPTURE(BM_Tick, FollowedByName, SubscribeTo(kSymbols / 10, 10))
    ->ArgNames({"sessions", "step"})
    ->ArgsProduct({{1, 1'000}, {101, 100}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tickerhub
