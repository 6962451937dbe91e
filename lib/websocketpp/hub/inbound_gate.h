#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_INBOUND_GATE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_INBOUND_GATE_H_

#include <atomic>
#include <cstdint>

namespace tickerhub::internal {

/// Counts the messages of a slot's client that the hub has not handled, and
/// says when the loop holds its reading and when it resumes. The loop holds at
/// `limit` messages and resumes at half of them.
///
/// A slot keeps its gate when its session ends. The messages of the old session
/// are still on their way, so the next session starts with their count.
///
/// Threads: the loop's thread calls Enter(), MayResume() and Resume(), the
/// hub's thread calls Leave(). Each of the two threads changes one variable and
/// then looks at both, so at least one of them sees that reading may resume.
class InboundGate {
 public:
  /// Counts a message before the loop hands it to the hub. Returns true if the
  /// loop must hold the reading now; false if it is held already.
  bool Enter(std::uint32_t limit) {
    return unhandled_.fetch_add(1) + 1 >= limit && !held_.exchange(true);
  }

  /// Removes a message that the hub has handled. Returns true if the loop
  /// should call Resume().
  bool Leave(std::uint32_t limit) {
    return unhandled_.fetch_sub(1) - 1 <= limit / 2 && held_.load();
  }

  /// Whether the loop should call Resume(). Ask after each hand-over, because
  /// the hub may have handled everything before Enter() held the reading.
  bool MayResume(std::uint32_t limit) const {
    return held_.load() && unhandled_.load() <= limit / 2;
  }

  /// The loop reads again. A second call has no effect.
  void Resume() { held_.store(false); }

  bool held() const { return held_.load(); }

 private:
  std::atomic<std::uint32_t> unhandled_{0};
  std::atomic<bool> held_{false};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_INBOUND_GATE_H_
