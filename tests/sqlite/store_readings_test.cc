// What waits for the threads that read is bounded.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "log_steps.h"
#include "store_folder.h"

namespace tickerhub {
namespace {

using Busy = NotificationLog::Error;
using FileLog = SqliteNotificationLog;

TEST(StoreReadingsTest, RefusesAtOnceWhatIsTooMuchAndAnswersTheRest) {
  const StoreFolder folder;
  FileLog::Options options;
  options.file = folder.File();
  options.max_waiting_readings = 2;
  const std::unique_ptr<FileLog> log = OpenStore(options);
  Append(*log, ToAll("x"));
  // The only thread that reads stands still.
  std::promise<void> is_held;
  std::promise<void> let_go;
  log->Read(After(0), [&](const NotificationLog::Page&) {
    is_held.set_value();
    let_go.get_future().wait();
  });
  is_held.get_future().wait();
  std::vector<std::promise<std::optional<Busy>>> waiting(2);
  log->Read(After(0), [&](const NotificationLog::Page& page) {
    waiting[0].set_value(page.error);
  });
  log->Members("ops", [&](const NotificationLog::MemberList& members) {
    waiting[1].set_value(members.error);
  });
  EXPECT_EQ(log->counters().refused_readings, 0u);
  int refused = 0;
  const auto expect_busy =
      [&, caller = std::this_thread::get_id()](std::optional<Busy> error) {
        EXPECT_EQ(error, Busy::kBusy);
        EXPECT_EQ(std::this_thread::get_id(), caller);
        ++refused;
      };
  log->Read(After(0), [&](const NotificationLog::Page& page) {
    expect_busy(page.error);
    EXPECT_TRUE(page.entries.empty());
  });
  log->FindUser("ann", [&](const NotificationLog::UserState& state) {
    expect_busy(state.error);
  });
  log->Members("ops", [&](const NotificationLog::MemberList& members) {
    expect_busy(members.error);
  });
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(log->counters().refused_readings, 3u);
  let_go.set_value();
  for (auto& one : waiting) EXPECT_EQ(one.get_future().get(), std::nullopt);
  EXPECT_EQ(Read(*log, After(0)).entries.size(), 1u);
  EXPECT_EQ(log->counters().failed_readings, 0u);
}

}  // namespace
}  // namespace tickerhub
