#ifndef TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_
#define TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_

#include <cstdint>

#include "load/update_scanner.h"

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

  std::uint64_t last() const { return last_; }
  bool has_snapshot() const { return has_snapshot_; }

 private:
  std::uint64_t last_ = 0;
  bool has_snapshot_ = false;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_SEQUENCE_CHECK_H_
