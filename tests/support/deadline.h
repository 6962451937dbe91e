#ifndef TICKERHUB_TESTS_SUPPORT_DEADLINE_H_
#define TICKERHUB_TESTS_SUPPORT_DEADLINE_H_

#include <chrono>
#include <thread>

namespace tickerhub::testing {

/// How long a test waits for what must come. Far more than a busy machine
/// needs: only a failing test waits this long.
constexpr std::chrono::seconds kDeadline{20};

/// Waits until `condition` holds, looking again and again, for figures that
/// nobody announces (counters). Returns whether it holds.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_DEADLINE_H_
