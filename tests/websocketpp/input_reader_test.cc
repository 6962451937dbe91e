#include "tickerhub/websocketpp/input_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    CloseWriter();
    if (ends_[0] >= 0) ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void Write(const std::string& text) {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  void CloseWriter() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

// What a reader hands over, as the hub gets it.
class Input {
 public:
  void Start(RunningServer& running, int descriptor) {
    reader_ = std::make_unique<InputReader>(
        running.server(), descriptor,
        [this, &running](std::string_view bytes) {
          EXPECT_EQ(std::this_thread::get_id(), running.hub_thread());
          EXPECT_LE(bytes.size(), 64U * 1024);
          EXPECT_EQ(ends_, 0);
          text_ += bytes;
          if (on_bytes) on_bytes();
        },
        [this, &running](std::string_view fault) {
          EXPECT_EQ(std::this_thread::get_id(), running.hub_thread());
          ++ends_;
          fault_ = fault;
          ended_.set_value();
        });
  }
  bool WaitForEnd() {
    return ended_.get_future().wait_for(kDeadline) == std::future_status::ready;
  }
  void Stop() { reader_.reset(); }

  // For the hub's thread.
  const std::string& text() const { return text_; }
  int ends() const { return ends_; }
  const std::string& fault() const { return fault_; }
  std::function<void()> on_bytes;

 private:
  std::string text_;
  int ends_ = 0;
  std::string fault_;
  std::promise<void> ended_;
  std::unique_ptr<InputReader> reader_;
};

TEST(InputReaderTest, HandsOverWhatComesAndThenTheEnd) {
  Input input;
  Pipe pipe;
  RunningServer running;
  input.Start(running, pipe.reader());
  pipe.Write("AAPL 1");
  ASSERT_TRUE(Eventually([&] {
    bool seen = false;
    running.OnHub([&] { seen = input.text() == "AAPL 1"; });
    return seen;
  }));
  pipe.Write("50\n");
  pipe.CloseWriter();
  ASSERT_TRUE(input.WaitForEnd());
  running.OnHub([&] {
    EXPECT_EQ(input.text(), "AAPL 150\n");
    EXPECT_EQ(input.ends(), 1);
    EXPECT_EQ(input.fault(), "");
  });
  // The descriptor is still open, and ours.
  EXPECT_GE(::fcntl(pipe.reader(), F_GETFD), 0);
  running.Stop();
  input.Stop();
}

TEST(InputReaderTest, ReadsAFileAndAnEmptyOne) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{300'001}}) {
    std::FILE* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    std::string content;
    while (content.size() < size) content += std::to_string(content.size());
    content.resize(size);
    ASSERT_EQ(std::fwrite(content.data(), 1, size, file), size);
    std::rewind(file);
    Input input;
    RunningServer running;
    input.Start(running, ::fileno(file));
    ASSERT_TRUE(input.WaitForEnd());
    running.OnHub([&] { EXPECT_TRUE(input.text() == content); });
    running.Stop();
    input.Stop();
    std::fclose(file);
  }
}

TEST(InputReaderTest, EndsAtOnceOnADescriptorThatIsClosed) {
  Input input;
  RunningServer running;
  // Not one that was closed just now: what is opened next would get its number.
  constexpr int kClosed = 12'345;
  input.Start(running, kClosed);
  ASSERT_TRUE(input.WaitForEnd());
  running.OnHub([&] {
    EXPECT_EQ(input.text(), "");
    EXPECT_EQ(input.fault(), "reading has failed: Bad file descriptor");
  });
  running.Stop();
  input.Stop();
}

TEST(InputReaderTest, WaitsForADescriptorThatDoesntBlock) {
  Input input;
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.reader(), F_SETFL, O_NONBLOCK), 0);
  RunningServer running;
  input.Start(running, pipe.reader());
  running.OnHub([&] { EXPECT_EQ(input.ends(), 0); });
  pipe.Write("late");
  pipe.CloseWriter();
  ASSERT_TRUE(input.WaitForEnd());
  running.OnHub([&] { EXPECT_EQ(input.text(), "late"); });
  running.Stop();
  input.Stop();
}

