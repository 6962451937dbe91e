// The log in memory has the limits of both logs.

#include "log_limits.h"

#include <gtest/gtest.h>

#include <memory>

#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {
namespace {

struct MemoryLogs {
  using Log = InMemoryNotificationLog;
  static std::unique_ptr<Log> Make(const Log::Options& options) {
    return std::make_unique<Log>(options);
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, LogLimitsTest, MemoryLogs);

}  // namespace
}  // namespace tickerhub
