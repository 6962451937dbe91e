#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_

// What a load measures, in memory that its processes share. Each worker writes
// its own figures; the parent adds them up. The workers follow the phase that
// the parent sets.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "load/histogram.h"
#include "load/sequence_check.h"

namespace tickerhub::load {

inline constexpr std::size_t kMaxProcesses = 64;

enum class LoadPhase : std::uint32_t {
  kConnect,  ///< clients are being connected
  kRun,
  kSettle,  ///< until each client has proved that it missed nothing
  kClose,   ///< clients close their connections
  kQuit,
};

/// How many connections ended with each close code. Codes that do not exist
/// count as 0.
class CloseCounts {
 public:
  void Add(std::size_t code, std::uint64_t by = 1) {
    counts_[code < counts_.size() ? code : 0].Add(by);
  }

  /// Calls `use` with each code and how many there were, if there were any.
  template <typename Use>
  void ForEach(Use use) const {
    for (std::size_t code = 0; code < counts_.size(); ++code) {
      if (counts_[code].Get() > 0) use(code, counts_[code].Get());
    }
  }

 private:
  std::array<Count, 5000> counts_;
};

struct LoadFigures {
  Count open;     ///< connections, now
  Count waiting;  ///< kSettle: clients that have not yet proved it
  Count started;
  Count connected;
  Count failed;
  Count messages;
  Count updates;  ///< messages that change something, snapshots included
  Count snapshots;
  Count bytes;           ///< on the wire
  Count inflated_bytes;  ///< of all messages, as they are after inflating
  Count compressed;      ///< connections that agreed to compression
  Count slow_clients;

  // These must be 0. All but the gaps are of clients that read at full speed.
  Count gaps;
  Count backwards;
  Count merged;
  Count unexpected_ends;
  Count not_understood;
  Count incomplete;  ///< clients that were still waiting at the end of kSettle

  CloseCounts closes;       ///< of clients that read at full speed
  CloseCounts slow_closes;  ///< of slow readers
  std::array<char, 160> first_error{};
  std::atomic<bool> has_error{false};

  Histogram handshake;
  Histogram first_snapshot;  ///< from the connecting
  Histogram spread;
  Histogram age;
  std::atomic<bool> connecting_done{false};
  std::atomic<bool> settling{false};  ///< `waiting` is valid
  std::atomic<bool> closed_all{false};
};

template <typename T>
struct NamedFigure {
  const char* name;
  T LoadFigures::*figure;
};

inline constexpr NamedFigure<Count> kCounts[] = {
    {"open", &LoadFigures::open},
    {"waiting", &LoadFigures::waiting},
    {"started", &LoadFigures::started},
    {"connected", &LoadFigures::connected},
    {"failed", &LoadFigures::failed},
    {"messages", &LoadFigures::messages},
    {"updates", &LoadFigures::updates},
    {"snapshots", &LoadFigures::snapshots},
    {"bytes", &LoadFigures::bytes},
    {"inflatedBytes", &LoadFigures::inflated_bytes},
    {"compressed", &LoadFigures::compressed},
    {"slowReaders", &LoadFigures::slow_clients},
    {"gaps", &LoadFigures::gaps},
    {"backwards", &LoadFigures::backwards},
    {"merged", &LoadFigures::merged},
    {"unexpectedEnds", &LoadFigures::unexpected_ends},
    {"notUnderstood", &LoadFigures::not_understood},
    {"incomplete", &LoadFigures::incomplete},
};

inline constexpr NamedFigure<Histogram> kTimes[] = {
    {"handshake", &LoadFigures::handshake},
    {"firstSnapshot", &LoadFigures::first_snapshot},
    {"spread", &LoadFigures::spread},
    {"age", &LoadFigures::age},
};

/// Adds the figures of one worker to `*sum`.
inline void AddFigures(const LoadFigures& worker, LoadFigures* sum) {
  for (const auto& [name, count] : kCounts) {
    (sum->*count).Add((worker.*count).Get());
  }
  for (const auto& [name, times] : kTimes) (sum->*times).Merge(worker.*times);
  for (const auto closes : {&LoadFigures::closes, &LoadFigures::slow_closes}) {
    (worker.*closes).ForEach([&](std::size_t code, std::uint64_t count) {
      (sum->*closes).Add(code, count);
    });
  }
  if (worker.has_error && !sum->has_error) {
    sum->first_error = worker.first_error;
    sum->has_error = true;
  }
}

struct LoadState {
  std::atomic<LoadPhase> phase{LoadPhase::kConnect};
  FirstArrivals first_arrivals;
  std::array<LoadFigures, kMaxProcesses> workers;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_
