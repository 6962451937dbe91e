// Files that the log does not take, and leaves as they are.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "log_steps.h"
#include "store/schema.h"
#include "store_folder.h"
#include "store_sql.h"

namespace tickerhub {
namespace {

using ::testing::HasSubstr;
using Log = SqliteNotificationLog;

const std::string kNewer = std::to_string(internal::kSchemaVersion + 1);

class StoreRefusalsTest : public ::testing::Test {
 protected:
  Status StatusOfOpening(const std::string& file) {
    Log::Options options;
    options.file = file;
    const Log::Opened opened = Log::Open(options);
    EXPECT_EQ(opened.log == nullptr, !opened.status.ok());
    return opened.status;
  }

  void IsRefused(const std::string& sentence, StatusCode code) {
    const std::string before = BytesOfFile(folder_.File());
    const Status status = StatusOfOpening(folder_.File());
    EXPECT_EQ(status.code(), code);
    EXPECT_THAT(status.message(), HasSubstr(sentence));
    EXPECT_THAT(status.message(), HasSubstr(folder_.File()));
    EXPECT_EQ(BytesOfFile(folder_.File()), before);
    for (const char* rest : {"-lock", "-new", "-shm", "-journal"}) {
      EXPECT_FALSE(std::filesystem::exists(folder_.File() + rest)) << rest;
    }
  }

  void MakeStore() {
    const auto log = OpenStore(folder_.File());
    Append(*log, ToAll("x"));
  }
  // Leaves the file alone, as if it had just been copied here.
  void RemoveLock() { std::filesystem::remove(folder_.File() + "-lock"); }

