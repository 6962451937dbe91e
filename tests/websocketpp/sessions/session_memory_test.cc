// What a session keeps of memory while nothing happens.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

constexpr std::size_t kIdleSessions = 256;

// Bytes that were allocated and not freed, in all arenas. 0 where another
// allocator is in charge, as under the sanitizers.
std::size_t AllocatedBytes() { return mallinfo2().uordblks; }

bool AllocationsAreCounted() {
  const std::size_t before = AllocatedBytes();
  constexpr std::size_t kLarge = 4096;
  const std::unique_ptr<volatile char[]> large(new char[kLarge]);
  large[0] = 1;
  return AllocatedBytes() >= before + kLarge;
}

// Clients that allocate nothing, so that what is counted is the server's.
class Clients {
 public:
  Clients() { sockets_.reserve(kIdleSessions); }
  ~Clients() {
    for (const int socket : sockets_) ::close(socket);
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  bool Connect(std::uint16_t port, const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    sockets_.push_back(socket);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::array<char, 12> answer = {};  // HTTP/1.1 101
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address),
                     sizeof address) == 0 &&
           ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(request.size()) &&
           ::recv(socket, answer.data(), answer.size(), MSG_WAITALL) ==
               static_cast<ssize_t>(answer.size()) &&
           std::string(answer.data(), answer.size()) == "HTTP/1.1 101";
  }

 private:
  std::vector<int> sockets_;
};

// Forgets what it hears, so that it keeps nothing either.
class DeafHandler : public ChannelHandler {};

TEST(SessionMemoryTest, NothingOfTheHandshakeOutlivesIt) {
  if (!AllocationsAreCounted()) GTEST_SKIP() << "another allocator is used";
  DeafHandler handler;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.AddChannel("/deaf").SetHandler(handler);
  });
  // A head as browsers send it: 1.5 KB, twenty fields.
  std::string request = UpgradeRequest("/deaf");
  for (int i = 0; i < 15; ++i) {
    request.insert(request.size() - 2, "X-Field-" + std::to_string(i) + ": " +
                                           std::string(80, 'x') + "\r\n");
  }
  const auto all_open = [&](std::size_t count) {
    return running.Counts(
        [&](const Server::Counters& c) { return c.sessions == count; });
  };
  Clients first;
  ASSERT_TRUE(first.Connect(running.port(), request));
  ASSERT_TRUE(all_open(1));
  running.OnHub([] {});

  Clients clients;
  const std::size_t before = AllocatedBytes();
  for (std::size_t i = 0; i < kIdleSessions; ++i) {
    ASSERT_TRUE(clients.Connect(running.port(), request));
  }
  ASSERT_TRUE(all_open(kIdleSessions + 1));
  running.OnHub([] {});
  const std::size_t after = AllocatedBytes();
  // Less than half of the head that each of them has sent.
  EXPECT_LT((after - before) / kIdleSessions, 640U);
}

}  // namespace
}  // namespace tickerhub::testing
