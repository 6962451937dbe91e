#ifndef TICKERHUB_TESTS_SUPPORT_FAILING_MEMORY_H_
#define TICKERHUB_TESTS_SUPPORT_FAILING_MEMORY_H_

#include <cstddef>

namespace tickerhub::testing {

/// Replaces operator new in this program. The `nth` allocation from now on (1:
/// the next) fails, unless the thread that called this makes it: that one is
/// the clients'.
void FailAllocation(std::size_t nth);

/// None fails any more. Returns whether one has failed.
bool StopFailing();

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_FAILING_MEMORY_H_
