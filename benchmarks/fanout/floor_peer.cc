#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/peers.h"
#include "load/websocket.h"
#include "tickerhub/payload.h"

namespace tickerhub::fanout {
namespace {

class Floor {
 public:
  int Run() {
    if (!Listen()) return 1;
    Watch(listener_);
    Watch(STDIN_FILENO);
    CommandStream commands;
    epoll_event events[512];
    for (;;) {
      const int count = epoll_wait(epoll_, events, 512, -1);
      for (int i = 0; i < count; ++i) {
        const int descriptor = events[i].data.fd;
        if (descriptor == listener_) {
          Accept();
        } else if (descriptor != STDIN_FILENO) {
          Read(descriptor);
        } else {
          char buffer[4096];
          const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
          if (size <= 0) return 0;
          for (const Command& command :
               commands.Push({buffer, static_cast<std::size_t>(size)})) {
            Obey(command);
          }
        }
      }
    }
  }

 private:
  bool Listen() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, SOMAXCONN) != 0) {
      std::perror("floor: cannot listen");
      return false;
    }
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    SayListening(ntohs(address.sin_port));
    return true;
  }

  void Accept() {
    for (;;) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (client < 0) return;
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      Watch(client);
    }
  }

  // The first thing that comes is the whole request of a load client. Nothing
  // that comes later matters here: no client leaves before the end.
  void Read(int descriptor) {
    static const std::string kAnswer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
        std::string(load::kHandshakeAccept) + "\r\n\r\n";
    char buffer[4096];
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    if (recv(descriptor, buffer, sizeof buffer, 0) <= 0) return;
    send(descriptor, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
    clients_.push_back(descriptor);
  }

  void Obey(const Command& command) {
    if (ObeyCommonCommand(command)) return;
    for (std::uint64_t i = 0; i < command.count; ++i) {
      const Payload payload(MessageText(command.first + i, command.bytes));
      const std::string_view frame = payload.frame();
      for (const int client : clients_) {
        send(client, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      }
    }
  }

  void Watch(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }

  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int epoll_ = epoll_create1(0);
  std::vector<int> clients_;
};

}  // namespace

int ServeFloor() { return Floor().Run(); }

}  // namespace tickerhub::fanout
