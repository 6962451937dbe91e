// What the services keep for each session, in bytes of the heap as malloc
// counts them. `bytes_per_session` is the figure; the time is that of opening
// all of them.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench_parts.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub {
namespace {

constexpr std::uint64_t kSessions = 20'000;

void ReportMemory(benchmark::State& state, double empty) {
  state.counters["bytes_per_session"] =
      (HeapBytes() - empty) / static_cast<double>(kSessions);
}

void Once(benchmark::internal::Benchmark* benchmark) {
  benchmark->Iterations(1)->Unit(benchmark::kMillisecond);
}

// Sessions that each send `request`, if there is one.
void BM_StockSessions(benchmark::State& state, const std::string& request) {
  for (auto _ : state) {
    NullBroadcaster out;
    testing::ManualScheduler scheduler;
    StockTracker tracker(out, scheduler);
    for (char name = 'A'; name <= 'J'; ++name) {
      tracker.AddStock({&name, 1}, Price::Of(1, 0));
    }
    tracker.Snapshot();
    const double empty = HeapBytes();
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      tracker.OnOpen({i}, {});
      if (!request.empty()) tracker.OnMessage({i}, {request, false});
    }
    ReportMemory(state, empty);
  }
}
BENCHMARK_CAPTURE(BM_StockSessions, follow_all, "")->Apply(Once);
BENCHMARK_CAPTURE(BM_StockSessions, at_a_pace,
                  R"({"type":"subscribe","maxRate":5})")
    ->Apply(Once);
BENCHMARK_CAPTURE(
    BM_StockSessions, follow_ten,
    R"({"type":"subscribe","stocks":["A","B","C","D","E","F","G","H","I","J"]})")
    ->Apply(Once);

// With `named`, each under an identifier of its own.
void BM_NotifierSessions(benchmark::State& state, bool named) {
  for (auto _ : state) {
    NullBroadcaster out;
    testing::ManualScheduler scheduler;
    InMemoryNotificationLog log;
    Notifier::Options options;
    options.announce_presence = false;
    Notifier notifier(out, scheduler, log, options);
    const double empty = HeapBytes();
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      notifier.OnOpen({i}, {});
      if (!named) continue;
      const std::string request =
          R"({"type":"set-identifier","identifier":"user)" + std::to_string(i) +
          "\"}";
      notifier.OnMessage({i}, {request, false});
    }
    scheduler.Advance(std::chrono::seconds(10));  // timers have run
    ReportMemory(state, empty);
  }
}
BENCHMARK_CAPTURE(BM_NotifierSessions, guests, false)->Apply(Once);
BENCHMARK_CAPTURE(BM_NotifierSessions, users, true)->Apply(Once);

}  // namespace
}  // namespace tickerhub
