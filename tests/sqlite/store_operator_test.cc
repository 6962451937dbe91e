// What an operator hears of the log, besides its counters.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "forgetful_disk.h"
#include "log_steps.h"
#include "store_folder.h"
#include "support/deadline.h"

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

// Retention is tried each second.
TEST(StoreOperatorTest, HearsOnceInAMinuteThatRetentionFails) {
  UseForgetfulDisk();
  const StoreFolder folder;
  std::vector<std::string> told;
  std::mutex mutex;
  SqliteNotificationLog::Options options;
  options.file = folder.File();
  options.vfs = kForgetfulDisk;
  options.max_notifications = 1;
  options.on_problem = [&](const std::string& sentence) {
    const std::lock_guard<std::mutex> lock(mutex);
    told.push_back(sentence);
  };
  auto opened = SqliteNotificationLog::Open(options);
  ASSERT_NE(opened.log, nullptr) << opened.status.message();
  Append(*opened.log, ToAll("one"));
  // The first write of the second transaction is that of retention.
  std::atomic<bool> is_committed{false};
  opened.log->SetListener([&](const auto&) { is_committed = true; });
  AtEachWrite([&] {
    if (is_committed) FillDisk(true);
  });
  Append(*opened.log, ToAll("two"));
  EXPECT_TRUE(testing::Eventually(
      [&] { return opened.log->counters().failed_prunings >= 3; }));
  AtEachWrite({});
  FillDisk(false);
  opened.log.reset();
  EXPECT_EQ(told,
            std::vector<std::string>{"Retention of notifications has failed: "
                                     "database or disk is full."});
}

TEST(StoreOperatorTest, HearsThatTheFileIsGoneAndNobodyThatItIsKept) {
  const StoreFolder folder;
  std::vector<std::string> told;
  std::mutex mutex;
  SqliteNotificationLog::Options options;
  options.file = folder.File();
  options.on_problem = [&](const std::string& sentence) {
    const std::lock_guard<std::mutex> lock(mutex);
    told.push_back(sentence);
  };
  const auto opened = SqliteNotificationLog::Open(options);
  ASSERT_NE(opened.log, nullptr) << opened.status.message();
  Append(*opened.log, ToAll("one"));
  std::filesystem::rename(folder.File(), folder.File("away"));
  const auto ack = AckOf(*opened.log, ToAll("lost"));
  EXPECT_EQ(ack.error, NotificationLog::Error::kFailed);
  EXPECT_EQ(ack.sentence,
            "The notification log cannot be written: its file was moved or "
            "deleted.");
  {
    const std::lock_guard<std::mutex> lock(mutex);
    EXPECT_EQ(told, std::vector<std::string>{ack.sentence +
                                             " What comes is refused."});
  }
  std::filesystem::rename(folder.File("away"), folder.File());
  EXPECT_EQ(Append(*opened.log, ToAll("two")), 2u) << "it is back";
}

}  // namespace
}  // namespace tickerhub
