// fanout_bench: what a broadcast costs the server, from one order to publish to
// the last client's frame, for this library and for others, over real sockets
// on loopback.
//
//   fanout_bench --quick
//   fanout_bench --peers tickerhub --clients 1000 --rounds 20
//
// How it measures. Each peer's server is a process, all of its clients are
// another. A round is a few ticks at a pace; the next tick begins when every
// frame has arrived, and one that does not is counted as dropped. Peers take
// turns within each round. The server's CPU time is that of all its threads, as
// the scheduler counts it to the nanosecond; only its split into user and
// system time is sampled, and so is given over all rounds together. A ratio is
// the median of the ratios to the floor within the same round. What connecting
// costs is taken from a new server with new clients in each round.
//
// A benchmark's "time" is that from each order to its last frame, summed over a
// round's ticks; items are frames. Absolute figures drift on a shared machine:
// keep the ratios.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "fanout/crowd_process.h"
#include "fanout/plan.h"
#include "fanout/summary.h"

namespace tickerhub::fanout {
namespace {

/// The crowds of one number of clients, one for each peer; made when they are
/// needed, ended when another number is, and after each round of connecting.
class Stage {
 public:
  CrowdProcess& CrowdOf(const Turn& turn) {
    const auto setting = std::tuple(turn.scenario == Scenario::kConnect,
                                    turn.clients, turn.subset());
    if (setting != setting_ || turn.scenario == Scenario::kConnect) {
      crowds_.clear();
    }
    setting_ = setting;
    auto& crowd = crowds_[turn.peer.name];
    if (!crowd) {
      crowd = std::make_unique<CrowdProcess>(turn.peer.command,
                                             turn.peer.compression,
                                             turn.clients, turn.subset());
    }
    return *crowd;
  }

 private:
  std::tuple<bool, std::uint32_t, bool> setting_;
  std::map<std::string, std::unique_ptr<CrowdProcess>> crowds_;
};

void AddCounters(const RoundResult& result, benchmark::State& state) {
  const auto per_frame = [&result](double microseconds) {
    return result.arrived == 0
               ? 0
               : microseconds / static_cast<double>(result.arrived);
  };
  state.counters["cpu_us"] = per_frame(result.cpu_ns / 1e3);
  state.counters["user_us"] = per_frame(result.user_us);
  state.counters["system_us"] = per_frame(result.system_us);
  state.counters["last_p50_us"] = result.last_p50_ns / 1e3;
  state.counters["last_p99_us"] = result.last_p99_ns / 1e3;
  state.counters["dropped"] = static_cast<double>(result.expected) -
                              static_cast<double>(result.arrived);
  state.counters["rss_bytes"] = result.rss_per_connection;
  state.counters["handshake_us"] = result.handshake_cpu_us;
  state.counters["accepts_per_second"] = result.accepts_per_second;
  state.SetItemsProcessed(static_cast<std::int64_t>(result.arrived));
  state.SetBytesProcessed(static_cast<std::int64_t>(result.bytes));
}

void RunTurn(benchmark::State& state, Stage& stage, const Turn& turn,
             std::vector<Record>& records) {
  CrowdProcess& crowd = stage.CrowdOf(turn);
  if (!crowd.error().empty()) {
    state.SkipWithError(crowd.error().c_str());
    return;
  }
  while (state.KeepRunning()) {
    const auto result = crowd.Run(turn.Request());
    if (!result) {
      state.SkipWithError("the process of the clients has ended");
      break;
    }
    state.SetIterationTime(turn.scenario == Scenario::kConnect
                               ? turn.clients / result->accepts_per_second
                               : result->wall_ns / 1e9);
    AddCounters(*result, state);
    records.push_back({turn, *result});
  }
}

void WarnUnlessRelease() {
  if (std::strcmp(TICKERHUB_BUILD_TYPE, "Release") != 0) {
    std::fprintf(stderr,
                 "WARNING: this is a %s build; only figures of a Release build "
                 "mean anything.\n",
                 TICKERHUB_BUILD_TYPE);
  }
}

// Returns the exit status: 1 if a frame was dropped or nothing was measured.
int Report(const std::vector<Record>& records, const PlanOptions& options,
           const Context& context) {
  const std::vector<SummaryRow> rows = Summarise(records);
  std::printf("\n%s", SummaryTable(rows).c_str());
  if (!options.summary_file.empty()) {
    std::ofstream file(options.summary_file);
    file << SummaryJson(rows, context);
    if (!file.flush()) {
      std::fprintf(stderr, "fanout_bench: cannot write %s\n",
                   options.summary_file.c_str());
      return 1;
    }
  }
  for (const SummaryRow& row : rows) {
    if (row.dropped > 0 || row.out_of_order > 0) return 1;
  }
  return rows.empty() ? 1 : 0;
}

int Main(int argc, char** argv) {
  PlanOptions options;
  if (const auto status = ReadPlanOptions(&argc, argv, &options)) {
    return *status;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  WarnUnlessRelease();
  const Context context = DescribeContext(options.commit, options.rounds);
  for (const auto& [name, value] : context) {
    benchmark::AddCustomContext(name, value);
  }
  Stage stage;
  std::vector<Record> records;
  for (const Turn& turn : MakePlan(options, FindPeers(options))) {
    benchmark::RegisterBenchmark(turn.Name().c_str(),
                                 [&stage, &records, turn](auto& state) {
                                   RunTurn(state, stage, turn, records);
                                 })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return Report(records, options, context);
}

}  // namespace
}  // namespace tickerhub::fanout

int main(int argc, char** argv) { return tickerhub::fanout::Main(argc, argv); }
