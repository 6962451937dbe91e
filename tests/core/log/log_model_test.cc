// The in-memory log beside a model of it.

#include <gtest/gtest.h>

#include <memory>

#include "log_model_run.h"
#include "support/seeds.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {
namespace {

TEST(LogModelTest, TheLogInMemoryDoesWhatTheModelDoes) {
  constexpr int kSteps = 400;
  testing::WithSeeds(40, [](unsigned seed) {
    LogModelRun(std::make_unique<InMemoryNotificationLog>(), seed, nullptr)
        .Run(kSteps);
  });
}

}  // namespace
}  // namespace tickerhub
