#ifndef TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_
#define TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_

// Durations from a nanosecond to an hour, in 10 KB. Each doubling is cut into
// 32, so a percentile is at most 3.2 % too high; minimum and maximum are exact.
//
// Threads: one writes, any others may read meanwhile; also across processes
// that share the memory it lies in.

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tickerhub::load {

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

class Histogram {
 public:
  /// Below 0 counts as 0.
  void Add(std::int64_t nanoseconds) {
    const auto value =
        static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
    buckets_[BucketOf(value)].Add();
    if (value > max_.Get()) max_.Set(value);
    if (count() == 0 || value < min_.Get()) min_.Set(value);
    count_.Add();
  }

  /// REQUIRES: nobody else writes to this one.
  void Merge(const Histogram& other) {
    if (other.count() == 0) return;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      buckets_[i].Add(other.buckets_[i].Get());
    }
    max_.Set(std::max(max(), other.max()));
    min_.Set(count() == 0 ? other.min() : std::min(min(), other.min()));
    count_.Add(other.count());
  }

  std::uint64_t count() const { return count_.Get(); }
  std::uint64_t max() const { return max_.Get(); }
  std::uint64_t min() const { return min_.Get(); }

  /// The value that this share of all is not above; 0 if there is none.
  /// REQUIRES: 0 < share <= 1.
  std::uint64_t Percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(
        std::ceil(share * static_cast<double>(count())));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += buckets_[i].Get();
      if (seen >= wanted && seen > 0) return std::min(UpperEdge(i), max());
    }
    return max();
  }

 private:
  static constexpr unsigned kBits = 5;  // 32 parts of a doubling
  static constexpr std::size_t kParts = std::size_t{1} << kBits;
  static constexpr std::size_t kBuckets = kParts * 38;  // up to 2^42 ns

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

  std::array<Count, kBuckets> buckets_;
  Count count_;
  Count max_;
  Count min_;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_HISTOGRAM_H_
