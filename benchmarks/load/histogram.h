#ifndef TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_
#define TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_

// Durations from a nanosecond to an hour, in 10 KB whatever their number: each
// doubling is cut into 32, so that a percentile is at most 3.2 % too high, and
// minimum and maximum are exact.
//
// Threads: one writes, any others may read meanwhile; also across processes
// that share the memory it lies in.

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tickerhub::load {

class Histogram {
 public:
  /// Below 0 counts as 0.
  void Add(std::int64_t nanoseconds) {
    const auto value =
        static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
    Bump(&buckets_[BucketOf(value)], 1);
    Bump(&count_, 1);
    if (value > Get(max_)) Set(&max_, value);
    if (value < Get(min_)) Set(&min_, value);
  }

  /// REQUIRES: nobody else writes to this one.
  void Merge(const Histogram& other) {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      Bump(&buckets_[i], Get(other.buckets_[i]));
    }
    Bump(&count_, Get(other.count_));
    Set(&max_, std::max(Get(max_), Get(other.max_)));
    Set(&min_, std::min(Get(min_), Get(other.min_)));
  }

  std::uint64_t count() const { return Get(count_); }
  std::uint64_t max() const { return Get(max_); }
  std::uint64_t min() const { return count() == 0 ? 0 : Get(min_); }

  /// The value that this share of all is not above; 0 if there is none.
  /// REQUIRES: 0 < share <= 1.
  std::uint64_t Percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(
        std::ceil(share * static_cast<double>(count())));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += Get(buckets_[i]);
      if (seen >= wanted && seen > 0) return std::min(UpperEdge(i), max());
    }
    return max();
  }

 private:
  using Cell = std::atomic<std::uint64_t>;
  static constexpr unsigned kBits = 5;  // 32 parts of a doubling
  static constexpr std::size_t kParts = std::size_t{1} << kBits;
  static constexpr std::size_t kBuckets = kParts * 38;  // up to 2^42 ns

  static std::uint64_t Get(const Cell& cell) {
    return cell.load(std::memory_order_relaxed);
  }
  static void Set(Cell* cell, std::uint64_t value) {
    cell->store(value, std::memory_order_relaxed);
  }
  static void Bump(Cell* cell, std::uint64_t by) { Set(cell, Get(*cell) + by); }

  static std::size_t BucketOf(std::uint64_t value) {
    if (value < kParts) return static_cast<std::size_t>(value);
    const auto doublings =
        static_cast<unsigned>(63 - __builtin_clzll(value)) - kBits;
    const std::size_t bucket =
        (doublings + 1) * kParts + (value >> doublings) - kParts;
    return std::min(bucket, kBuckets - 1);
  }

  static std::uint64_t UpperEdge(std::size_t bucket) {
    if (bucket < kParts) return bucket;
    const std::size_t doublings = bucket / kParts - 1;
    return ((bucket % kParts + kParts + 1) << doublings) - 1;
  }

  std::array<Cell, kBuckets> buckets_{};
  Cell count_{0};
  Cell max_{0};
  Cell min_{std::numeric_limits<std::uint64_t>::max()};
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_
