// fanout_bench: what a broadcast costs the server, from one order to publish to
// the last client's frame, for this library and for others, over real sockets
// on loopback.
//
//   fanout_bench --quick --benchmark_out=rounds.json
//   fanout_bench --peers tickerhub --clients 1000 --rounds 20
//
// Each line of the output is one peer's turn in one round. report.py makes
// medians and ratios of a file of rounds; benchmarks/run-fanout calls both.
//
// "How it measures" in docs/performance.md explains the figures. A benchmark's
// "time" is that from each order to its last frame, summed over a round's
// ticks; items are frames.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "fanout/crowd.h"
#include "fanout/plan.h"

namespace tickerhub::fanout {
namespace {

/// The crowds of one number of clients, one for each peer. They are made when
/// they are needed, and end when another number is needed and after each round
/// of connecting.
class Stage {
 public:
  CrowdProcess& CrowdOf(const Turn& turn) {
    const bool subset = turn.scenario == Scenario::kSubset;
    const bool connect = turn.scenario == Scenario::kConnect;
    const auto setting = std::tuple(connect, turn.clients, subset);
    if (setting != setting_ || connect) crowds_.clear();
    setting_ = setting;
    auto& crowd = crowds_[turn.peer.name];
    if (!crowd) {
      crowd = std::make_unique<CrowdProcess>(
          turn.peer.command, turn.peer.compression, turn.clients, subset);
    }
    return *crowd;
  }

 private:
  std::tuple<bool, std::uint32_t, bool> setting_;
  std::map<std::string, std::unique_ptr<CrowdProcess>> crowds_;
};

void AddCounters(const RoundResult& result, benchmark::State& state) {
  const auto arrived = static_cast<double>(result.arrived);
  const auto per = [](double whole, double parts) {
    return parts > 0 ? whole / parts : 0;
  };
  const auto served = static_cast<double>(result.served);
  state.counters = {{"cpu_us", per(result.cpu_ns / 1e3, arrived)},
                    {"user_us", per(result.user_us, arrived)},
                    {"cpu_served_us", per(result.cpu_ns / 1e3, served)},
                    {"user_served_us", per(result.user_us, served)},
                    {"frames_per_second", per(arrived * 1e9, result.wall_ns)},
                    {"last_p50_us", result.last_p50_ns / 1e3},
                    {"last_p99_us", result.last_p99_ns / 1e3},
                    {"wire_bytes_per_frame",
                     per(static_cast<double>(result.wire_bytes), arrived)},
                    {"rss_bytes", result.rss_per_connection},
                    {"rss_after_bytes", result.rss_after_per_connection},
                    {"handshake_us", result.handshake_cpu_us},
                    {"accepts_per_second", result.accepts_per_second},
                    {"dropped", static_cast<double>(result.expected) - arrived},
                    {"out_of_order", static_cast<double>(result.out_of_order)}};
  state.SetItemsProcessed(static_cast<std::int64_t>(result.arrived));
}

// Returns whether every frame arrived.
bool RunTurn(benchmark::State& state, Stage& stage, const Turn& turn) {
  CrowdProcess& crowd = stage.CrowdOf(turn);
  std::optional<RoundResult> result;
  if (crowd.error().empty()) result = crowd.Run(turn.Request());
  if (!result) {
    state.SkipWithError(crowd.error().empty()
                            ? "the process of the clients has ended"
                            : crowd.error().c_str());
    return false;
  }
  while (state.KeepRunning()) {
    state.SetIterationTime(turn.scenario == Scenario::kConnect
                               ? turn.clients / result->accepts_per_second
                               : result->wall_ns / 1e9);
  }
  AddCounters(*result, state);
  return result->arrived == result->expected && result->out_of_order == 0;
}

void DescribeContext(const PlanOptions& options) {
  if (std::strcmp(TICKERHUB_BUILD_TYPE, "Release") != 0) {
    std::fputs("WARNING: only figures of a Release build mean anything.\n",
               stderr);
  }
  benchmark::AddCustomContext("compiler", TICKERHUB_COMPILER);
  benchmark::AddCustomContext("flags", TICKERHUB_FLAGS);
  benchmark::AddCustomContext("build_type", TICKERHUB_BUILD_TYPE);
  benchmark::AddCustomContext("commit", options.commit);
  benchmark::AddCustomContext("rounds", std::to_string(options.rounds));
}

// Returns the exit status: 1 if a frame was lost or nothing was measured.
int Main(int argc, char** argv) {
  PlanOptions options;
  if (const auto status = ReadPlanOptions(argc, argv, &options)) return *status;
  std::vector<char*> rest = {argv[0]};
  for (std::string& argument : options.rest) rest.push_back(argument.data());
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data())) return 2;
  DescribeContext(options);
  Stage stage;
  bool good = true;
  for (const Turn& turn : MakePlan(options, FindPeers(options))) {
    benchmark::RegisterBenchmark(turn.Name().c_str(),
                                 [&stage, &good, turn](auto& state) {
                                   good &= RunTurn(state, stage, turn);
                                 })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  const bool any = benchmark::RunSpecifiedBenchmarks() > 0;
  benchmark::Shutdown();
  return any && good ? 0 : 1;
}

}  // namespace
}  // namespace tickerhub::fanout

int main(int argc, char** argv) { return tickerhub::fanout::Main(argc, argv); }
