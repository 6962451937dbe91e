#ifndef TICKERHUB_LIB_CORE_STOCKS_PACES_H_
#define TICKERHUB_LIB_CORE_STOCKS_PACES_H_

#include <chrono>
#include <string_view>

namespace tickerhub::internal {

/// How many price updates a second a client can ask for, at the most
/// (docs/protocol.md). A short list rather than any number: those of one pace
/// share every message, so what paces cost does not grow with the clients.
struct Pace {
  double rate;                         // updates a second
  std::string_view name;               // the rate as JSON
  std::chrono::milliseconds interval;  // between two updates, at least
};

/// From the slowest on.
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

/// The fastest that is not above `rate`; null if none is.
inline const Pace* FastestPaceWithin(double rate) {
  const Pace* fastest = nullptr;
  for (const Pace& pace : kPaces) {
    if (pace.rate <= rate) fastest = &pace;
  }
  return fastest;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_PACES_H_
