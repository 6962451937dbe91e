#include "streams/stream.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace tickerhub::internal {
namespace {

// With MSG_EOR what is written next begins a packet of its own. Otherwise the
// kernel would add it to the last one that waits, up to 64 KB, without a look
// at how much may wait (Server::Options::socket_unsent_bytes).
constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR;

Stream::Result Judge(ssize_t count) {
  if (count >= 0) {
    return {Stream::Outcome::kDone, static_cast<std::size_t>(count)};
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
    return {Stream::Outcome::kNotReady, 0};
  }
  return {Stream::Outcome::kBroken, 0};
}

Stream::Result Receive(int descriptor, char* buffer, std::size_t size,
                       int flags) {
  ssize_t count = 0;
  do {
    count = ::recv(descriptor, buffer, size, flags);
  } while (count < 0 && errno == EINTR);
  if (count == 0) return {Stream::Outcome::kEnded, 0};
  return Judge(count);
}

}  // namespace

Stream::Result Stream::Read(char* buffer, std::size_t size) const {
  return Receive(descriptor_, buffer, size, MSG_DONTWAIT);
}

Stream::Result Stream::Peek(char* buffer, std::size_t size) const {
  return Receive(descriptor_, buffer, size, MSG_DONTWAIT | MSG_PEEK);
}

std::size_t Stream::Available() const {
  int bytes = 0;
  return ::ioctl(descriptor_, FIONREAD, &bytes) == 0
             ? static_cast<std::size_t>(bytes)
             : 0;
}

Stream::Result Stream::Write(const char* data, std::size_t size) const {
  ssize_t count = 0;
  do {
    count = ::send(descriptor_, data, size, kSendFlags);
  } while (count < 0 && errno == EINTR);
  return Judge(count);
}

Stream::Result Stream::Write(const iovec* pieces, std::size_t count) const {
  msghdr message = {};
  // sendmsg() only reads, but recvmsg() has the same structure.
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  ssize_t written = 0;
  do {
    written = ::sendmsg(descriptor_, &message, kSendFlags);
  } while (written < 0 && errno == EINTR);
  return Judge(written);
}

int Stream::TakeError() const {
  int error = 0;
  socklen_t size = sizeof error;
  const int failed =
      ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  return failed == 0 ? error : errno;
}

void Stream::ShutdownWriting() const { ::shutdown(descriptor_, SHUT_WR); }

void Stream::Close() const { ::close(descriptor_); }

}  // namespace tickerhub::internal
