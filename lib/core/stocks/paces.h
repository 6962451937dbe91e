#ifndef TICKERHUB_LIB_CORE_STOCKS_PACES_H_
#define TICKERHUB_LIB_CORE_STOCKS_PACES_H_

#include <chrono>
#include <string_view>

namespace tickerhub::internal {

/// The most price updates a second that a client gets, if it asks for fewer
/// than come (docs/protocol.md). There is a short list of paces and not any
/// number: all clients of one pace share every message, so the costs of paces
/// do not grow with the clients.
struct Pace {
  double rate;                         // updates a second
  std::string_view name;               // the rate as JSON
  std::chrono::milliseconds interval;  // between two updates, at least
};

/// The slowest first.
inline constexpr Pace kPaces[] = {
    {0.1, "0.1", std::chrono::milliseconds(10'000)},
    {0.2, "0.2", std::chrono::milliseconds(5'000)},
    {0.5, "0.5", std::chrono::milliseconds(2'000)},
    {1, "1", std::chrono::milliseconds(1'000)},
    {2, "2", std::chrono::milliseconds(500)},
    {5, "5", std::chrono::milliseconds(200)},
    {10, "10", std::chrono::milliseconds(100)},
    {20, "20", std::chrono::milliseconds(50)},
    {50, "50", std::chrono::milliseconds(20)},
};

/// Returns the fastest pace within `rate`. Null if `rate` is below all.
inline const Pace* FastestPaceWithin(double rate) {
  const Pace* fastest = nullptr;
  for (const Pace& pace : kPaces) {
    if (pace.rate <= rate) fastest = &pace;
  }
  return fastest;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_PACES_H_
