#ifndef TICKERHUB_BENCHMARKS_LOAD_FIRST_ARRIVALS_H_
#define TICKERHUB_BENCHMARKS_LOAD_FIRST_ARRIVALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tickerhub::load {

/// When the first of all clients got an update, so that each other one can tell
/// how long after. Remembers the newest tens of thousands of updates. Lies in
/// memory that all processes of a load share; two that are first at the same
/// moment may each think so, which is off by no more than that moment.
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

#endif  // TICKERHUB_BENCHMARKS_LOAD_FIRST_ARRIVALS_H_
