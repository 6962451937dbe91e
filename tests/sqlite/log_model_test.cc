// The log in a file beside a model of it, with restarts between.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "log_model_run.h"
#include "store_folder.h"

namespace tickerhub {
namespace {

TEST(SqliteLogModelTest, TheLogInAFileDoesWhatTheModelDoes) {
  constexpr unsigned kSeeds = 10;
  constexpr int kSteps = 400;
  for (unsigned seed = 0; seed < kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const StoreFolder folder;
    const std::string file = folder.File();
    LogModelRun(OpenStore(file), seed,
                [&](std::unique_ptr<NotificationLog>* log) {
                  log->reset();
                  *log = OpenStore(file);
                })
        .Run(kSteps);
  }
}

}  // namespace
}  // namespace tickerhub
