// A file of an older version is brought up to date as a whole, or stays what it
// was.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "forgetful_disk.h"
#include "log_steps.h"
#include "store/schema.h"
#include "store_folder.h"
#include "store_sql.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using Log = SqliteNotificationLog;

const std::string kTables[] = {"notifications", "scheduled", "inbox",   "users",
                               "secrets",       "read",      "deleted", "marks",
                               "members",       "keys"};

void MakeVersion1(const std::string& file) {
  RowsIn(file, BytesOfFile(TICKERHUB_TEST_DATA "/notification_store_1.sql"));
}

// All that the log keeps. The start of the machine is noted at each opening.
std::string ContentOf(const std::string& file) {
  std::string content = RowsIn(
      file,
      "SELECT epoch, last_id, kept, bytes, dropped_to_all, forgotten_up_to "
      "FROM log");
  for (const std::string& table : kTables) {
    const std::string columns =
        AskIn(file,
              "SELECT group_concat('quote(' || name || ')') "
              "FROM pragma_table_info('" +
                  table + "')");
    content +=
        table + "\n" +
        RowsIn(file, "SELECT " + columns + " FROM " + table + " ORDER BY 1, 2");
  }
  return content;
}

std::string VersionOf(const std::string& file) {
  return AskIn(file, "PRAGMA user_version");
}

const std::string kNow = std::to_string(internal::kSchemaVersion);

Log::Options StoreOptions(const std::string& file,
                          const std::string& vfs = "") {
  Log::Options options;
  options.file = file;
  options.vfs = vfs;
  return options;
}

class StoreMigrationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    MakeVersion1(file_);
    content_ = ContentOf(file_);
    ASSERT_EQ(VersionOf(file_), "1");
    ASSERT_THAT(content_, HasSubstr("0123456789abcdef|17|6|"));
  }

  // A fresh file of version 1 with nothing beside it.
  void MakeAnother() {
    for (const char* rest : {"", "-wal", "-shm", "-lock"}) {
      std::filesystem::remove(file_ + rest);
    }
    MakeVersion1(file_);
  }

  // The file is one of version 1 or one of this version, and has everything.
  void IsWhole(const std::string& file) const {
    const bool is_old = VersionOf(file) == "1";
    const bool has_old_index =
        AskIn(
            file,
            "SELECT COUNT(*) FROM pragma_index_info('notifications_by_tag')") ==
        "2";
    EXPECT_EQ(is_old, has_old_index);
    EXPECT_EQ(RowsIn(file, "PRAGMA integrity_check"), "ok\n");
    EXPECT_EQ(ContentOf(file), content_);
    OpenStore(file);
    EXPECT_EQ(VersionOf(file), kNow);
    EXPECT_EQ(ContentOf(file), content_);
  }

  StoreFolder folder_;
  const std::string file_ = folder_.File();
  std::string content_;
};

TEST_F(StoreMigrationTest, EverythingIsThereAfterIt) {
  const Log::Opened opened = Log::Open(StoreOptions(file_));
  ASSERT_TRUE(opened.status.ok()) << opened.status.message();
  EXPECT_THAT(opened.upgrade, MatchesRegex("brought \".*log.db\" from schema 1 "
                                           "to " +
                                           kNow + " in [0-9]+ ms"));
  EXPECT_EQ(VersionOf(file_), kNow);
  EXPECT_EQ(ContentOf(file_), content_);
}

TEST_F(StoreMigrationTest, ItIsDoneOnce) {
  OpenStore(file_);
  const Log::Opened again = Log::Open(StoreOptions(file_));
  EXPECT_TRUE(again.status.ok());
  EXPECT_EQ(again.upgrade, "");
  const Log::Opened made = Log::Open(StoreOptions(folder_.File("new.db")));
  EXPECT_EQ(made.upgrade, "") << "a new file has nothing to be brought from";
}

