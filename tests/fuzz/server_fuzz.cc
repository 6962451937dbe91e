// A whole server: any bytes as a request, any frames to both services, any
// messages to both. It must answer, end the connection and live.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "fuzz/expect.h"
#include "fuzz/fuzzed_server.h"

using tickerhub::fuzz::Expect;
using tickerhub::fuzz::FuzzedHandshake;
using tickerhub::fuzz::FuzzedServer;

namespace {

// Makes a system call until no signal interrupts it: libFuzzer has a clock that
// sends one every few seconds.
template <typename Call>
auto Uninterrupted(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// Sends everything, says that this was all, and reads to the end.
std::string Converse(std::uint16_t port, std::string_view bytes) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  Expect(descriptor >= 0, "there are sockets");
  // Much longer than any answer takes, and shorter than the fuzzer's patience.
  const timeval patience{20, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const linger reset_at_close{1, 0};  // leaves no port in TIME_WAIT
  ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset_at_close,
               sizeof reset_at_close);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Expect(Uninterrupted([&] {
           return ::connect(descriptor, reinterpret_cast<sockaddr*>(&address),
                            sizeof address);
         }) == 0,
         "it accepts");
  while (!bytes.empty()) {
    const ssize_t sent = Uninterrupted([&] {
      return ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    });
    if (sent <= 0) break;  // it has ended the connection already
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(descriptor, SHUT_WR);
  std::string answer;
  std::array<char, 16 * 1024> buffer{};
  for (;;) {
    const ssize_t size = Uninterrupted(
        [&] { return ::recv(descriptor, buffer.data(), buffer.size(), 0); });
    Expect(size >= 0 || errno != EAGAIN, "it ends the connection");
    if (size <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(descriptor);
  return answer;
}

// Each line as a masked text frame whose key is zero (RFC 6455 §5.2).
std::string TextFrames(std::string_view lines) {
  constexpr std::size_t kShort = 125;
  std::string frames;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t size = std::min<std::size_t>(line.size(), UINT16_MAX);
    frames += '\x81';
    if (size <= kShort) {
      frames += static_cast<char>(0x80 | size);
    } else {
      frames += {'\xFE', static_cast<char>(size >> 8),
                 static_cast<char>(size & 0xFF)};
    }
    frames.append(4, '\0');
    frames += line.substr(0, size);
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto* const server = new FuzzedServer;
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const std::uint8_t choice = tickerhub::fuzz::TakeByte(&input);
  const char* const path = (choice & 1) != 0 ? "/stocks" : "/notifications";
  std::string bytes;
  switch (choice % 8 / 2) {
    case 0:  // a request
      bytes = input;
      break;
    case 1:  // frames
      bytes = FuzzedHandshake(path) + std::string(input);
      break;
    default:  // messages
      bytes = FuzzedHandshake(path) + TextFrames(input);
  }
  Converse(server->port(), bytes);
  // Now and then, because it costs a conversation.
  static unsigned runs = 0;
  constexpr unsigned kBetweenChecks = 256;
  if (++runs % kBetweenChecks != 0) return 0;
  const std::string healthy =
      Converse(server->port(), "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
  Expect(healthy.rfind("HTTP/1.1 200", 0) == 0, "it is healthy");
  Expect(server->connections() < kBetweenChecks, "connections end");
  return 0;
}
