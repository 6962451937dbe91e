// What NotificationRouter costs with 100,000 connections: finding whom a
// notification is for, and keeping up with who comes and goes.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench_parts.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/payload.h"

namespace tickerhub {
namespace {

using Result = NotificationRouter::IdentifyResult;

constexpr std::uint64_t kConnected = 100'000;

// 100,000 connections. Half of them are guests; of the others,
// `connections_per_user` each have one identifier in common.
class Crowd {
 public:
  explicit Crowd(std::uint64_t connections_per_user = 1) {
    for (std::uint64_t i = 0; i < kConnected; ++i) {
      router.Connect({i}, "client" + std::to_string(i));
      if (i < kConnected / 2) {
        router.Identify({i}, UserName(i / connections_per_user));
      }
    }
  }

  static std::string UserName(std::uint64_t user) {
    return "user" + std::to_string(user);
  }

  const IdleThread second_thread;
  NullBroadcaster out;
  NotificationRouter router{out};
};

void BM_SendToUser(benchmark::State& state) {
  const auto connections = static_cast<std::uint64_t>(state.range(0));
  Crowd crowd(connections);
  const Payload payload("{\"type\":\"notification\"}");
  const std::uint64_t users = kConnected / 2 / connections;
  std::uint64_t user = 0;
  for (auto _ : state) {
    user = (user + 7'919) % users;
    if (crowd.router.SendToUser(Crowd::UserName(user), payload) !=
        connections) {
      state.SkipWithError("a connection was not reached");
      break;
    }
  }
}
BENCHMARK(BM_SendToUser)->Arg(1)->Arg(3)->Arg(100);

void BM_SendToClient(benchmark::State& state) {
  Crowd crowd;
  const Payload payload("{\"type\":\"notification\"}");
  std::uint64_t client = 0;
  for (auto _ : state) {
    client = (client + 7'919) % kConnected;
    if (crowd.router.SendToClient("client" + std::to_string(client), payload) !=
        1) {
      state.SkipWithError("the connection was not reached");
      break;
    }
  }
}
BENCHMARK(BM_SendToClient);

// Connections in turns take another name, which nobody has.
void BM_Identify(benchmark::State& state) {
  Crowd crowd;
  std::uint64_t turn = 0;
  for (auto _ : state) {
    const SessionId session{(turn * 7'919) % kConnected};
    if (crowd.router.Identify(session, "name" + std::to_string(turn++)) !=
        Result::kIdentified) {
      state.SkipWithError("a name was refused");
      break;
    }
  }
}
BENCHMARK(BM_Identify);

// One comes and one leaves, so that 100,000 stay connected.
void BM_ConnectAndDisconnect(benchmark::State& state) {
  Crowd crowd;
  std::uint64_t next = kConnected;
  for (auto _ : state) {
    crowd.router.Connect({next}, "client" + std::to_string(next));
    crowd.router.Disconnect({next - kConnected});
    ++next;
  }
  if (crowd.router.connection_count() != kConnected) {
    state.SkipWithError("connections were lost");
  }
}
BENCHMARK(BM_ConnectAndDisconnect);

void BM_Online(benchmark::State& state) {
  Crowd crowd;
  const auto limit = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(crowd.router.Online(limit));
  }
}
BENCHMARK(BM_Online)->Arg(500);

// One payload to everybody, each of whom then holds a reference to it. Each
// round sends another payload than the one before, so that every session lets
// that go. `per_session` is the time of one round divided by the number of
// sessions.
void BM_RouterSendToAll(benchmark::State& state) {
  const IdleThread second_thread;
  CountingBroadcaster out;
  NotificationRouter router(out);
  const auto sessions = static_cast<std::uint64_t>(state.range(0));
  for (std::uint64_t i = 0; i < sessions; ++i) {
    router.Connect({i}, "client" + std::to_string(i));
  }
  const std::string text(400, 'x');
  const Payload payloads[] = {Payload(text), Payload(text)};
  std::size_t turn = 0;
  for (auto _ : state) {
    turn ^= 1;
    benchmark::DoNotOptimize(router.SendToAll(payloads[turn]));
    benchmark::ClobberMemory();
  }
  const auto rounds = static_cast<std::uint64_t>(state.iterations());
  state.counters["per_session"] = benchmark::Counter(
      static_cast<double>(rounds * sessions),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  for (const CountingBroadcaster::Inbox& inbox : out.inboxes()) {
    if (inbox.count != rounds ||
        inbox.last.frame().data() != payloads[turn].frame().data()) {
      state.SkipWithError("a session did not get every message");
      return;
    }
  }
}
BENCHMARK(BM_RouterSendToAll)->RangeMultiplier(10)->Range(1, 100'000);

}  // namespace
}  // namespace tickerhub
