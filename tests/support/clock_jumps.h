#ifndef TICKERHUB_TESTS_SUPPORT_CLOCK_JUMPS_H_
#define TICKERHUB_TESTS_SUPPORT_CLOCK_JUMPS_H_

#include <chrono>

namespace tickerhub::testing {

inline constexpr std::chrono::hours kTenYears{10 * 365 * 24};

/// How far a clock jumps: somebody has set it, or the machine slept.
inline constexpr std::chrono::milliseconds kJumps[] = {
    std::chrono::hours(1), std::chrono::hours(24), kTenYears};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_CLOCK_JUMPS_H_
