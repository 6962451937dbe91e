// The in-memory log beside a model of it.

#include <gtest/gtest.h>

#include <memory>

#include "log_model_run.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {
namespace {

TEST(LogModelTest, TheLogInMemoryDoesWhatTheModelDoes) {
  constexpr unsigned kSeeds = 40;
  constexpr int kSteps = 400;
  for (unsigned seed = 0; seed < kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    LogModelRun(std::make_unique<InMemoryNotificationLog>(), seed, nullptr)
        .Run(kSteps);
  }
}

}  // namespace
}  // namespace tickerhub