TEST(InputReaderTest, LeavesALargeInputWhereItIsWhileTheHubIsBusy) {
  Input input;
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  RunningServer running;
  std::promise<void> busy;
  std::promise<void> release;
  running.server().Post([&] {
    busy.set_value();
    release.get_future().wait_for(2 * kDeadline);
  });
  busy.get_future().wait();
  input.Start(running, pipe.reader());
  // It takes one chunk, then the pipe fills up. If it read on, it would always
  // become writable again.
  const std::string chunk(4096, 'x');
  std::size_t written = 0;
  for (bool takes_more = true; takes_more && written < (64U << 20);) {
    const ssize_t size = ::write(pipe.writer(), chunk.data(), chunk.size());
    if (size > 0) written += static_cast<std::size_t>(size);
    pollfd writable{pipe.writer(), POLLOUT, 0};
    takes_more = ::poll(&writable, 1, 300) > 0;
  }
  EXPECT_LE(written, 1U << 20);
  EXPECT_GE(written, 64U << 10);
  release.set_value();
  pipe.CloseWriter();
  ASSERT_TRUE(input.WaitForEnd());
  running.OnHub([&] { EXPECT_EQ(input.text().size(), written); });
  running.Stop();
  input.Stop();
}

TEST(InputReaderTest, MayBeDestroyedWhileItWaitsForInput) {
  Input input;
  Pipe pipe;
  RunningServer running;
  input.Start(running, pipe.reader());
  running.OnHub([&] { input.Stop(); });
  pipe.Write("nobody reads this");
  pipe.CloseWriter();
  running.OnHub([&] {
    EXPECT_EQ(input.text(), "");
    EXPECT_EQ(input.ends(), 0);
  });
}

TEST(InputReaderTest, MayBeDestroyedWhileItWaitsForTheHub) {
  Input input;
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fputs("first", file), 1);
  std::rewind(file);
  RunningServer running;
  running.OnHub([&] {
    input.Start(running, ::fileno(file));
    // The reader takes it, and can't hand it over before this has returned.
    while (::lseek(::fileno(file), 0, SEEK_CUR) == 0) std::this_thread::yield();
    input.Stop();
  });
  running.OnHub([&] { EXPECT_EQ(input.text(), ""); });
  std::fclose(file);
}

TEST(InputReaderTest, MayBeDestroyedByItsOwnCallback) {
  Input input;
  Pipe pipe;
  RunningServer running;
  input.on_bytes = [&] { input.Stop(); };
  pipe.Write("one and only");
  running.OnHub([&] { input.Start(running, pipe.reader()); });
  ASSERT_TRUE(Eventually([&] {
    bool seen = false;
    running.OnHub([&] { seen = !input.text().empty(); });
    return seen;
  }));
  pipe.CloseWriter();
  running.OnHub([&] {
    EXPECT_EQ(input.text(), "one and only");
    EXPECT_EQ(input.ends(), 0);
  });
}

TEST(InputReaderTest, MayHaveNoCallbacks) {
  Pipe pipe;
  RunningServer running;
  std::unique_ptr<InputReader> reader;
  running.OnHub([&] {
    reader = std::make_unique<InputReader>(running.server(), pipe.reader(),
                                           nullptr, nullptr);
  });
  pipe.Write("nobody hears this");
  ASSERT_TRUE(Eventually([&] {
    pollfd readable{pipe.reader(), POLLIN, 0};
    return ::poll(&readable, 1, 0) == 0;  // it was read
  }));
  pipe.CloseWriter();
  running.Stop();
  reader.reset();
  EXPECT_TRUE(running.log().empty());
}

TEST(InputReaderTest, MayOutliveRunAndNeverSeeIt) {
  Pipe pipe;
  pipe.Write("unread");
  Server server(RunningServer::AnyPort());
  InputReader reader(
      server, pipe.reader(),
      [](std::string_view) { ADD_FAILURE() << "without Run()"; },
      [](std::string_view) { ADD_FAILURE() << "without Run()"; });
}

TEST(InputReaderTest, ReadsOnAfterACallbackThatThrows) {
  Input input;
  Pipe pipe;
  RunningServer running;
  bool thrown = false;
  input.on_bytes = [&] {
    if (!std::exchange(thrown, true)) throw std::runtime_error("bad line");
  };
  input.Start(running, pipe.reader());
  pipe.Write("bad ");
  ASSERT_TRUE(Eventually([&] {
    bool seen = false;
    running.OnHub([&] { seen = thrown; });
    return seen;
  }));
  pipe.Write("good");
  pipe.CloseWriter();
  ASSERT_TRUE(input.WaitForEnd());
  running.OnHub([&] { EXPECT_EQ(input.text(), "bad good"); });
  running.Stop();
  input.Stop();
}

}  // namespace
}  // namespace tickerhub::testing
