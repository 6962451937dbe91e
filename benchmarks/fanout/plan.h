#ifndef TICKERHUB_BENCHMARKS_FANOUT_PLAN_H_
#define TICKERHUB_BENCHMARKS_FANOUT_PLAN_H_

// What fanout_bench measures, and in which order. A cell is a scenario with a
// number of clients and a size. Within a cell it goes round by round, and
// within a round one peer after the other, so that whatever else the machine
// does meanwhile disturbs all of them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fanout/round.h"

namespace tickerhub::fanout {

struct PlanOptions {
  std::vector<std::uint32_t> clients = {1, 100, 1000, 10'000};
  std::vector<std::uint32_t> bytes = {76, 400, 4096};
  std::uint32_t rounds = 10;
  std::uint32_t connect_rounds = 10;
  /// Empty: all that are there.
  std::vector<std::string> peers;
  std::string commit = "unknown";
  /// The arguments for Google Benchmark.
  std::vector<std::string> rest;
};

/// Returns an exit status if the program is to end now.
std::optional<int> ReadPlanOptions(int argc, const char* const* argv,
                                   PlanOptions* options);

struct Peer {
  std::string name;
  std::vector<std::string> command;
  bool compression = false;  ///< clients offer it, the server has to agree
};

/// Those that were built or installed and that `options` asks for. The floor
/// comes first.
std::vector<Peer> FindPeers(const PlanOptions& options);

/// One peer's turn in one round.
struct Turn {
  Scenario scenario = Scenario::kAll;
  std::uint32_t clients = 0;
  std::uint32_t bytes = 0;
  std::uint32_t round = 0;
  Peer peer;

  /// "all/tickerhub/clients:1000/bytes:76/round:3".
  std::string Name() const;
  RoundRequest Request() const;
};

std::vector<Turn> MakePlan(const PlanOptions& options,
                           const std::vector<Peer>& peers);

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_PLAN_H_
