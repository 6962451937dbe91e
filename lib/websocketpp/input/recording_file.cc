#include "tickerhub/websocketpp/recording_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "threads/start_thread.h"

namespace tickerhub {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

class RecordingFile::Impl {
 public:
  Impl(Scheduler& scheduler, std::string path)
      : scheduler_(scheduler),
        path_(std::move(path)),
        stop_event_(::eventfd(0, EFD_CLOEXEC)),
        thread_(internal::StartThread([this] { Run(); })) {}

  ~Impl() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    const std::uint64_t one = 1;
    if (::write(stop_event_, &one, sizeof one) < 0) {
      // The counter is full, so the event is set.
    }
    thread_.join();
    ::close(stop_event_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  State Read(std::string* bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (pieces_.empty()) {
      hub_waits_ = state_ == State::kNothingYet;
      return state_;
    }
    bytes->swap(pieces_.front());
    pieces_.pop_front();
    changed_.notify_all();
    return State::kBytes;
  }

  bool Rewind() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!can_seek_ || state_ != State::kEnd) return false;
    state_ = State::kNothingYet;
    changed_.notify_all();
    return true;
  }

  std::string error() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return error_;
  }

  void SetWake(std::function<void()> wake) {
    follower_->wake = std::move(wake);
  }

 private:
  // Outlived by no task that was posted: those have a weak pointer.
  struct Follower {
    std::function<void()> wake;  // on the hub's thread
  };

  // Opens a pipe without waiting for its writer.
  void Run() {
    const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return Finish(State::kFailed, errno);
    struct stat about {};
    const bool is_regular =
        ::fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      can_seek_ = is_regular;
    }
    while (ReadToEnd(file) && WaitForRewind()) ::lseek(file, 0, SEEK_SET);
    ::close(file);
  }

  // Returns false if nothing can be read on.
  bool ReadToEnd(int file) {
    for (;;) {
      if (!WaitForRoom() || !WaitForInput(file)) return false;
      std::string piece(kPieceBytes, '\0');
      const ssize_t size = ::read(file, piece.data(), piece.size());
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size < 0) {
        Finish(State::kFailed, errno);
        return false;
      }
      if (size == 0) {
        Finish(State::kEnd, 0);
        return true;
      }
      piece.resize(static_cast<std::size_t>(size));
      Add(std::move(piece));
    }
  }

  // Returns false when the thread is to end.
  bool WaitForRoom() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock,
                  [this] { return stopping_ || pieces_.size() < kMaxWaiting; });
    return !stopping_;
  }

  bool WaitForRewind() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || state_ != State::kEnd; });
    return !stopping_;
  }

  // A file always has input. Returns false when the thread is to end.
  bool WaitForInput(int file) {
    std::array<pollfd, 2> wanted{{{file, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    while (::poll(wanted.data(), wanted.size(), -1) < 0) {
      if (errno != EINTR) break;
    }
    return (wanted[1].revents & POLLIN) == 0;
  }

  void Add(std::string piece) {
    const std::lock_guard<std::mutex> lock(mutex_);
    pieces_.push_back(std::move(piece));
    WakeHub();
  }

  void Finish(State state, int error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_ = state;
    if (state == State::kFailed) {
      error_ =
          "cannot read " + path_ + ": " + std::system_category().message(error);
    }
    WakeHub();
  }

  // REQUIRES: the mutex is held.
  void WakeHub() {
    if (!std::exchange(hub_waits_, false)) return;
    scheduler_.Post([weak = std::weak_ptr<Follower>(follower_)] {
      const std::shared_ptr<Follower> alive = weak.lock();
      if (alive && alive->wake) alive->wake();
    });
  }

  Scheduler& scheduler_;
  const std::string path_;
  const int stop_event_;
  const std::shared_ptr<Follower> follower_ = std::make_shared<Follower>();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  State state_ = State::kNothingYet;  // behind the pieces
  std::string error_;
  bool can_seek_ = false;
  bool hub_waits_ = false;
  bool stopping_ = false;
  std::thread thread_;  // the last, because it uses all of them
};

RecordingFile::RecordingFile(Scheduler& scheduler, std::string path)
    : impl_(std::make_unique<Impl>(scheduler, std::move(path))) {}

RecordingFile::~RecordingFile() = default;

ByteSource::State RecordingFile::Read(std::string* bytes) {
  return impl_->Read(bytes);
}

bool RecordingFile::Rewind() { return impl_->Rewind(); }

std::string RecordingFile::error() const { return impl_->error(); }

void RecordingFile::SetWake(std::function<void()> wake) {
  impl_->SetWake(std::move(wake));
}

}  // namespace tickerhub
