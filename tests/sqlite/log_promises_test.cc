// The log in a file keeps the promises of every log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "store_folder.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"
#include "tickerhub/testing/notification_log_suite.h"

namespace tickerhub {
namespace {

using testing::CheckNotificationLog;
using ::testing::IsEmpty;
using testing::NotificationLogPromises;

class SqliteLogPromisesTest : public ::testing::TestWithParam<std::string> {};

TEST_P(SqliteLogPromisesTest, IsKept) {
  const StoreFolder folder;
  int files = 0;
  const auto make = [&]() -> std::unique_ptr<NotificationLog> {
    SqliteNotificationLog::Options options;
    options.file = folder.File(std::to_string(++files));
    options.max_waiting_readings = 100;  // a promise meets it
    return OpenStore(std::move(options));
  };
  EXPECT_THAT(CheckNotificationLog(GetParam(), make), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, SqliteLogPromisesTest,
                         ::testing::ValuesIn(NotificationLogPromises()),
                         [](const auto& promise) { return promise.param; });

}  // namespace
}  // namespace tickerhub