TEST_F(StoreMigrationTest, TheLogGoesOn) {
  const auto log = OpenStore(file_);
  EXPECT_EQ(log->epoch(), "0123456789abcdef");
  EXPECT_EQ(log->last_id(), 17u);
  EXPECT_EQ(log->size(), 6u);
  EXPECT_EQ(log->scheduled(), 1u);
  const auto page = Read(*log, After(5, "ann"));
  EXPECT_THAT(IdsOf(page), ElementsAre(6, 7, 9, 11, 14, 17));
  EXPECT_THAT(UnreadOf(page), ElementsAre(9, 11, 17));
  EXPECT_TRUE(page.complete);
  const auto& rich = std::get<Notification>(page.entries[1].record);
  EXPECT_EQ(rich.message, "Build 7 is red \xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(rich.level, NotificationLevel::kCritical);
  EXPECT_EQ(rich.priority, NotificationPriority::kHigh);
  ASSERT_EQ(rich.actions.size(), 2u);
  EXPECT_EQ(rich.actions[1].link, "https://ci.example/7/log");
  EXPECT_THAT(IdsOf(Read(*log, After(5, "bob"))), ElementsAre(10, 15, 16, 17));
  const auto ann = Find(*log, "ann");
  EXPECT_EQ(ann.spelling, "Ann");
  EXPECT_THAT(ann.groups, ElementsAre("ops"));
  ASSERT_EQ(ann.secrets.size(), 1u);
  EXPECT_EQ(ann.secrets[0].secret, "secret-of-ann");
  EXPECT_THAT(MembersOf(*log, "ops"), ElementsAre("ann"));
}

TEST_F(StoreMigrationTest, KeysTagsAndWhatIsScheduledMeanTheSame) {
  constexpr std::int64_t kThen = 1'764'400'000'000;
  const auto log = OpenStore(file_);
  const auto again = AckOf(*log, Keyed("ci", "deploy-1", At(kThen + 100)));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.id, 12u);
  ASSERT_TRUE(again.outcome);
  EXPECT_EQ(again.outcome->delivered, 2u);
  EXPECT_TRUE(AckOf(*log, Keyed("ci", "morning", At(kThen + 100))).scheduled);
  Notification newer = To("ann", "5 of 9");
  newer.from = "ci";
  newer.tag = "progress";
  newer.time = At(kThen + 100);
  EXPECT_EQ(Append(*log, newer), 18u) << "the next id";
  EXPECT_THAT(IdsOf(Read(*log, After(7, "ann"))), ElementsAre(11, 14, 17, 18))
      << "9 has been replaced";
  EXPECT_THAT(IdsOf(Read(*log, After(7, "bob"))), ElementsAre(10, 15, 16, 17));
  EXPECT_FALSE(Release(*log, At(kThen + 3'600'000)));
  EXPECT_EQ(log->last_id(), 19u);
  const auto page = Read(*log, After(18));
  ASSERT_THAT(IdsOf(page), ElementsAre(19));
  EXPECT_EQ(std::get<Notification>(page.entries[0].record).title, "Day");
}

TEST_F(StoreMigrationTest, AnOldFileGetsTheTablesOfANewOne) {
  const std::string made = folder_.File("new.db");
  OpenStore(made);
  OpenStore(file_);
  const std::string schema =
      "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
  EXPECT_EQ(RowsIn(file_, schema), RowsIn(made, schema));
}

// "VACUUM INTO" makes a file without a write-ahead log.
TEST_F(StoreMigrationTest, ABackupOfTheOlderVersionIsTaken) {
  RowsIn(file_, "VACUUM INTO '" + folder_.File("backup") + "'");
  IsWhole(folder_.File("backup"));
}

// In the middle ---------------------------------------------------------------

// What opening does, in a process that is killed at its `write`-th write.
// Returns whether it was.
bool OpenAndKill(const Log::Options& options, int write) {
  const pid_t child = fork();
  if (child == 0) {
    AtEachWrite([&] {
      if (--write == 0) raise(SIGKILL);
    });
    _exit(Log::Open(options).status.ok() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) || status == 0) << "it could not be opened";
  return WIFSIGNALED(status);
}

