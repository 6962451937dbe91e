#ifndef TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_
#define TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "load/update_reader.h"

namespace tickerhub::load {

/// What a message means to a client that follows all stocks (docs/protocol.md,
/// "Has anything been missed?").
enum class SequenceVerdict : std::uint8_t {
  kNothing,   ///< says nothing about the sequence
  kFirst,     ///< the snapshot on connecting
  kComplete,  ///< continues what was known
  kMerged,    ///< a later snapshot that stands for updates that were not sent
  kGap,       ///< something is missing
  kBackwards  ///< goes back behind what was known
};

/// Follows the sequence numbers of one client.
class SequenceCheck {
 public:
  SequenceVerdict Check(const UpdateFields& fields) {
    if (!fields.seq) return SequenceVerdict::kNothing;
    const std::uint64_t before = last_;
    const bool had_snapshot = has_snapshot_;
    if (fields.snapshot) {
      last_ = *fields.seq;
      has_snapshot_ = true;
      if (!had_snapshot) return SequenceVerdict::kFirst;
      if (last_ < before) return SequenceVerdict::kBackwards;
      return last_ > before ? SequenceVerdict::kMerged
                            : SequenceVerdict::kComplete;
    }
    // A heartbeat continues from what it says: from nothing before it.
    const std::uint64_t since = fields.since ? *fields.since : *fields.seq;
    last_ = *fields.seq;
    if (!had_snapshot || since > before) return SequenceVerdict::kGap;
    if (last_ < before) return SequenceVerdict::kBackwards;
    return SequenceVerdict::kComplete;
  }

 private:
  std::uint64_t last_ = 0;
  bool has_snapshot_ = false;
};

/// When the first of all clients got each of the newest updates. Lies in memory
/// that all processes of a load share. Two that are first at the same moment
/// may both think so; the error is no longer than that moment.
class FirstArrivals {
 public:
  /// What names an update. The time is in it because several servers behind one
  /// port count each for itself.
  static std::uint64_t KeyOf(std::uint64_t seq, std::uint64_t time) {
    std::uint64_t mixed = seq * 0x9e3779b97f4a7c15 ^ time;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed ^= mixed >> 27;
    return mixed == 0 ? 1 : mixed;
  }

  /// Nanoseconds since the first arrival; nothing if this is it.
  std::optional<std::int64_t> Note(std::uint64_t key, std::int64_t now) {
    Entry& entry = entries_[key % kEntries];
    if (entry.key.load(std::memory_order_acquire) != key) {
      entry.first.store(now, std::memory_order_relaxed);
      entry.key.store(key, std::memory_order_release);
      return std::nullopt;
    }
    return now - entry.first.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kEntries = std::size_t{1} << 16;

  struct Entry {
    std::atomic<std::uint64_t> key{0};
    std::atomic<std::int64_t> first{0};
  };

  std::array<Entry, kEntries> entries_{};
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_
