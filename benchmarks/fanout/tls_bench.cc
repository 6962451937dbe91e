// tls_bench [CLIENTS [BYTES [ROUNDS]]]: what TLS costs the server, for this
// library and for a bare OpenSSL server (floor_tls_peer.cc): the handshakes,
// one message to every client, and the memory of an idle connection.
//
// Both servers have the same clients at the same time and take turns, round by
// round, so whatever else the machine does disturbs both. The CPU time is that
// of the server's process. The clients are this process; they decrypt only for
// the first client, whose message they compare.

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "descriptors.h"
#include "fanout/peers.h"
#include "fanout/server_process.h"
#include "load/websocket.h"
#include "tickerhub/payload.h"

namespace tickerhub::fanout {
namespace {

constexpr std::uint64_t kTicks = 20;

struct Plan {
  std::size_t clients = 1000;
  std::size_t bytes = 400;
  int rounds = 15;
};

using ContextPtr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

/// A server with its clients.
class Peer {
 public:
  explicit Peer(const char* name) : name_(name) {}
  ~Peer() {
    for (const int client : clients_) close(client);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  bool Start(std::size_t clients) {
    const std::string error = server_.Start({TICKERHUB_FANOUT_SERVER, name_});
    if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
    // The first connection pays for what OpenSSL does once.
    if (!error.empty() || !Connect()) return false;
    const double memory = server_.ResidentBytes();
    const double cpu = server_.CpuNanoseconds();
    for (std::size_t i = 1; i < clients; ++i) {
      if (!Connect()) return false;
    }
    const auto count = static_cast<double>(clients - 1);
    handshake_us = (server_.CpuNanoseconds() - cpu) / count / 1e3;
    bytes_of_idle = (server_.ResidentBytes() - memory) / count;
    return true;
  }

  /// Microseconds of CPU for each message; 0 if something was lost.
  double Round(std::size_t bytes) {
    const double cpu = server_.CpuNanoseconds();
    for (std::uint64_t i = 0; i < kTicks; ++i) {
      if (!server_.Send({"tick", ++seq_, 1, bytes}) || !Receive(bytes)) {
        return 0;
      }
    }
    return (server_.CpuNanoseconds() - cpu) / 1e3 /
           static_cast<double>(kTicks * clients_.size());
  }

  double handshake_us = 0;
  double bytes_of_idle = 0;

 private:
  bool Connect() {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SslPtr ssl(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(ssl.get(), client);
    const auto request = load::HandshakeRequest("localhost", "/", false);
    char answer[1024];
    const bool opened =
        connect(client, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0 &&
        SSL_connect(ssl.get()) == 1 &&
        SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())) >
            0 &&
        SSL_read(ssl.get(), answer, sizeof answer) > 12 &&
        std::string(answer, 12) == "HTTP/1.1 101";
    if (!opened) std::fprintf(stderr, "%s: no connection\n", name_);
    clients_.push_back(client);
    if (first_ == nullptr) first_ = std::move(ssl);
    return opened;
  }

  // One message for each client.
  bool Receive(std::size_t bytes) {
    // Around what a record of TLS 1.3 encrypts: a header, a type, a tag.
    constexpr std::size_t kRecord = 5 + 1 + 16;
    const Payload payload(MessageText(seq_, bytes));
    const std::size_t size = payload.frame().size();
    std::vector<char> buffer(size + kRecord);
    const int count =
        SSL_read(first_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count < 0 ||
        std::string_view(buffer.data(), static_cast<std::size_t>(count)) !=
            payload.frame()) {
      std::fprintf(stderr, "%s: another message came\n", name_);
      return false;
    }
    for (std::size_t i = 1; i < clients_.size(); ++i) {
      if (recv(clients_[i], buffer.data(), buffer.size(), MSG_WAITALL) !=
          static_cast<ssize_t>(buffer.size())) {
        std::fprintf(stderr, "%s: a message was lost\n", name_);
        return false;
      }
    }
    return true;
  }

  const char* const name_;
  const ContextPtr context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  ServerProcess server_;
  std::vector<int> clients_;
  SslPtr first_{nullptr, SSL_free};
  std::uint64_t seq_ = 0;
};

int Run(const Plan& plan) {
  std::vector<double> handshakes[2];
  std::vector<double> messages[2];
  std::vector<double> ratios;
  double idle[2] = {};
  const char* const names[2] = {"floor-tls", "tickerhub-tls"};
  // Handshakes are costly, so there are fewer rounds of them.
  constexpr int kCrowds = 3;
  for (int crowd = 0; crowd < kCrowds; ++crowd) {
    Peer peers[2] = {Peer(names[0]), Peer(names[1])};
    for (int i = 0; i < 2; ++i) {
      if (!peers[i].Start(plan.clients)) return 1;
      handshakes[i].push_back(peers[i].handshake_us);
      idle[i] = peers[i].bytes_of_idle;
    }
    for (int round = 0; round < plan.rounds / kCrowds; ++round) {
      double us[2] = {};
      for (int j = 0; j < 2; ++j) {
        const int i = (j + round) % 2;
        us[i] = peers[i].Round(plan.bytes);
        if (us[i] <= 0) return 1;
        messages[i].push_back(us[i]);
      }
      ratios.push_back(us[1] / us[0]);
    }
  }
  for (int i = 0; i < 2; ++i) {
    std::printf(
        "%-13s %7.1f us a handshake, %6.2f us a message of %zu bytes, "
        "%6.0f bytes an idle connection\n",
        names[i], Median(handshakes[i]), Median(messages[i]), plan.bytes,
        idle[i]);
  }
  std::printf("tickerhub / bare OpenSSL: handshake %.2f, message %.2f\n",
              Median(handshakes[1]) / Median(handshakes[0]), Median(ratios));
  return 0;
}

}  // namespace
}  // namespace tickerhub::fanout

int main(int argc, char** argv) {
  tickerhub::fanout::Plan plan;
  CLI::App app("What TLS costs here and in a bare OpenSSL server", "tls_bench");
  app.option_defaults()->always_capture_default();
  const CLI::Range some(3, 99'999);
  app.add_option("CLIENTS", plan.clients, "Of each server")->check(some);
  app.add_option("BYTES", plan.bytes, "Of a message")->check(some);
  app.add_option("ROUNDS", plan.rounds, "For the median")->check(some);
  CLI11_PARSE(app, argc, argv);
  tickerhub::internal::RaiseDescriptorLimit();
  return tickerhub::fanout::Run(plan);
}
