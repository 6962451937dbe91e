#ifndef TICKERHUB_TESTS_SUPPORT_MOVING_TIME_H_
#define TICKERHUB_TESTS_SUPPORT_MOVING_TIME_H_

#include <chrono>
#include <future>

#include "support/running_server.h"
#include "support/shifted_clocks.h"

namespace tickerhub::testing {

/// Moves the steady clock of a server with one loop at once, as if nothing had
/// run meanwhile, and runs every timer that is due by then.
inline void JumpBy(RunningServer* running, std::chrono::milliseconds by) {
  std::promise<void> looked;
  running->OnHub([&] {
    shifted_clocks::MoveSteady(by);
    // The first of all timers, so the loop looks at its timers.
    constexpr auto kTwentyYears = std::chrono::hours(24 * 365 * 20);
    running->server().scheduler().RunAfter(-kTwentyYears,
                                           [&] { looked.set_value(); });
  });
  looked.get_future().wait();
  running->OnHub([] {});  // what the timers posted
}

/// Time passes while the server runs: never much at once.
inline void LetPass(RunningServer* running, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep{250};
  for (; time > kStep; time -= kStep) JumpBy(running, kStep);
  JumpBy(running, time);
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_MOVING_TIME_H_
