#include "tickerhub/websocketpp/input_reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace tickerhub {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

}  // namespace

// The reader, its thread and its tasks on the hub share it.
class InputReader::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Server& server, int descriptor,
       std::function<void(std::string_view)> on_bytes,
       std::function<void()> on_end)
      : server_(server),
        descriptor_(descriptor),
        on_bytes_(std::move(on_bytes)),
        on_end_(std::move(on_end)),
        stop_event_(::eventfd(0, EFD_CLOEXEC)) {}

  ~Impl() {
    if (stop_event_ >= 0) ::close(stop_event_);
  }

  void Start() {
    thread_ = std::thread([this] { ReadAll(); });
  }

  void Stop() {
    stopped_ = true;
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

 private:
  void ReadAll() {
    std::array<char, kChunkBytes> buffer;
    while (WaitForInput()) {
      const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size <= 0) break;
      if (!HandOver(
              std::string(buffer.data(), static_cast<std::size_t>(size)))) {
        return;
      }
    }
    server_.Post([self = shared_from_this()] {
      if (!self->stopped_ && self->on_end_) self->on_end_();
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
    server_.Post([self = shared_from_this(), bytes = std::move(bytes)] {
      struct AtTheEnd {
        ~AtTheEnd() { reader->SetHandled(); }
        Impl* reader;
      } const at_the_end{self.get()};  // even if the callback throws
      if (!self->stopped_ && self->on_bytes_) self->on_bytes_(bytes);
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

  Server& server_;
  const int descriptor_;
  const std::function<void(std::string_view)> on_bytes_;
  const std::function<void()> on_end_;
  const int stop_event_;

  std::mutex mutex_;
  std::condition_variable handled_changed_;
  bool handled_ = false;
  bool stopping_ = false;
  bool stopped_ = false;  // on the hub's thread
  std::thread thread_;
};

InputReader::InputReader(Server& server, int descriptor,
                         std::function<void(std::string_view)> on_bytes,
                         std::function<void()> on_end)
    : impl_(std::make_shared<Impl>(server, descriptor, std::move(on_bytes),
                                   std::move(on_end))) {
  impl_->Start();
}

InputReader::~InputReader() { impl_->Stop(); }

}  // namespace tickerhub
