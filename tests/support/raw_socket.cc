#include "support/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "support/deadline.h"

namespace tickerhub::testing {
namespace {

bool WaitFor(int descriptor, short events,
             std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd wanted{descriptor, events, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

}  // namespace

int RawSocket::Frame::close_code() const {
  if (opcode != kCloseOpcode || payload.size() < 2) return 0;
  return static_cast<unsigned char>(payload[0]) << 8 |
         static_cast<unsigned char>(payload[1]);
}

RawSocket::RawSocket(std::uint16_t port, int receive_buffer_bytes) {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  }
  const int yes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address),
                sizeof address) != 0) {
    Close();
  }
}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  Close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  received_ = std::move(other.received_);
  ended_ = other.ended_;
  was_reset_ = other.was_reset_;
  return *this;
}

bool RawSocket::Send(std::string_view bytes) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  for (;;) {
    bytes.remove_prefix(SendWhatFits(bytes));
    if (bytes.empty()) return true;
    if (errno != EAGAIN || !WaitFor(descriptor_, POLLOUT, deadline)) {
      return false;
    }
  }
}

std::size_t RawSocket::SendWhatFits(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = SendSome(bytes.data() + sent, bytes.size() - sent);
    if (size < 0) break;
    sent += static_cast<std::size_t>(size);
  }
  return sent;
}

ssize_t RawSocket::SendSome(const char* data, std::size_t size) {
  return ::send(descriptor_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t RawSocket::ReceiveSome(char* buffer, std::size_t size) {
  return ::recv(descriptor_, buffer, size, MSG_DONTWAIT);
}

bool RawSocket::ReadOnce() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t size = ReceiveSome(buffer.data(), buffer.size());
  if (size < 0 && errno == EAGAIN) return false;
  if (size <= 0) {
    ended_ = true;
    was_reset_ = size < 0;
    return false;
  }
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

bool RawSocket::ReadMore() {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  // Of what comes, TLS may keep something for itself.
  while (!ended_ && WaitFor(descriptor_, POLLIN, deadline)) {
    if (ReadOnce()) return true;
  }
  return false;
}

void RawSocket::ReadAvailable() {
  while (!ended_ && ReadOnce()) {
  }
}

std::string RawSocket::Take(std::size_t count) {
  std::string taken = received_.substr(0, count);
  received_.erase(0, count);
  return taken;
}

std::string RawSocket::ReadUntil(std::string_view delimiter) {
  for (;;) {
    const std::size_t found = received_.find(delimiter);
    if (found != std::string::npos) return Take(found + delimiter.size());
    if (!ReadMore()) return Take(received_.size());
  }
}

std::string RawSocket::ReadBytes(std::size_t count) {
  while (received_.size() < count && ReadMore()) {
  }
  return Take(count);
}

std::string RawSocket::ReadToEnd() {
  while (ReadMore()) {
  }
  return Take(received_.size());
}

std::optional<RawSocket::Frame> RawSocket::ReadFrame() {
  const auto need = [this](std::size_t count) {
    while (received_.size() < count) {
      if (!ReadMore()) return false;
    }
    return true;
  };
  const auto byte = [this](std::size_t place) {
    return static_cast<unsigned char>(received_[place]);
  };
  if (!need(2)) return std::nullopt;
  std::size_t header = 2;
  std::size_t size = byte(1) & 0x7F;
  const std::size_t size_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (size_bytes > 0) {
    header += size_bytes;
    if (!need(header)) return std::nullopt;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size << 8 | byte(i);
  }
  if (!need(header + size)) return std::nullopt;
  Frame frame;
  frame.masked = (byte(1) & 0x80) != 0;
  frame.shortest = size_bytes == 0 || (size_bytes == 2 && size >= 126) ||
                   (size_bytes == 8 && size > 0xFFFF);
  frame.fin = (byte(0) & 0x80) != 0;
  frame.opcode = byte(0) & 0x7F;  // with reserved bits, which must be 0
  Take(header);
  frame.payload = Take(size);
  return frame;
}

std::optional<RawSocket::Frame> RawSocket::ReadCloseFrame() {
  for (;;) {
    std::optional<Frame> frame = ReadFrame();
    if (!frame || frame->opcode == kCloseOpcode) return frame;
  }
}

bool RawSocket::Upgrade(std::string_view path) {
  return Send(UpgradeRequest(path)) && StatusOf(ReadUntil("\r\n\r\n")) == 101;
}

void RawSocket::ShutdownSend() { ::shutdown(descriptor_, SHUT_WR); }

void RawSocket::Close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void RawSocket::Reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  Close();
}

std::string ClientFrame(int opcode, std::string_view payload, bool fin) {
  constexpr std::array<char, 4> kMask{'\x37', '\xFA', '\x21', '\x3D'};
  std::string frame(1, static_cast<char>(opcode | (fin ? 0x80 : 0)));
  const std::size_t size = payload.size();
  int size_bytes = 0;
  if (size < 126) {
    frame += static_cast<char>(0x80 | size);
  } else {
    size_bytes = size < 65536 ? 2 : 8;
    frame += static_cast<char>(size_bytes == 2 ? 0xFE : 0xFF);
  }
  for (int i = size_bytes - 1; i >= 0; --i) {
    frame += static_cast<char>(size >> (8 * i) & 0xFF);
  }
  frame.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < size; ++i) {
    frame += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
  }
  return frame;
}

std::string ClosePayload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code & 0xFF);
  payload += reason;
  return payload;
}

std::string UpgradeRequest(std::string_view path, std::string_view version) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\n"
         "Host: localhost\r\n"
         "Upgrade: websocket\r\n"
         "Connection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: " +
         std::string(version) + "\r\n\r\n";
}

std::string OfferRequest(std::string_view path, std::string_view extensions) {
  std::string request = UpgradeRequest(path);
  if (extensions.empty()) return request;
  return request.insert(
      request.size() - 2,
      "Sec-WebSocket-Extensions: " + std::string(extensions) + "\r\n");
}

std::string Exchange(std::uint16_t port, std::string_view request) {
  RawSocket socket(port);
  if (!socket.connected()) return {};
  socket.Send(request);
  return socket.ReadToEnd();
}

std::string Fetch(std::uint16_t port, std::string_view method,
                  std::string_view target, std::string_view headers) {
  return Exchange(port, std::string(method) + " " + std::string(target) +
                            " HTTP/1.1\r\nHost: localhost\r\n" +
                            std::string(headers) + "\r\n");
}

int StatusOf(std::string_view response) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (response.substr(0, kVersion.size()) != kVersion) return 0;
  return std::atoi(std::string(response.substr(kVersion.size(), 3)).c_str());
}

std::string HeaderOf(std::string_view response, std::string_view name) {
  const std::string head =
      std::string(response.substr(0, response.find("\r\n\r\n"))) + "\r\n";
  const std::string wanted = "\r\n" + LowerCase(name) + ": ";
  const std::size_t found = LowerCase(head).find(wanted);
  if (found == std::string::npos) return {};
  const std::size_t begin = found + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string BodyOf(std::string_view response) {
  const std::size_t end = response.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  return std::string(response.substr(end + 4));
}

}  // namespace tickerhub::testing
