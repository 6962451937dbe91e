#ifndef TICKERHUB_LIB_WEBSOCKETPP_FIGURES_COUNTER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FIGURES_COUNTER_H_

#include <atomic>
#include <cstdint>

namespace tickerhub::internal {

/// A figure that one thread changes and any thread reads.
class Counter {
 public:
  // There is one writer, so a load and a store suffice. They are cheaper than a
  // locked addition.
  void Add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  void Subtract(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) - n,
                 std::memory_order_relaxed);
  }
  void Set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FIGURES_COUNTER_H_
