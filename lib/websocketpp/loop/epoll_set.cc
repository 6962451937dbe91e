#include "loop/epoll_set.h"

#include <algorithm>
#include <asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace tickerhub::internal {
namespace {

int OpenEpoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  }
  return descriptor;
}

}  // namespace

EpollSet::EpollSet(asio::io_context& context,
                   std::function<void(Event)> on_event)
    : on_event_(std::move(on_event)), epoll_(context, OpenEpoll()) {}

void EpollSet::Stop() {
  asio::error_code ignored;
  epoll_.close(ignored);
}

bool EpollSet::Add(int descriptor, std::uint64_t token) {
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor,
                     &event) == 0;
}

void EpollSet::Wait() {
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this](const std::error_code& error) {
                      if (!error) Turn();
                    });
}

void EpollSet::Turn() {
  // Runs even if a handler throws, because epoll does not report the other
  // events again.
  struct GoOn {
    ~GoOn() {
      if (!set->epoll_.is_open()) return;
      if (set->told_ < set->fetched_) {
        asio::post(set->epoll_.get_executor(), [set = set] { set->Turn(); });
      } else {
        set->Wait();
      }
    }
    EpollSet* set;
  } const go_on{this};
  if (told_ == fetched_) {
    told_ = 0;
    fetched_ = std::max(
        0, ::epoll_wait(epoll_.native_handle(), events_.data(),
                        static_cast<int>(events_.size()), /*timeout=*/0));
  }
  while (told_ < fetched_) {
    const epoll_event& event = events_[static_cast<std::size_t>(told_++)];
    constexpr std::uint32_t kBroken = EPOLLERR | EPOLLHUP;
    constexpr std::uint32_t kEnded = EPOLLRDHUP | kBroken;
    on_event_({event.data.u64, (event.events & (EPOLLIN | kEnded)) != 0,
               (event.events & (EPOLLOUT | kBroken)) != 0,
               (event.events & kEnded) != 0, (event.events & EPOLLPRI) != 0});
  }
}

}  // namespace tickerhub::internal
