#ifndef TICKERHUB_BENCHMARKS_FANOUT_KERNEL_SERVER_H_
#define TICKERHUB_BENCHMARKS_FANOUT_KERNEL_SERVER_H_

#include <sys/epoll.h>
#include <sys/socket.h>

#include <string_view>

#include "fanout/peers.h"

namespace tickerhub::fanout {

/// A peer of system calls alone: one thread, one epoll. What a connection
/// speaks is the subclass's.
class KernelServer {
 public:
  virtual ~KernelServer() = default;
  /// Returns the exit status at the end of standard input.
  int Run();

 protected:
  /// The answer to a client's request with load::kHandshakeKey.
  static constexpr std::string_view kHandshakeAnswer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  /// Nothing that comes later on the descriptor matters.
  void Unwatch(int descriptor) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  }

 private:
  virtual void Accepted(int /*client*/) {}
  /// The descriptor has bytes. The first are the whole request of a client; no
  /// client leaves before the end.
  virtual void Read(int descriptor) = 0;
  virtual void SendToAll(std::string_view frame) = 0;
  bool Listen();
  void Accept();
  bool ReadCommands();
  void Watch(int descriptor);

  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int epoll_ = epoll_create1(0);
  CommandStream commands_;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_KERNEL_SERVER_H_
