// The log in a file has the limits of both logs.

#include "log_limits.h"

#include <gtest/gtest.h>

#include <memory>

#include "store_folder.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub {
namespace {

struct FileLogs {
  using Log = SqliteNotificationLog;
  std::unique_ptr<Log> Make(Log::Options options) const {
    options.file = folder.File();
    options.on_problem = [](const std::string& sentence) {
      ADD_FAILURE() << sentence;
    };
    return OpenStore(options);
  }
  StoreFolder folder;
};

INSTANTIATE_TYPED_TEST_SUITE_P(InAFile, LogLimitsTest, FileLogs);

}  // namespace
}  // namespace tickerhub
