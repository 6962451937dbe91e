#include "fanout/kernel_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "tickerhub/payload.h"

namespace tickerhub::fanout {

int KernelServer::Run() {
  if (!Listen()) return 1;
  Watch(listener_);
  Watch(STDIN_FILENO);
  epoll_event events[512];
  for (;;) {
    const int count = epoll_wait(epoll_, events, 512, -1);
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[i].data.fd;
      if (descriptor == listener_) {
        Accept();
      } else if (descriptor != STDIN_FILENO) {
        Read(descriptor);
      } else if (!ReadCommands()) {
        return 0;
      }
    }
  }
}

bool KernelServer::Listen() {
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

void KernelServer::Accept() {
  int client = 0;
  while ((client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) {
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Accepted(client);
    Watch(client);
  }
}

bool KernelServer::ReadCommands() {
  char buffer[4096];
  const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
  if (size <= 0) return false;
  ObeyTicks(
      commands_.Push({buffer, static_cast<std::size_t>(size)}),
      [this](const std::string& text) { SendToAll(Payload(text).frame()); });
  return true;
}

void KernelServer::Watch(int descriptor) {
  epoll_event event{EPOLLIN, {}};
  event.data.fd = descriptor;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace tickerhub::fanout
