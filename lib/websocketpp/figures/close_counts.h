#ifndef TICKERHUB_LIB_WEBSOCKETPP_FIGURES_CLOSE_COUNTS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FIGURES_CLOSE_COUNTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "figures/counter.h"

namespace tickerhub::internal {

/// Counts closed sessions by close code. A client chooses the code that it
/// closes with, so only those that a standard or this project knows have a
/// count of their own.
///
/// Threads: one thread adds, any thread reads.
class CloseCounts {
 public:
  /// RFC 6455 §7.4.1: no close frame came.
  static constexpr std::uint16_t kNoFrame = 1006;

  void Add(std::uint16_t code) { counts_[PlaceOf(code)].Add(); }

  /// Calls `visit(code, count)` for each place. Code 0 stands for the others.
  template <typename Visitor>
  void ForEach(Visitor&& visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      visit(CodeAt(i), counts_[i].Get());
    }
  }

 private:
  static constexpr std::size_t kEach = 16;
  static constexpr std::array<std::uint16_t, 3> kFirst = {1000, 4000, 4500};

  static std::size_t PlaceOf(std::uint16_t code) {
    for (std::size_t i = 0; i < kFirst.size(); ++i) {
      const auto offset = static_cast<std::size_t>(code - kFirst[i]);
      if (code >= kFirst[i] && offset < kEach) return i * kEach + offset;
    }
    return kFirst.size() * kEach;
  }
  static std::uint16_t CodeAt(std::size_t place) {
    if (place == kFirst.size() * kEach) return 0;
    return static_cast<std::uint16_t>(kFirst[place / kEach] + place % kEach);
  }

  std::array<Counter, kFirst.size() * kEach + 1> counts_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FIGURES_CLOSE_COUNTS_H_
