// Replay and live, at random, with a log that calls back when it likes.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "notifier_fixture.h"
#include "replay_run.h"

namespace tickerhub {
namespace {

constexpr unsigned kSeeds = 40;
constexpr int kReplaySteps = 400;

TEST(NotifierReplayTest, NothingIsMissingAndNothingComesTwice) {
  for (unsigned seed = 0; seed < kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    InMemoryNotificationLog log;
    ReplayRun(log, seed, [] {}).Run(kReplaySteps);
  }
}

TEST(NotifierReplayTest, TheSameIfTheLogIsLate) {
  for (unsigned seed = 0; seed < kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    LateLog log;
    ReplayRun(log, seed, [&] {
      for (auto left = random() % 6; left > 0 && log.pending() > 0; --left) {
        log.CompleteOne();
      }
    }).Run(kReplaySteps);
  }
}

}  // namespace
}  // namespace tickerhub
