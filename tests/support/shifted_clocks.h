#ifndef TICKERHUB_TESTS_SUPPORT_SHIFTED_CLOCKS_H_
#define TICKERHUB_TESTS_SUPPORT_SHIFTED_CLOCKS_H_

#include <chrono>

namespace tickerhub::testing {

/// Both clocks of std::chrono, as this program sees them, can be moved: the
/// linker leads their now() here (--wrap). The kernel's timers do not notice,
/// so a timer that is due by then runs when something wakes its loop.
namespace shifted_clocks {

/// The steady clock jumps: the process was stopped, or its machine was, and
/// nobody told the clock.
void MoveSteady(std::chrono::milliseconds by);

/// Somebody sets the wall clock; back if `by` is below zero.
void MoveWall(std::chrono::milliseconds by);

}  // namespace shifted_clocks
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_SHIFTED_CLOCKS_H_
