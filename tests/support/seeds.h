#ifndef TICKERHUB_TESTS_SUPPORT_SEEDS_H_
#define TICKERHUB_TESTS_SUPPORT_SEEDS_H_

#include <gtest/gtest.h>

#include <string>

namespace tickerhub::testing {

/// Calls `act(seed)` with the first `count` seeds, until a test fails. The
/// failure names its seed.
template <typename Act>
void WithSeeds(unsigned count, const Act& act) {
  for (unsigned seed = 0; seed < count; ++seed) {
    if (::testing::Test::HasFailure()) return;
    SCOPED_TRACE("seed " + std::to_string(seed));
    act(seed);
  }
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_SEEDS_H_
