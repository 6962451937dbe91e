#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_

// What a load measures, in memory that its processes share: each worker writes
// its own figures, the parent reads them for the progress line and adds them up
// for the report. It also gives the pace: the workers follow its phase.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "load/first_arrivals.h"
#include "load/histogram.h"

namespace tickerhub::load {

inline constexpr std::size_t kMaxProcesses = 64;

enum class LoadPhase : std::uint32_t {
  kConnect,  ///< clients are being connected
  kRun,
  kSettle,  ///< until each client has proved that it missed nothing
  kClose,   ///< clients say good-bye
  kQuit,
};

/// A number that one process writes and others may read.
class Count {
 public:
  void Add(std::uint64_t by = 1) { Set(Get() + by); }
  void Set(std::uint64_t value) {
    value_.store(value, std::memory_order_relaxed);
  }
  std::uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How many connections ended with each close code.
class CloseCounts {
 public:
  static constexpr std::size_t kKinds = 16;

  struct Kind {
    Count code;
    Count count;
  };

  /// The last place is for all codes that have no place of their own; its code
  /// is 0.
  void Add(std::uint16_t code, std::uint64_t by = 1) {
    for (std::size_t i = 0; i + 1 < kKinds; ++i) {
      Kind& kind = kinds_[i];
      if (kind.count.Get() == 0) kind.code.Set(code);
      if (kind.code.Get() == code) {
        kind.count.Add(by);
        return;
      }
    }
    kinds_.back().count.Add(by);
  }

  const std::array<Kind, kKinds>& kinds() const { return kinds_; }

 private:
  std::array<Kind, kKinds> kinds_;
};

/// The first error's sentence, for the report.
struct FirstError {
  static constexpr std::size_t kBytes = 160;

  std::atomic<bool> set{false};
  char text[kBytes] = {};
};

struct LoadFigures {
  // Gauges.
  Count open;
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

  // What must be 0; of clients that read at full speed, except for the gaps.
  Count merged;
  Count gaps;
  Count backwards;
  Count not_understood;
  Count unexpected_ends;
  Count incomplete;  ///< clients still waiting when settling was over

  CloseCounts closes;       ///< full speed
  CloseCounts slow_closes;  ///< slow readers
  FirstError first_error;

  Histogram handshake;
  Histogram first_snapshot;  ///< from the connecting
  Histogram spread;
  Histogram age;
  std::atomic<bool> connecting_done{false};
  std::atomic<bool> settling{false};  ///< `waiting` is valid
  std::atomic<bool> closed_all{false};
};

struct LoadState {
  std::atomic<LoadPhase> phase{LoadPhase::kConnect};
  FirstArrivals first_arrivals;
  std::array<LoadFigures, kMaxProcesses> workers;
};

/// Adds the figures of one worker to `*sum`.
void AddFigures(const LoadFigures& worker, LoadFigures* sum);

/// A LoadState in memory that children of fork() share; null if there is none.
LoadState* MapLoadState();

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_FIGURES_H_