  StoreFolder folder_;
};

TEST_F(StoreRefusalsTest, RefusesWhatIsNoDatabase) {
  WriteFile(folder_.File(), "My diary, page one.\n");
  IsRefused("is not an SQLite database", StatusCode::kInvalidArgument);
  WriteFile(folder_.File(), std::string(10'000, '\0'));
  IsRefused("is not an SQLite database", StatusCode::kInvalidArgument);
}

TEST_F(StoreRefusalsTest, RefusesTheDatabaseOfAnotherProgram) {
  RowsIn(folder_.File(), "CREATE TABLE recipes (name TEXT)");
  IsRefused("is an SQLite database of another program",
            StatusCode::kInvalidArgument);
}

TEST_F(StoreRefusalsTest, RefusesAFileOfANewerVersion) {
  MakeStore();
  EXPECT_EQ(AskIn(folder_.File(), "PRAGMA user_version"),
            std::to_string(internal::kSchemaVersion));
  EXPECT_EQ(AskIn(folder_.File(), "PRAGMA application_id"), "1416317045");
  RowsIn(folder_.File(),
         "PRAGMA journal_mode = DELETE; PRAGMA user_version = " + kNewer);
  RemoveLock();
  IsRefused("was written by a newer version of Tickerhub (schema " + kNewer +
                ", this one knows " + std::to_string(internal::kSchemaVersion) +
                ")",
            StatusCode::kInvalidArgument);
}

// The newer program was killed before a checkpoint.
TEST_F(StoreRefusalsTest, RefusesANewerVersionThatIsOnlyInTheWal) {
  MakeStore();
  const std::string wal = folder_.File() + "-wal";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    sqlite3* database = nullptr;
    sqlite3_open(folder_.File().c_str(), &database);
    sqlite3_exec(database, ("PRAGMA user_version = " + kNewer).c_str(), nullptr,
                 nullptr, nullptr);
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const std::string before = BytesOfFile(folder_.File());
  const std::string before_wal = BytesOfFile(wal);
  ASSERT_FALSE(before_wal.empty());
  const Status status = StatusOfOpening(folder_.File());
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("(schema " + kNewer));
  EXPECT_EQ(BytesOfFile(folder_.File()), before);
  EXPECT_EQ(BytesOfFile(wal), before_wal);
}

TEST_F(StoreRefusalsTest, RefusesAFileWithoutItsTables) {
  MakeStore();
  RowsIn(folder_.File(), "PRAGMA journal_mode = DELETE; DROP TABLE inbox");
  RemoveLock();
  IsRefused("is damaged", StatusCode::kInvalidArgument);
}

TEST_F(StoreRefusalsTest, RefusesADamagedFile) {
  MakeStore();
  RowsIn(folder_.File(), "PRAGMA journal_mode = DELETE");
  RemoveLock();
  const std::string whole = BytesOfFile(folder_.File());
  constexpr std::size_t kPage = 4096;
  std::string damaged = whole;
  damaged.replace(kPage, damaged.size() - kPage, damaged.size() - kPage,
                  '\x5a');
  WriteFile(folder_.File(), damaged);
  IsRefused("is damaged", StatusCode::kInvalidArgument);
  WriteFile(folder_.File(), whole.substr(0, 2 * kPage + 7));
  IsRefused("is damaged", StatusCode::kInvalidArgument);
  WriteFile(folder_.File(), whole);
  EXPECT_TRUE(StatusOfOpening(folder_.File()).ok());
}

TEST_F(StoreRefusalsTest, RefusesAFolder) {
  ASSERT_EQ(mkdir(folder_.File().c_str(), 0700), 0);
  const Status status = StatusOfOpening(folder_.File());
  EXPECT_THAT(status.message(), HasSubstr("is a folder"));
}

TEST_F(StoreRefusalsTest, RefusesAPathThatCannotBe) {
  EXPECT_EQ(StatusOfOpening("").code(), StatusCode::kInvalidArgument);
  const Status none = StatusOfOpening(folder_.File("none/log.db"));
  EXPECT_EQ(none.code(), StatusCode::kNotFound);
  EXPECT_THAT(none.message(), HasSubstr("does not exist"));
  const Status proc = StatusOfOpening("/proc/log.db");
  EXPECT_EQ(proc.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(proc.message(), HasSubstr("/proc/log.db"));
}

TEST_F(StoreRefusalsTest, RefusesWhatIsLeftOfAnotherFile) {
  WriteFile(folder_.File() + "-wal", "something");
  EXPECT_THAT(StatusOfOpening(folder_.File()).message(),
              HasSubstr("belongs to a file"));
  EXPECT_EQ(BytesOfFile(folder_.File() + "-wal"), "something");
  EXPECT_FALSE(std::filesystem::exists(folder_.File()));
}

TEST_F(StoreRefusalsTest, TakesAnEmptyFile) {
  WriteFile(folder_.File(), "");
  MakeStore();
  EXPECT_EQ(OpenStore(folder_.File())->size(), 1u);
}

TEST_F(StoreRefusalsTest, NobodyElseReadsTheFile) {
  const auto log = OpenStore(folder_.File());
  for (const char* rest : {"", "-wal", "-shm", "-lock"}) {
    struct stat status {};
    ASSERT_EQ(stat((folder_.File() + rest).c_str(), &status), 0) << rest;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << rest;
  }
}

// Two at a time ---------------------------------------------------------------

TEST_F(StoreRefusalsTest, RefusesASecondLogOfTheSameFile) {
  auto log = OpenStore(folder_.File());
  std::filesystem::create_symlink(folder_.File(), folder_.File("link"));
  for (const std::string& name : {folder_.File(), folder_.File("link")}) {
    const Status status = StatusOfOpening(name);
    EXPECT_EQ(status.code(), StatusCode::kAlreadyExists) << name;
    EXPECT_THAT(status.message(), HasSubstr("is in use"));
  }
  EXPECT_EQ(Append(*log, ToAll("x")), 1u) << "the first one goes on";
  log.reset();
  EXPECT_TRUE(StatusOfOpening(folder_.File()).ok());
}

TEST_F(StoreRefusalsTest, RefusesASecondProcess) {
  int pipes[2];
  int back[2];
  ASSERT_EQ(pipe(pipes), 0);
  ASSERT_EQ(pipe(back), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 'x';
    const auto log = Log::Open([&] {
      Log::Options options;
      options.file = folder_.File();
      return options;
    }());
    if (log.status.ok() && write(pipes[1], &byte, 1) == 1) {
      (void)!read(back[0], &byte, 1);
    }
    _exit(0);  // as if it were killed
  }
  char byte = 0;
  ASSERT_EQ(read(pipes[0], &byte, 1), 1);
  EXPECT_EQ(StatusOfOpening(folder_.File()).code(), StatusCode::kAlreadyExists);
  ASSERT_EQ(write(back[1], &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(StatusOfOpening(folder_.File()).ok())
      << "the lock goes with the process";
  for (const int end : {pipes[0], pipes[1], back[0], back[1]}) close(end);
}

}  // namespace
}  // namespace tickerhub
