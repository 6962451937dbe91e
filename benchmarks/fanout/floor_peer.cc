#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/command.h"
#include "fanout/peers.h"
#include "load/handshake.h"
#include "tickerhub/payload.h"

namespace tickerhub::fanout {
namespace {

class Floor {
 public:
  int Run();

 private:
  bool Listen();
  void Accept();
  void Read(int descriptor);
  bool ReadCommands();
  void Obey(const Command& command);
  void Watch(int descriptor);

  int listener_ = -1;
  int epoll_ = -1;
  std::vector<bool> is_client_;  // by descriptor: its handshake is done
  std::vector<int> clients_;
  CommandStream commands_;
};

bool Floor::Listen() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
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

int Floor::Run() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
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

void Floor::Accept() {
  for (;;) {
    const int client =
        accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Watch(client);
  }
}

// The first thing that comes is the whole request of a load client; what comes
// later is not of interest.
void Floor::Read(int descriptor) {
  static const std::string kAnswer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
      std::string(load::kHandshakeAccept) + "\r\n\r\n";
  char buffer[4096];
  const ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
  if (received <= 0) {
    // Descriptors of a broadcast stay until the end: no client leaves earlier.
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    return;
  }
  const auto place = static_cast<std::size_t>(descriptor);
  if (place >= is_client_.size()) is_client_.resize(place + 1);
  if (is_client_[place]) return;
  is_client_[place] = true;
  send(descriptor, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  clients_.push_back(descriptor);
}

bool Floor::ReadCommands() {
  char buffer[4096];
  const ssize_t received = read(STDIN_FILENO, buffer, sizeof buffer);
  if (received <= 0) return false;
  for (const Command& command :
       commands_.Push({buffer, static_cast<std::size_t>(received)})) {
    Obey(command);
  }
  return true;
}

void Floor::Obey(const Command& command) {
  if (ObeyCommonCommand(command)) return;
  for (std::uint64_t i = 0; i < command.count; ++i) {
    const Payload payload(MessageText(command.first + i, command.bytes));
    const std::string_view frame = payload.frame();
    for (const int client : clients_) {
      send(client, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }
}

void Floor::Watch(int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

int ServeFloor() { return Floor().Run(); }

}  // namespace tickerhub::fanout
