// Replay and live, at random, with a log that calls back when it likes.

#include <gtest/gtest.h>

#include <random>

#include "notifier_fixture.h"
#include "replay_run.h"
#include "support/seeds.h"

namespace tickerhub {
namespace {

constexpr unsigned kSeeds = 40;
constexpr int kReplaySteps = 400;

TEST(NotifierReplayTest, NothingIsMissingAndNothingComesTwice) {
  testing::WithSeeds(kSeeds, [](unsigned seed) {
    InMemoryNotificationLog log;
    ReplayRun(log, seed, [] {}).Run(kReplaySteps);
  });
}

TEST(NotifierReplayTest, TheSameIfTheLogIsLate) {
  testing::WithSeeds(kSeeds, [](unsigned seed) {
    std::mt19937 random(seed);
    LateLog log;
    ReplayRun(log, seed, [&] {
      for (auto left = random() % 6; left > 0 && log.pending() > 0; --left) {
        log.CompleteOne();
      }
    }).Run(kReplaySteps);
  });
}

}  // namespace
}  // namespace tickerhub
