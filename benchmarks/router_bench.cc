// What NotificationRouter costs with 100,000 connections: finding whom a
// notification is for, and keeping up with who comes and goes.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench_broadcaster.h"
#include "idle_thread.h"
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
  CountingBroadcaster out;
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
    const SessionId oldest{next - kConnected};
    crowd.router.Disconnect(oldest);
    crowd.out.Forget(oldest);
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

}  // namespace
}  // namespace tickerhub
