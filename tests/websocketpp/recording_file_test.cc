#include "tickerhub/websocketpp/recording_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "support/own_folder.h"
#include "support/running_server.h"
#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub::testing {
namespace {

using ::testing::HasSubstr;
using State = ByteSource::State;

class RecordingFileTest : public ::testing::Test {
 protected:
  ~RecordingFileTest() override {
    running_.OnHub([this] { file_.reset(); });
    running_.Stop();
  }

  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
  }

  void Open() {
    running_.OnHub([this] {
      file_ =
          std::make_unique<RecordingFile>(running_.server().scheduler(), path_);
      file_->SetWake([this] { ++wakes_; });
    });
  }

  // Reads what is there.
  State Read() {
    State state = State::kBytes;
    running_.OnHub([&] {
      std::string piece;
      while ((state = file_->Read(&piece)) == State::kBytes) {
        EXPECT_LE(piece.size(), 64u * 1024);
        text_ += piece;
        ++pieces_;
      }
    });
    return state;
  }

  State ReadToEnd() {
    State state = State::kNothingYet;
    EXPECT_TRUE(Eventually([&] {
      state = Read();
      return state != State::kNothingYet;
    }));
    return state;
  }

  const OwnFolder folder_;
  std::string path_ = folder_.File("recording");
  RunningServer running_;
  std::unique_ptr<RecordingFile> file_;
  std::string text_;
  int pieces_ = 0;
  int wakes_ = 0;
};

TEST_F(RecordingFileTest, GivesTheFileInPieces) {
  std::string content;
  while (content.size() < 500'000) content += std::to_string(content.size());
  Write(content);
  Open();
  EXPECT_EQ(ReadToEnd(), State::kEnd);
  EXPECT_EQ(text_, content);
  EXPECT_GE(pieces_, 8);
  EXPECT_EQ(Read(), State::kEnd);
}

TEST_F(RecordingFileTest, GivesTheFileAgain) {
  Write("one\n");
  Open();
  for (int pass = 1; pass <= 3; ++pass) {
    EXPECT_EQ(ReadToEnd(), State::kEnd);
    running_.OnHub([this] { EXPECT_TRUE(file_->Rewind()); });
  }
  EXPECT_EQ(ReadToEnd(), State::kEnd);
  EXPECT_EQ(text_, "one\none\none\none\n");
}

TEST_F(RecordingFileTest, ReadsAnEmptyFile) {
  Write("");
  Open();
  EXPECT_EQ(ReadToEnd(), State::kEnd);
  EXPECT_EQ(text_, "");
}

TEST_F(RecordingFileTest, SaysWhyAFileCannotBeRead) {
  Open();
  EXPECT_EQ(ReadToEnd(), State::kFailed);
  running_.OnHub([this] {
    EXPECT_EQ(file_->error(),
              "cannot read " + path_ + ": No such file or directory");
    EXPECT_FALSE(file_->Rewind());
  });
  path_ = folder_.path().string();
  Open();
  EXPECT_EQ(ReadToEnd(), State::kFailed);
  running_.OnHub(
      [this] { EXPECT_THAT(file_->error(), HasSubstr("Is a directory")); });
}

TEST_F(RecordingFileTest, WaitsForThePipeWithoutHoldingUpTheHub) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  Open();
  EXPECT_EQ(Read(), State::kNothingYet);
  const int writer = ::open(path_.c_str(), O_WRONLY);
  ASSERT_GE(writer, 0);
  ASSERT_EQ(::write(writer, "one\n", 4), 4);
  // The wake comes once, and only because the hub has found nothing.
  ASSERT_TRUE(Eventually([this] {
    int wakes = 0;
    running_.OnHub([&] { wakes = wakes_; });
    return wakes == 1;
  }));
  EXPECT_EQ(Read(), State::kNothingYet);
  EXPECT_EQ(text_, "one\n");
  ASSERT_EQ(::write(writer, "two\n", 4), 4);
  ::close(writer);
  EXPECT_EQ(ReadToEnd(), State::kEnd);
  EXPECT_EQ(text_, "one\ntwo\n");
  running_.OnHub([this] { EXPECT_FALSE(file_->Rewind()); });
}

TEST_F(RecordingFileTest, StopsWhileItWaitsForAPipeThatNobodyWrites) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  Open();
  EXPECT_EQ(Read(), State::kNothingYet);
  running_.OnHub([this] { file_.reset(); });
  EXPECT_EQ(wakes_, 0);
}

TEST_F(RecordingFileTest, ReadsNoFurtherAheadThanItsLimit) {
  EXPECT_EQ(RecordingFile::kMaxWaiting, 4u);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  Open();
  const int writer = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK);
  // Opens without waiting only if the reader is there.
  const int blocking = writer >= 0 ? writer : ::open(path_.c_str(), O_WRONLY);
  ASSERT_GE(blocking, 0);
  ASSERT_EQ(::fcntl(blocking, F_SETFL, O_NONBLOCK), 0);
  const std::string chunk(4'096, 'x');
  std::size_t written = 0;
  for (bool takes_more = true; takes_more && written < (64U << 20);) {
    const ssize_t size = ::write(blocking, chunk.data(), chunk.size());
    if (size > 0) written += static_cast<std::size_t>(size);
    pollfd writable{blocking, POLLOUT, 0};
    takes_more = ::poll(&writable, 1, 300) > 0;
  }
  // Four pieces of 64 KiB, what the pipe holds, and some room for both.
  EXPECT_LE(written, 1U << 20);
  ::close(blocking);
  EXPECT_EQ(ReadToEnd(), State::kEnd);
  EXPECT_EQ(text_.size(), written);
}

TEST_F(RecordingFileTest, StopsWhileItWaitsForRoom) {
  Write(std::string(2'000'000, 'x'));
  Open();
  EXPECT_TRUE(Eventually([this] {
    State state = State::kNothingYet;
    running_.OnHub([&] {
      std::string piece;
      state = file_->Read(&piece);
    });
    return state == State::kBytes;
  }));
  running_.OnHub([this] { file_.reset(); });
}

// A task that wakes it may still wait then.
TEST_F(RecordingFileTest, WakesNobodyAfterItsEnd) {
  Write("one\n");
  running_.OnHub([this] {
    file_ =
        std::make_unique<RecordingFile>(running_.server().scheduler(), path_);
    file_->SetWake([this] { ++wakes_; });
    std::string piece;
    while (file_->Read(&piece) == State::kBytes) {
    }
    file_.reset();
  });
  running_.OnHub([this] { EXPECT_EQ(wakes_, 0); });
}

// Notes whether a thread that posts leaves the program's signals to others.
class SignalNotingScheduler : public ManualScheduler {
 public:
  void Post(Task task) override {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    blocked_ = ::sigismember(&blocked, SIGTERM);
    ManualScheduler::Post(std::move(task));
  }
  int blocked() const { return blocked_; }

 private:
  std::atomic<int> blocked_{-1};  // nobody has posted
};

TEST_F(RecordingFileTest, LeavesSignalsToTheThreadsOfTheProgram) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  SignalNotingScheduler scheduler;
  RecordingFile file(scheduler, path_);
  std::string piece;
  ASSERT_EQ(file.Read(&piece), State::kNothingYet) << "it wakes the hub then";
  const int writer = ::open(path_.c_str(), O_WRONLY);
  ASSERT_EQ(::write(writer, "one\n", 4), 4);
  EXPECT_TRUE(Eventually([&] { return scheduler.blocked() >= 0; }));
  EXPECT_EQ(scheduler.blocked(), 1);
  ::close(writer);
}

}  // namespace
}  // namespace tickerhub::testing
