// Nothing that was acknowledged is missing: after kill -9, after a power cut,
// after a full disk.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "forgetful_disk.h"
#include "log_steps.h"
#include "store_folder.h"
#include "support/deadline.h"

namespace tickerhub {
namespace {

using testing::Eventually;
using testing::LogIds;
using Error = NotificationLog::Error;
using Log = SqliteNotificationLog;

Log::Options StoreOptions(const std::string& file, Log::Durability durability,
                          const std::string& vfs = "") {
  Log::Options options;
  options.file = file;
  options.durability = durability;
  options.vfs = vfs;
  options.max_per_user = options.max_notifications;
  return options;
}

LogIds AllIdsOf(NotificationLog& log) {
  NotificationLog::Query query = After(0, "ann");
  query.limit = std::numeric_limits<std::size_t>::max();
  const NotificationLog::Page page = Read(log, query);
  EXPECT_TRUE(page.complete);
  return IdsOf(page);
}

// kill -9 ---------------------------------------------------------------------

// Appends for ever, and writes the id of each ack to `out`.
[[noreturn]] void AppendForEver(const Log::Options& options, int out) {
  const Log::Opened opened = Log::Open(options);
  if (!opened.status.ok()) _exit(1);
  for (;;) {
    const auto ack = [out](const NotificationLog::Ack& result) {
      if (result.error) return;
      if (write(out, &result.id, sizeof result.id) != sizeof result.id) {
        _exit(1);
      }
    };
    opened.log->Append(To("ann", "hello"), ack);
    opened.log->Append(ToAll("hello"), ack);
  }
}

// Returns the ids that were acknowledged before the end.
LogIds AppendAndKill(const Log::Options& options, std::size_t least) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) AppendForEver(options, ends[1]);
  close(ends[1]);
  LogIds ids;
  std::uint64_t id = 0;
  while (read(ends[0], &id, sizeof id) == sizeof id) {
    ids.push_back(id);
    if (ids.size() == least) kill(child, SIGKILL);
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  return ids;
}

TEST(StoreDurabilityTest, NothingAcknowledgedIsMissingAfterKill) {
  constexpr int kRounds = 12;
  constexpr std::size_t kMost = 2'000;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const StoreFolder folder;
  std::string epoch;
  std::uint64_t newest = 0;
  LogIds acked;
  for (int round = 0; round < kRounds && !::testing::Test::HasFailure();
       ++round) {
    const Log::Options options =
        StoreOptions(folder.File(), round % 2 == 0 ? Log::Durability::kNormal
                                                   : Log::Durability::kFull);
    const LogIds more = AppendAndKill(options, 1 + random() % kMost);
    ASSERT_FALSE(more.empty());
    EXPECT_GT(more.front(), newest) << "no id is given twice";
    acked.insert(acked.end(), more.begin(), more.end());
    const auto log = OpenStore(options);
    if (epoch.empty()) epoch = log->epoch();
    EXPECT_EQ(log->epoch(), epoch);
    const LogIds kept = AllIdsOf(*log);
    EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
    EXPECT_TRUE(
        std::includes(kept.begin(), kept.end(), acked.begin(), acked.end()));
    EXPECT_EQ(log->size(), kept.size());
    newest = log->last_id();
    EXPECT_EQ(newest, kept.back());
  }
}

// A power cut -----------------------------------------------------------------

// Cuts the power again and again while two threads append. Returns how many of
// the acknowledged entries were missing, over all cuts.
std::uint64_t MissingAfterCuts(Log::Durability durability) {
  constexpr int kCuts = 25;
  const StoreFolder folder;
  OpenStore(folder.File());
  UseForgetfulDisk();
  auto options = StoreOptions(folder.File(), durability, kForgetfulDisk);
  options.max_in_flight = 50;  // so that there are many transactions
  // The log calls back until it has ended, so this outlives it.
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> acked{0};
  const auto log = OpenStore(options);
  std::thread appending([&] {
    while (!is_over) {
      log->Append(To("ann", std::string(300, 'x')),
                  [&](const NotificationLog::Ack& ack) {
                    if (!ack.error) acked = ack.id;
                  });
      std::this_thread::yield();
    }
  });
  std::uint64_t missing = 0;
  for (int cut = 0; cut < kCuts; ++cut) {
    const std::uint64_t before = acked;
    EXPECT_TRUE(Eventually([&] { return acked > before + 20; }));
    const std::string copy = folder.File("copy" + std::to_string(cut));
    const std::uint64_t safe = acked;
    CutPower(folder.File(), copy);
    const auto after = OpenStore(StoreOptions(copy, durability));
    const LogIds kept = AllIdsOf(*after);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(kept[i], i + 1) << "there is a hole";
      if (::testing::Test::HasFailure()) break;
    }
    missing += safe > kept.size() ? safe - kept.size() : 0;
  }
  is_over = true;
  appending.join();
  return missing;
}

