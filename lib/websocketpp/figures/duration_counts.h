#ifndef TICKERHUB_LIB_WEBSOCKETPP_FIGURES_DURATION_COUNTS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FIGURES_DURATION_COUNTS_H_

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "figures/counter.h"
#include "tickerhub/timestamp.h"
#include "tickerhub/websocketpp/server_figures.h"

namespace tickerhub::internal {

/// Durations that one thread counts and any thread reads.
class DurationCounts {
 public:
  void Add(SteadyTime::duration duration) {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count(),
        0));
    const auto bound = std::lower_bound(Durations::kBoundsUs.begin(),
                                        Durations::kBoundsUs.end(), us);
    counts_[static_cast<std::size_t>(bound - Durations::kBoundsUs.begin())]
        .Add();
    sum_us_.Add(us);
  }

  void AddTo(Durations* sum) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      sum->counts[i] += counts_[i].Get();
    }
    sum->sum_us += sum_us_.Get();
  }

 private:
  std::array<Counter, Durations::kBoundsUs.size() + 1> counts_;
  Counter sum_us_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FIGURES_DURATION_COUNTS_H_
