// Replay and live, at random, with the log in a file.

#include <gtest/gtest.h>

#include <string>

#include "replay_run.h"
#include "store_folder.h"

namespace tickerhub {
namespace {

TEST(StoreReplayTest, NothingIsMissingAndNothingComesTwice) {
  constexpr unsigned kSeeds = 10;
  constexpr int kSteps = 400;
  for (unsigned seed = 0; seed < kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const StoreFolder folder;
    const auto log = OpenStore(folder.File());
    ReplayRun(*log, seed, [] {}).Run(kSteps);
  }
}

}  // namespace
}  // namespace tickerhub
