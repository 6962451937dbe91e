#include "tickerhub/websocketpp/input_reader.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "hub/hub.h"
#include "threads/start_thread.h"

namespace tickerhub {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

using OnBytes = std::function<void(std::string_view)>;
using OnEnd = std::function<void(std::string_view)>;

// Why read() or poll() failed; empty if that is an ordinary end.
std::string FaultOfInput(int descriptor, int error) {
  // A process in the background may not read its terminal (standard_input.h of
  // the examples), and a terminal may be closed.
  if (error == EIO && ::isatty(descriptor) == 1) return {};
  return "reading has failed: " + std::generic_category().message(error);
}

}  // namespace

// What both ways to read share: the callbacks, which run on the hub's thread.
class InputReader::Impl {
 public:
  Impl(internal::Hub& hub, int descriptor, OnBytes on_bytes, OnEnd on_end)
      : hub_(hub),
        descriptor_(descriptor),
        on_bytes_(std::move(on_bytes)),
        on_end_(std::move(on_end)) {}
  virtual ~Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// No callback runs afterwards.
  void Stop() {
    stopped_ = true;
    StopReading();
  }

 protected:
  virtual void StopReading() = 0;

  void TellBytes(std::string_view bytes) {
    if (!stopped_ && on_bytes_) on_bytes_(bytes);
  }
  void TellEnd(std::string_view fault) {
    if (!stopped_ && on_end_) on_end_(fault);
  }

  internal::Hub& hub_;
  const int descriptor_;
  bool stopped_ = false;  // on the hub's thread

 private:
  const OnBytes on_bytes_;
  const OnEnd on_end_;
};

namespace {

// Reads what can be polled, a pipe or a socket, on the hub's thread.
class PolledInput final : public InputReader::Impl,
                          public std::enable_shared_from_this<PolledInput> {
 public:
  PolledInput(internal::Hub& hub, int descriptor, OnBytes on_bytes,
              OnEnd on_end)
      : Impl(hub, descriptor, std::move(on_bytes), std::move(on_end)),
        epoll_(hub.context()) {}

  // Returns false if the descriptor cannot be polled. An epoll set stands
  // between Asio and the descriptor, because Asio would make it non-blocking
  // for every process that shares it.
  bool Start() {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return false;
    epoll_.assign(epoll);
    epoll_event event = {};
    event.events = EPOLLIN;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor_, &event) != 0) {
      return false;
    }
    Wait();
    return true;
  }

 private:
  void StopReading() override {
    asio::error_code ignored;
    epoll_.close(ignored);
  }

  void Wait() {
    epoll_.async_wait(
        asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this()](const std::error_code& error) {
          if (!error && !self->stopped_) self->Read();
        });
  }

  // Reads once, so that the loop has other work in between.
  void Read() {
    const ssize_t size = ::read(descriptor_, buffer_.data(), buffer_.size());
    const int error = size < 0 ? errno : 0;
    const bool is_early = error == EINTR || error == EAGAIN;
    if (size > 0) {
      hub_.Call([&] {
        TellBytes({buffer_.data(), static_cast<std::size_t>(size)});
      });
    } else if (!is_early) {
      StopReading();
      TellEnd(error == 0 ? "" : FaultOfInput(descriptor_, error));
      return;
    }
    if (!stopped_) Wait();
  }

  asio::posix::stream_descriptor epoll_;
  std::vector<char> buffer_ = std::vector<char>(kChunkBytes);
};

// Reads what cannot be polled, a regular file, on a thread of its own, which
// its tasks on the hub share.
class ThreadedInput final : public InputReader::Impl,
                            public std::enable_shared_from_this<ThreadedInput> {
 public:
  ThreadedInput(internal::Hub& hub, int descriptor, OnBytes on_bytes,
                OnEnd on_end)
      : Impl(hub, descriptor, std::move(on_bytes), std::move(on_end)),
        stop_event_(::eventfd(0, EFD_CLOEXEC)) {}

  ~ThreadedInput() override {
    if (stop_event_ >= 0) ::close(stop_event_);
  }

  void Start() {
    thread_ = internal::StartThread([this] { ReadAll(); });
  }

 private:
  void StopReading() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      handled_ = true;
      stopping_ = true;
    }
    handled_changed_.notify_all();
    const std::uint64_t one = 1;
    if (::write(stop_event_, &one, sizeof one) < 0) {
      // The counter is full, so the event is set.
    }
    thread_.join();
  }

  void ReadAll() {
    std::array<char, kChunkBytes> buffer;
    std::string fault;
    while (WaitForInput()) {
      const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size < 0) fault = FaultOfInput(descriptor_, errno);
      if (size <= 0) break;
      if (!HandOver(
              std::string(buffer.data(), static_cast<std::size_t>(size)))) {
        return;
      }
    }
    hub_.Enqueue([self = shared_from_this(), fault = std::move(fault)] {
      self->TellEnd(fault);
    });
  }

  // Returns false when the reader stops, or when poll() fails.
  bool WaitForInput() {
    std::array<pollfd, 2> wanted{
        {{descriptor_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    while (::poll(wanted.data(), wanted.size(), -1) < 0) {
      if (errno != EINTR) return false;
    }
    return (wanted[1].revents & POLLIN) == 0;
  }

  // Gives the bytes to the hub and waits until it has handled them.
  bool HandOver(std::string bytes) {
    std::unique_lock<std::mutex> lock(mutex_);
    handled_ = stopping_;
    hub_.Enqueue([self = shared_from_this(), bytes = std::move(bytes)] {
      self->hub_.Call([&] { self->TellBytes(bytes); });
      self->SetHandled();
    });
    handled_changed_.wait(lock, [this] { return handled_; });
    return !stopping_;
  }

  void SetHandled() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      handled_ = true;
    }
    handled_changed_.notify_all();
  }

  const int stop_event_;

  std::mutex mutex_;
  std::condition_variable handled_changed_;
  bool handled_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

InputReader::InputReader(Server& server, int descriptor, OnBytes on_bytes,
                         OnEnd on_end) {
  internal::Hub& hub = server.hub();
  const auto polled =
      std::make_shared<PolledInput>(hub, descriptor, on_bytes, on_end);
  if (polled->Start()) {
    impl_ = polled;
    return;
  }
  const auto threaded = std::make_shared<ThreadedInput>(
      hub, descriptor, std::move(on_bytes), std::move(on_end));
  threaded->Start();
  impl_ = threaded;
}

InputReader::~InputReader() { impl_->Stop(); }

}  // namespace tickerhub