TEST_F(StoreMigrationTest, AKillInTheMiddleLeavesAWholeFile) {
  int kills = 0;
  int old = 0;
  for (const char* const journal : {"WAL", "DELETE"}) {
    for (int write = 1; !HasFailure(); ++write) {
      MakeAnother();
      RowsIn(file_, std::string("PRAGMA journal_mode = ") + journal);
      UseForgetfulDisk();
      if (!OpenAndKill(StoreOptions(file_, kForgetfulDisk), write)) break;
      ++kills;
      if (VersionOf(file_) == "1") ++old;
      IsWhole(file_);
    }
  }
  EXPECT_GT(old, 4) << "some of the kills come before its end";
  EXPECT_GT(kills, old) << "and some after it";
}

TEST_F(StoreMigrationTest, APowerCutInTheMiddleLeavesAWholeFile) {
  UseForgetfulDisk();
  std::vector<std::string> copies;
  AtEachWrite([&] {
    copies.push_back(folder_.File("copy" + std::to_string(copies.size())));
    CutPower(file_, copies.back());
  });
  OpenStore(StoreOptions(file_, kForgetfulDisk));
  AtEachWrite(nullptr);
  int old = 0;
  for (const std::string& copy : copies) {
    if (VersionOf(copy) == "1") ++old;
    IsWhole(copy);
    if (HasFailure()) break;
  }
  EXPECT_GT(old, 2);
  EXPECT_GT(copies.size(), static_cast<std::size_t>(old));
}

TEST_F(StoreMigrationTest, AFullDiskLeavesTheOldFile) {
  const std::string before = BytesOfFile(file_);
  int stayed = 0;
  for (int write = 1; !HasFailure(); ++write) {
    MakeAnother();
    UseForgetfulDisk();
    int left = write;
    AtEachWrite([&] {
      if (--left == 0) FillDisk(true);
    });
    const Status status = Log::Open(StoreOptions(file_, kForgetfulDisk)).status;
    AtEachWrite(nullptr);
    FillDisk(false);
    if (status.ok()) break;
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    EXPECT_THAT(status.message(), HasSubstr("disk is full"));
    if (VersionOf(file_) == "1") {
      ++stayed;
      EXPECT_THAT(status.message(),
                  HasSubstr("it stays at schema 1, " + kNow + " is needed: "));
      EXPECT_EQ(BytesOfFile(file_), before);
      for (const char* rest : {"-wal", "-shm", "-lock"}) {
        EXPECT_FALSE(std::filesystem::exists(file_ + rest)) << rest;
      }
    }
    IsWhole(file_);
  }
  EXPECT_GT(stayed, 1);
}

// Refused ---------------------------------------------------------------------

TEST_F(StoreMigrationTest, AFileThatCannotBeWrittenStays) {
  constexpr uid_t kNobody = 65'534;
  const std::string folder = std::filesystem::path(file_).parent_path();
  if (getuid() == 0) {
    ASSERT_EQ(chown(folder.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(chown(file_.c_str(), kNobody, kNobody), 0);
  }
  std::filesystem::permissions(file_, std::filesystem::perms::owner_read);
  const std::string before = BytesOfFile(file_);
  const pid_t child = fork();
  if (child == 0) {
    if (getuid() == 0 && setuid(kNobody) != 0) _exit(1);
    const Log::Opened opened = Log::Open(StoreOptions(file_));
    WriteFile(folder_.File("answer"), opened.status.message());
    _exit(opened.status.code() == StatusCode::kPermissionDenied ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(BytesOfFile(folder_.File("answer")),
            "cannot read and write \"" + file_ + "\": Permission denied");
  EXPECT_EQ(BytesOfFile(file_), before);
}

TEST_F(StoreMigrationTest, AnOldFileWithoutATableStays) {
  RowsIn(file_, "DROP TABLE marks");
  const std::string before = BytesOfFile(file_);
  const Status status = Log::Open(StoreOptions(file_)).status;
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("is damaged; it was left as it is"));
  EXPECT_THAT(status.message(), HasSubstr("no such table: marks"));
  EXPECT_EQ(BytesOfFile(file_), before);
  EXPECT_EQ(VersionOf(file_), "1");
}

TEST_F(StoreMigrationTest, AFileWithoutAVersionStays) {
  RowsIn(file_, "PRAGMA user_version = 0");
  const Status status = Log::Open(StoreOptions(file_)).status;
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("the number of its schema is 0"));
  EXPECT_EQ(VersionOf(file_), "0");
}

}  // namespace
}  // namespace tickerhub
