#ifndef TICKERHUB_WEBSOCKETPP_SERVER_FIGURES_H_
#define TICKERHUB_WEBSOCKETPP_SERVER_FIGURES_H_

// What a Server measures besides its counters: why clients were refused, with
// which codes sessions were closed, and how long things take.
// tickerhub::prometheus makes metrics of it (tickerhub/prometheus/metrics.h).
//
//     const tickerhub::ServerFigures figures = server.figures();
//     for (const auto& [reason, count] : figures.refusals) {
//       std::cout << reason << ": " << count << std::endl;
//     }
//
// Threads: a value; use it from any thread as you use a std::string.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/export.h"

namespace tickerhub {

/// How often something took how long.
struct TICKERHUB_EXPORT Durations {
  /// The upper bounds of the counts in microseconds; the last count has none.
  static constexpr std::array<std::uint64_t, 15> kBoundsUs = {
      50,     100,    250,     500,     1'000,   2'500,     5'000,    10'000,
      25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000};

  /// How many took at most so long, and longer than the bound before.
  std::array<std::uint64_t, kBoundsUs.size() + 1> counts{};
  std::uint64_t sum_us = 0;  ///< of all of them

  /// Returns how many there were.
  std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t some : counts) sum += some;
    return sum;
  }
};

/// Everything counts since the start.
struct TICKERHUB_EXPORT ServerFigures {
  /// Refused clients by reason: "server-full", "origin". Every reason that
  /// there is, also those that have not occurred.
  std::vector<std::pair<std::string_view, std::uint64_t>> refusals;
  /// Closed sessions by close code, those that occurred. 1006: the connection
  /// ended without a close frame. 0: all codes that have no count of their own.
  std::vector<std::pair<std::uint16_t, std::uint64_t>> closes;
  /// From Broadcaster::Publish() until a loop has written to its last
  /// recipient, once for each loop and call. Empty unless
  /// Server::Options::measure_publish is set.
  Durations publish;
  /// How late the timers of each event loop are. The first loop shares the
  /// hub's thread. Measured twice a second or more often.
  std::vector<Durations> loop_lag;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_FIGURES_H_
