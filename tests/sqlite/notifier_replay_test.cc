// Replay and live, at random, with the log in a file.

#include <gtest/gtest.h>

#include "replay_run.h"
#include "store_folder.h"
#include "support/seeds.h"

namespace tickerhub {
namespace {

TEST(StoreReplayTest, NothingIsMissingAndNothingComesTwice) {
  constexpr int kSteps = 400;
  testing::WithSeeds(10, [](unsigned seed) {
    const StoreFolder folder;
    const auto log = OpenStore(folder.File());
    ReplayRun(*log, seed, [] {}).Run(kSteps);
  });
}

}  // namespace
}  // namespace tickerhub
