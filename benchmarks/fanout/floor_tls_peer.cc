#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fanout/peers.h"
#include "load/websocket.h"
#include "tickerhub/payload.h"

namespace tickerhub::fanout {
namespace {

// OpenSSL as its manual shows it, with its own defaults: the buffers of each
// connection stay where they are.
class FloorTls {
 public:
  int Run() {
    const TlsFiles files = PeerTlsFiles();
    if (SSL_CTX_use_certificate_chain_file(context_.get(),
                                           files.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(),
                                    SSL_FILETYPE_PEM) != 1 ||
        !Listen()) {
      ERR_print_errors_fp(stderr);
      return 1;
    }
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
          Serve(descriptor);
        } else if (!ReadCommands()) {
          return 0;
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
      std::perror("floor-tls: cannot listen");
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
      SSL* const ssl = SSL_new(context_.get());
      SSL_set_fd(ssl, client);
      SSL_set_accept_state(ssl);
      under_way_[client] = ssl;
      Watch(client);
    }
  }

  // SSL_read() makes the handshake too. The first thing that comes after it is
  // the whole request of a client.
  void Serve(int descriptor) {
    static const std::string kAnswer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
        std::string(load::kHandshakeAccept) + "\r\n\r\n";
    SSL* const ssl = under_way_.at(descriptor);
    char buffer[4096];
    if (SSL_read(ssl, buffer, sizeof buffer) <= 0) {
      ERR_clear_error();
      return;
    }
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    SSL_write(ssl, kAnswer.data(), static_cast<int>(kAnswer.size()));
    under_way_.erase(descriptor);
    clients_.push_back(ssl);
  }

  bool ReadCommands() {
    char buffer[4096];
    const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size <= 0) return false;
    for (const Command& command :
         commands_.Push({buffer, static_cast<std::size_t>(size)})) {
      if (ObeyCommonCommand(command)) continue;
      for (std::uint64_t i = 0; i < command.count; ++i) {
        const Payload payload(MessageText(command.first + i, command.bytes));
        const std::string_view frame = payload.frame();
        for (SSL* const client : clients_) {
          SSL_write(client, frame.data(), static_cast<int>(frame.size()));
        }
      }
    }
    return true;
  }

  void Watch(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }

  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{
      SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int epoll_ = epoll_create1(0);
  CommandStream commands_;
  std::unordered_map<int, SSL*> under_way_;
  std::vector<SSL*> clients_;
};

}  // namespace

int ServeFloorTls() { return FloorTls().Run(); }

}  // namespace tickerhub::fanout
