#ifndef TICKERHUB_BENCHMARKS_FANOUT_ROUND_H_
#define TICKERHUB_BENCHMARKS_FANOUT_ROUND_H_

// What the benchmark asks of the process that holds one peer's clients, and
// what it gets back. Both are sent over a socket as they lie in memory, so they
// hold plain numbers only.

#include <cstdint>

namespace tickerhub::fanout {

enum class Scenario : std::uint32_t {
  kConnect,  ///< no messages: a new server with new clients each round
  kAll,      ///< one message a tick for all
  kEight,    ///< eight messages a tick for all
  kSubset,  ///< a hundred symbols change, each client follows ten of a thousand
};

inline const char* NameOf(Scenario scenario) {
  constexpr const char* kNames[] = {"connect", "all", "eight", "subset"};
  return kNames[static_cast<std::uint32_t>(scenario)];
}

/// Messages in one tick.
constexpr std::uint32_t MessagesPerTick(Scenario scenario) {
  constexpr std::uint32_t kMessages[] = {0, 1, 8, 100};
  return kMessages[static_cast<std::uint32_t>(scenario)];
}

struct RoundRequest {
  Scenario scenario = Scenario::kAll;
  std::uint32_t bytes = 0;
  std::uint32_t warm_up = 0;  ///< ticks that are not measured
  std::uint32_t ticks = 0;
  std::uint32_t pace_microseconds = 0;  ///< from tick to tick at least
};

struct RoundResult {
  std::uint64_t expected = 0;  ///< frames
  std::uint64_t arrived = 0;
  /// Or with another text than what was ordered; one client looks at that.
  std::uint64_t out_of_order = 0;
  std::uint64_t served = 0;  ///< clients with something in a tick, all ticks
  std::uint64_t bytes = 0;   ///< of messages, inflated
  std::uint64_t wire_bytes = 0;
  double cpu_ns = 0;   ///< of the server, exact
  double user_us = 0;  ///< of it, as sampled
  double wall_ns = 0;  ///< from each tick's order to its last frame, all ticks
  // From the order to the last client, over all rounds so far of this kind.
  double last_p50_ns = 0;
  double last_p99_ns = 0;
  /// Resident bytes at the end of the round, above the empty server.
  double rss_after_per_connection = 0;
  // Of the connecting, once for each crowd.
  double rss_per_connection = 0;
  double handshake_cpu_us = 0;
  double accepts_per_second = 0;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_ROUND_H_
