// The log in a file beside a model of it, with restarts between.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "log_model_run.h"
#include "store_folder.h"
#include "support/seeds.h"

namespace tickerhub {
namespace {

TEST(SqliteLogModelTest, TheLogInAFileDoesWhatTheModelDoes) {
  constexpr int kSteps = 400;
  testing::WithSeeds(10, [](unsigned seed) {
    const StoreFolder folder;
    const std::string file = folder.File();
    LogModelRun(OpenStore(file), seed,
                [&](std::unique_ptr<NotificationLog>* log) {
                  log->reset();
                  *log = OpenStore(file);
                })
        .Run(kSteps);
  });
}

}  // namespace
}  // namespace tickerhub
