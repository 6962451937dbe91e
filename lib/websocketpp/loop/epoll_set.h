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

/// Reports which sockets of a loop can be read or written again.
///
/// It is an epoll instance inside that of the Asio context. A socket of Asio
/// costs several hundred bytes and four system calls before its first byte;
/// here it costs one system call and no memory. It is edge-triggered
/// (epoll(7)): each time a socket becomes ready, it is reported once. So the
/// listener reads or writes until the kernel has no more, or remembers that
/// there is more.
class EpollSet {
 public:
  struct Event {
    std::uint64_t token = 0;
    bool readable = false;  ///< or ended
    bool writable = false;  ///< or broken
    bool ended = false;     ///< the client has sent everything, or it broke
    bool urgent = false;    ///< a read stops at a byte of urgent data
  };

  /// Calls `on_event` on the context's thread. Throws std::system_error if no
  /// descriptor is left.
  EpollSet(asio::io_context& context, std::function<void(Event)> on_event);

  /// Begins to report. Keeps the context running until Stop().
  void Start() { Wait(); }
  void Stop();

  /// Adds a socket. Returns false if the kernel refuses. Closing the descriptor
  /// removes it. An event that was fetched before is still reported, so the
  /// token must name the connection and not the descriptor.
  bool Add(int descriptor, std::uint64_t token);

 private:
  static constexpr std::size_t kMostAtOnce = 256;

  void Wait();
  void Turn();

  std::function<void(Event)> on_event_;
  asio::posix::stream_descriptor epoll_;
  std::array<epoll_event, kMostAtOnce> events_;
  int fetched_ = 0;  // how many of events_ the last epoll_wait() returned
  int told_ = 0;     // how many of these are reported
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EPOLL_SET_H_