TEST(StoreDurabilityTest, FullKeepsAllThroughAPowerCut) {
  EXPECT_EQ(MissingAfterCuts(Log::Durability::kFull), 0u);
}

TEST(StoreDurabilityTest, NormalMayLoseTheNewestInAPowerCut) {
  EXPECT_GT(MissingAfterCuts(Log::Durability::kNormal), 0u)
      << "if it loses nothing, the disk of the test forgets nothing";
}

// A full disk -----------------------------------------------------------------

TEST(StoreDurabilityTest, AFullDiskRefusesAndLaterAppendsWork) {
  const StoreFolder folder;
  UseForgetfulDisk();
  const auto options =
      StoreOptions(folder.File(), Log::Durability::kFull, kForgetfulDisk);
  auto log = OpenStore(options);
  std::mutex mutex;
  LogIds heard;
  log->SetListener([&](const std::vector<LogEntry>& entries) {
    const std::lock_guard<std::mutex> lock(mutex);
    for (const LogEntry& entry : entries) heard.push_back(entry.id);
  });
  LogIds kept;
  for (int round = 0; round < 20; ++round) {
    FillDisk(round % 2 == 1);
    for (int i = 0; i < 10; ++i) {
      const auto ack = AckOf(*log, To("ann", "x"));
      if (round % 2 == 1) {
        EXPECT_EQ(ack.error, Error::kNoSpace);
        EXPECT_EQ(ack.id, 0u);
      } else {
        EXPECT_FALSE(ack.error) << ack.sentence;
        kept.push_back(ack.id);
      }
    }
    EXPECT_EQ(AllIdsOf(*log), kept) << "one can read all the time";
  }
  FillDisk(false);
  EXPECT_EQ(log->counters().refused_disk_full, 100u);
  log->SetListener(nullptr);
  log.reset();
  EXPECT_EQ(heard, kept);
  EXPECT_EQ(AllIdsOf(*OpenStore(options)), kept);
}

// A backup --------------------------------------------------------------------

TEST(StoreDurabilityTest, TheDocumentedCommandMakesABackupWhileItRuns) {
  if (std::system("sqlite3 --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "there is no sqlite3 command";
  }
  const StoreFolder folder;
  const auto log = OpenStore(folder.File());
  for (int i = 0; i < 100; ++i) Append(*log, To("ann", "x"));
  std::atomic<bool> is_over{false};
  std::thread appending([&] {
    while (!is_over) AckOf(*log, To("ann", "x"));
  });
  const std::string command = "sqlite3 '" + folder.File() +
                              "' \"VACUUM INTO '" + folder.File("backup") +
                              "'\"";
  EXPECT_EQ(std::system(command.c_str()), 0);
  is_over = true;
  appending.join();
  const auto backup = OpenStore(folder.File("backup"));
  EXPECT_EQ(backup->epoch(), log->epoch());
  const LogIds ids = AllIdsOf(*backup);
  EXPECT_GE(ids.size(), 100u);
  EXPECT_EQ(ids.back(), backup->last_id());
  EXPECT_EQ(ids.size(), ids.back());
}

}  // namespace
}  // namespace tickerhub
