#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_EPOLL_SET_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_EPOLL_SET_H_

#include <sys/epoll.h>

#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace tickerhub::internal {

/// Which sockets of a loop can be read or written again.
///
/// An epoll instance inside the Asio context's own: a socket of Asio's costs
/// several hundred bytes and four system calls before its first byte, here it
/// costs one system call and nothing. Edge-triggered (epoll(7)): a socket is
/// told of once each time it becomes ready, so whoever is told reads or writes
/// until the kernel has no more, or remembers that there is more.
class EpollSet {
 public:
  struct Event {
    std::uint64_t token = 0;
    bool readable = false;  // or ended
    bool writable = false;  // or broken
    bool ended = false;     // the other side has sent all, or it broke
  };

  /// `on_event` is called on the context's thread.
  /// Throws std::system_error: no descriptor is left.
  EpollSet(asio::io_context& context, std::function<void(Event)> on_event);

  /// Begins to wait. Keeps the context running until Stop().
  void Start() { Wait(); }
  void Stop();

  /// False if the kernel refuses. A descriptor leaves the set by being closed;
  /// events that were fetched before may still be told, so the token says which
  /// owner is meant.
  bool Add(int descriptor, std::uint64_t token);

 private:
  static constexpr std::size_t kMostAtOnce = 256;

  void Wait();
  void Turn();

  std::function<void(Event)> on_event_;
  asio::posix::stream_descriptor epoll_;
  std::array<epoll_event, kMostAtOnce> events_;
  int fetched_ = 0;  // of events_, this many are from the last turn
  int told_ = 0;     // and of these, this many have been told
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EPOLL_SET_H_
