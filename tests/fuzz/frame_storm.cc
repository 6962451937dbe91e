// Frames by the gigabyte against a whole server in this process, right ones and
// broken ones:
//     frame_storm [MEBIBYTES [SEED]]
// Half of the clients send frames as they should be, of any size, cut in any
// way. The others change bits in theirs, which ends most of these connections;
// then the client comes back. All the while the server must answer, and its
// memory must not grow.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/expect.h"
#include "fuzz/fuzzed_server.h"

using tickerhub::fuzz::Expect;
using tickerhub::fuzz::FuzzedHandshake;
using tickerhub::fuzz::FuzzedServer;

namespace {

constexpr std::size_t kMebibyte = 1024 * 1024;
constexpr std::size_t kClients = 16;

// What a client sends (RFC 6455 §5.2), some of it in fragments.
class Frames {
 public:
  explicit Frames(std::uint64_t seed) : random_(seed) {}

  std::size_t Below(std::size_t end) { return random_() % end; }

  std::string Next() {
    constexpr std::size_t kKinds = 8;
    switch (Below(kKinds)) {
      case 0:
        return Frame(0x89, Bytes(Below(126)));  // a ping
      case 1:
        return Frame(0x8A, Bytes(Below(126)));  // a pong nobody asked for
      case 2:
        return Fragments();
      case 3:
        return Frame(0x82, Bytes(Below(4'000)));  // binary
      case 4:
        return Frame(0x81, Text(Below(20'000)));
      default:
        return Frame(0x81, R"({"type":"subscribe","stocks":["AAPL"]})");
    }
  }

  void Break(std::string* bytes) {
    if (bytes->empty()) return;
    char& byte = (*bytes)[Below(bytes->size())];
    byte = static_cast<char>(byte ^ (1 << Below(8)));
  }

 private:
  std::string Bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(256));
    return bytes;
  }
  std::string Text(std::size_t size) {
    std::string text(size, '\0');
    for (char& byte : text) byte = static_cast<char>('a' + Below(26));
    return text;
  }
  std::string Fragments() {
    std::string all = Frame(0x01, Text(Below(1'000)));
    for (std::size_t i = Below(4); i > 0; --i) {
      all += Frame(0x00, Text(Below(1'000)));
      if (Below(2) == 0) all += Frame(0x89, "between");
    }
    return all + Frame(0x80, Text(Below(1'000)));
  }
  std::string Frame(int first, std::string_view payload) {
    constexpr std::size_t kShort = 125;
    std::string frame(1, static_cast<char>(first));
    if (payload.size() <= kShort) {
      frame += static_cast<char>(0x80 | payload.size());
    } else {
      frame += {'\xFE', static_cast<char>(payload.size() >> 8),
                static_cast<char>(payload.size() & 0xFF)};
    }
    const std::string mask = Bytes(4);
    frame += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    return frame;
  }

  std::mt19937_64 random_;
};

class Client {
 public:
  Client(std::uint16_t port, std::uint64_t seed)
      : port_(port), is_right_(seed % 2 == 0), frames_(seed) {
    Connect();
  }
  ~Client() { ::close(descriptor_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int descriptor() const { return descriptor_; }
  std::size_t connects() const { return connects_; }
  bool is_right() const { return is_right_; }

  // Reads all that there is, and writes what fits. Returns how much that was.
  std::size_t Go() {
    std::array<char, 64 * 1024> answers{};
    for (;;) {
      const ssize_t size =
          ::recv(descriptor_, answers.data(), answers.size(), MSG_DONTWAIT);
      if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
        ::close(descriptor_);
        Connect();
        return 0;
      }
      if (size < 0) break;
    }
    if (sent_ == bytes_.size()) {
      bytes_ = frames_.Next();
      sent_ = 0;
      constexpr std::size_t kOneOf = 10;
      if (!is_right_ && frames_.Below(kOneOf) == 0) frames_.Break(&bytes_);
    }
    const ssize_t size =
        ::send(descriptor_, bytes_.data() + sent_, bytes_.size() - sent_,
               MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size <= 0) return 0;
    sent_ += static_cast<std::size_t>(size);
    return static_cast<std::size_t>(size);
  }

 private:
  void Connect() {
    ++connects_;
    descriptor_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const linger reset_at_close{1, 0};  // leaves no port in TIME_WAIT
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset_at_close,
                 sizeof reset_at_close);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Expect(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address),
                     sizeof address) == 0,
           "it accepts");
    bytes_ =
        FuzzedHandshake(frames_.Below(2) == 0 ? "/stocks" : "/notifications");
    sent_ = 0;
  }

  const std::uint16_t port_;
  const bool is_right_;
  Frames frames_;
  int descriptor_ = -1;
  std::string bytes_;
  std::size_t sent_ = 0;
  std::size_t connects_ = 0;
};

// Resident memory of this process (proc_pid_statm(5)).
std::size_t ResidentMebibytes() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) /
         kMebibyte;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kDefaultMebibytes = 1'024;
  const std::size_t mebibytes =
      argc > 1 ? std::strtoull(argv[1], nullptr, 10) : kDefaultMebibytes;
  const std::uint64_t seed =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device()();
  std::printf("%zu MiB, seed %llu\n", mebibytes,
              static_cast<unsigned long long>(seed));
  static auto* const server = new FuzzedServer;
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<pollfd> waiting;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(
        std::make_unique<Client>(server->port(), seed * kClients + i));
  }
  const std::size_t all = mebibytes * kMebibyte;
  std::size_t sent = 0;
  std::size_t after_a_tenth = 0;
  while (sent < all) {
    waiting.clear();
    for (const auto& client : clients) {
      waiting.push_back({client->descriptor(), POLLIN | POLLOUT, 0});
    }
    constexpr int kPatience = 20'000;  // milliseconds
    Expect(::poll(waiting.data(), waiting.size(), kPatience) > 0, "it goes on");
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (waiting[i].revents != 0) sent += clients[i]->Go();
    }
    if (after_a_tenth == 0 && sent > all / 10) {
      after_a_tenth = ResidentMebibytes();
    }
  }
  std::size_t connects = 0;
  for (const auto& client : clients) connects += client->connects();
  const std::size_t at_the_end = ResidentMebibytes();
  std::printf("%zu connections; resident: %zu MiB after a tenth, %zu MiB now\n",
              connects, after_a_tenth, at_the_end);
  Expect(connects > kClients, "broken frames end connections");
  constexpr std::size_t kMoreAtMost = 32;
  Expect(at_the_end <= after_a_tenth + kMoreAtMost, "memory stays flat");
  clients.clear();
  // Not the server: its thread is never joined.
  std::fflush(stdout);
  std::_Exit(0);
}
