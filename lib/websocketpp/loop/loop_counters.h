#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_COUNTERS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace tickerhub::internal {

/// A figure that one thread changes and any thread reads.
class Counter {
 public:
  // One writer: a load and a store do, and are cheaper than a locked add.
  void Add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  void Subtract(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) - n,
                 std::memory_order_relaxed);
  }
  std::uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What one event loop counts; the meanings are Server::Counters'.
struct LoopCounters {
  /// Changed by the acceptor too, hence not a Counter.
  std::atomic<std::uint64_t> connections{0};
  Counter sessions;
  Counter queued_bytes;
  Counter handshakes_failed;
  Counter http_requests;
  Counter http_bodies_refused;
  Counter messages_received;
  Counter messages_refused;
  Counter readers_paused;
  Counter messages_sent;
  Counter bytes_sent;
  Counter messages_skipped;
  Counter closed_slow;
  Counter closed_idle;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_COUNTERS_H_
