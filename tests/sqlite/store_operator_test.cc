// What an operator hears of the log, besides its counters.

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "log_steps.h"
#include "store_folder.h"

namespace tickerhub {
namespace {

TEST(StoreOperatorTest, HearsOnceInAMinuteThatTheFileIsFull) {
  const StoreFolder folder;
  std::vector<std::string> told;
  std::mutex mutex;  // it comes on a thread of the log
  SqliteNotificationLog::Options options;
  options.file = folder.File();
  options.max_file_bytes = 400'000;
  options.on_problem = [&](const std::string& sentence) {
    const std::lock_guard<std::mutex> lock(mutex);
    told.push_back(sentence);
  };
  const auto opened = SqliteNotificationLog::Open(options);
  ASSERT_NE(opened.log, nullptr) << opened.status.message();
  for (int refused = 0; refused < 3;) {
    if (AckOf(*opened.log, To("ann", std::string(5'000, 'x'))).error) ++refused;
  }
  const std::lock_guard<std::mutex> lock(mutex);
  EXPECT_EQ(told, std::vector<std::string>{
                      "There is no space for the notification log on the disk. "
                      "What comes is refused."});
}

}  // namespace
}  // namespace tickerhub
