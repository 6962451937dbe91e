// What a broadcast costs before any byte is moved: one payload to every
// session of an in-memory Broadcaster, each of which then holds a reference to
// it. Each round sends another payload than the one before, so that every
// session lets that go, as in life. `per_session` is the time of one round
// divided by the number of sessions.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench_broadcaster.h"
#include "idle_thread.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/payload.h"

namespace tickerhub {
namespace {

constexpr TopicId kEverybody = NotificationRouter::kEverybody;

std::uint64_t SessionsOf(const benchmark::State& state) {
  return static_cast<std::uint64_t>(state.range(0));
}

// Two payloads of some hundred bytes, sent in turns.
std::vector<Payload> SomePayloads() {
  const std::string data(400, 'x');
  return {Payload("{\"data\":\"a" + data + "\"}"),
          Payload("{\"data\":\"b" + data + "\"}")};
}

void ReportPerSession(benchmark::State& state) {
  const double deliveries = static_cast<double>(state.iterations()) *
                            static_cast<double>(state.range(0));
  state.counters["per_session"] = benchmark::Counter(
      deliveries, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Fails the run unless every session got every message and shares the bytes.
void CheckDeliveries(benchmark::State& state, CountingBroadcaster& out,
                     const Payload& last) {
  for (std::uint64_t i = 0; i < SessionsOf(state); ++i) {
    const CountingBroadcaster::Inbox& inbox = out.InboxOf({i});
    if (inbox.last.frame().data() != last.frame().data() ||
        inbox.count != static_cast<std::uint64_t>(state.iterations())) {
      state.SkipWithError("a session did not get every message");
      return;
    }
  }
}

void BM_Publish(benchmark::State& state) {
  const IdleThread second_thread;
  CountingBroadcaster out;
  for (std::uint64_t i = 0; i < SessionsOf(state); ++i) {
    out.Subscribe({i}, kEverybody);
  }
  const std::vector<Payload> payloads = SomePayloads();
  std::size_t turn = 0;
  for (auto _ : state) {
    turn ^= 1;
    out.Publish({{kEverybody, payloads[turn]}}, Delivery::kLatest);
    benchmark::ClobberMemory();
  }
  ReportPerSession(state);
  CheckDeliveries(state, out, payloads[turn]);
}
BENCHMARK(BM_Publish)->RangeMultiplier(10)->Range(1, 100'000);

void BM_RouterSendToAll(benchmark::State& state) {
  const IdleThread second_thread;
  CountingBroadcaster out;
  NotificationRouter router(out);
  for (std::uint64_t i = 0; i < SessionsOf(state); ++i) {
    router.Connect({i}, "client" + std::to_string(i));
  }
  const std::vector<Payload> payloads = SomePayloads();
  std::size_t turn = 0;
  for (auto _ : state) {
    turn ^= 1;
    benchmark::DoNotOptimize(router.SendToAll(payloads[turn]));
    benchmark::ClobberMemory();
  }
  ReportPerSession(state);
  CheckDeliveries(state, out, payloads[turn]);
}
BENCHMARK(BM_RouterSendToAll)->RangeMultiplier(10)->Range(1, 100'000);

}  // namespace
}  // namespace tickerhub
