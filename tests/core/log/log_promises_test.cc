// The in-memory log keeps the promises of every log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/testing/notification_log_suite.h"

namespace tickerhub {
namespace {

using testing::CheckNotificationLog;
using ::testing::IsEmpty;
using testing::NotificationLogPromises;

class InMemoryLogPromisesTest : public ::testing::TestWithParam<std::string> {};

TEST_P(InMemoryLogPromisesTest, IsKept) {
  EXPECT_THAT(CheckNotificationLog(
                  GetParam(),
                  [] { return std::make_unique<InMemoryNotificationLog>(); }),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, InMemoryLogPromisesTest,
                         ::testing::ValuesIn(NotificationLogPromises()),
                         [](const auto& promise) { return promise.param; });

TEST(LogPromisesTest, AnUnknownNameIsABrokenPromise) {
  EXPECT_THAT(CheckNotificationLog(
                  "NoSuchPromise",
                  [] { return std::make_unique<InMemoryNotificationLog>(); }),
              ::testing::ElementsAre("there is no promise \"NoSuchPromise\""));
}

}  // namespace
}  // namespace tickerhub
