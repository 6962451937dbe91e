#include "support/nth_call.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <vector>

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
ssize_t __real_send(int descriptor, const void* data, size_t size, int flags);
ssize_t __real_sendmsg(int descriptor, const msghdr* message, int flags);
ssize_t __real_recv(int descriptor, void* buffer, size_t size, int flags);
int __real_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags);
int __real_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event);
int __real_epoll_wait(int epoll, epoll_event* events, int most, int timeout);
int __real_SSL_accept(SSL* ssl);
int __real_SSL_read(SSL* ssl, void* buffer, int size);
int __real_SSL_write(SSL* ssl, const void* data, int size);
}

namespace tickerhub::testing::nth_call {
namespace {

thread_local bool is_watched = false;

constexpr std::size_t kWhole = 0;  // not shortened

struct Script {
  Function function = Function::kAccept;
  std::size_t calls_left = 0;  // 0: nothing fails
  bool all = false;            // the calls behind that one as well
  int error = 0;               // 0: it is shortened
  std::size_t most = kWhole;
  bool has_failed = false;
  Calls calls;
  int accepted = -1;  // the last connection
  int spared = -1;
  const SSL* secured = nullptr;  // the last connection
  const SSL* spared_tls = nullptr;
};

// What epoll was told of a connection.
struct Watched {
  int epoll = -1;
  epoll_event event = {};
};

std::mutex mutex;
Script script;
std::map<int, Watched> watched;

void Begin(const Script& next) {
  const std::lock_guard<std::mutex> lock(mutex);
  script.function = next.function;
  script.calls_left = next.calls_left;
  script.all = next.all;
  script.error = next.error;
  script.most = next.most;
  script.has_failed = false;
  script.calls = {};
}

Script At(Function function, std::size_t count) {
  Script next;
  next.function = function;
  next.calls_left = count;
  return next;
}

Script FromTheFirstOn(Function function) {
  Script next = At(function, 1);
  next.all = true;
  return next;
}

// Whether the script is about this call. REQUIRES: the mutex is held.
bool IsTheOne(Function function) {
  if (function == Function::kEpollWait) ++script.calls.waits;
  if (script.function != function) return false;
  ++script.calls.of_function;
  if (script.calls_left == 0) return false;
  if (--script.calls_left > 0) return false;
  if (script.all) script.calls_left = 1;
  script.has_failed = true;
  return true;
}

// Epoll reports the connection as if something had happened to it.
void ReportAgain(int descriptor) {
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = watched.find(descriptor);
  if (found == watched.end()) return;
  __real_epoll_ctl(found->second.epoll, EPOLL_CTL_MOD, descriptor,
                   &found->second.event);
}

// How many bytes of `size` the script lets through.
std::size_t Cut(std::size_t size) {
  if (script.most != kAllButOne) return std::min(size, script.most);
  return std::max<std::size_t>(size, 2) - 1;
}

// How many bytes the call may move: `size` if the script is not about it;
// nothing, and errno, if it fails.
std::size_t Allow(Function function, int descriptor, std::size_t size) {
  int error = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (descriptor == script.spared || !IsTheOne(function)) return size;
    if (script.error == 0) return Cut(size);
    error = script.error;
  }
  if (error == EAGAIN) ReportAgain(descriptor);
  errno = error;
  return 0;
}

std::size_t Allow(Function function, const SSL* ssl, std::size_t size) {
  if (!is_watched) return size;
  const std::lock_guard<std::mutex> lock(mutex);
  if (ssl == script.spared_tls || !IsTheOne(function)) return size;
  if (script.error == 0) return Cut(size);
  ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);  // as OpenSSL fails
  return 0;
}

bool FailsOn(Function function, int descriptor) {
  return is_watched && Allow(function, descriptor, 1) == 0;
}

ssize_t Send(int descriptor, const msghdr& message, int flags) {
  std::vector<iovec> pieces(message.msg_iov,
                            message.msg_iov + message.msg_iovlen);
  std::size_t size = 0;
  for (const iovec& piece : pieces) size += piece.iov_len;
  const std::size_t allowed = Allow(Function::kSend, descriptor, size);
  if (allowed == 0) return -1;
  std::size_t left = allowed;
  for (iovec& piece : pieces) {
    piece.iov_len = std::min(piece.iov_len, left);
    left -= piece.iov_len;
  }
  msghdr cut = message;
  cut.msg_iov = pieces.data();
  const ssize_t sent = __real_sendmsg(descriptor, &cut, flags);
  if (allowed < size) ReportAgain(descriptor);
  return sent;
}

bool ShortensAll() {
  const std::lock_guard<std::mutex> lock(mutex);
  return script.all && script.error == 0;
}

ssize_t Receive(int descriptor, void* buffer, std::size_t size, int flags) {
  // Who peeks sees all that has come, so it would see the same bytes for ever.
  if ((flags & MSG_PEEK) != 0 && ShortensAll()) {
    return __real_recv(descriptor, buffer, size, flags);
  }
  int available = 0;
  ::ioctl(descriptor, FIONREAD, &available);
  const std::size_t there = static_cast<std::size_t>(std::max(available, 1));
  const std::size_t allowed =
      Allow(Function::kReceive, descriptor, std::min(size, there));
  if (allowed == 0) return -1;
  const bool is_short = allowed < std::min(size, there);
  const ssize_t received =
      __real_recv(descriptor, buffer, is_short ? allowed : size, flags);
  if (is_short) ReportAgain(descriptor);
  return received;
}

void NoteAccepted(int descriptor) {
  if (!is_watched) return;
  const std::lock_guard<std::mutex> lock(mutex);
  script.accepted = descriptor;
}

void NoteSecured(const SSL* ssl) {
  if (!is_watched) return;
  const std::lock_guard<std::mutex> lock(mutex);
  script.secured = ssl;
}

}  // namespace

void WatchThisThread() { is_watched = true; }

void SpareLastConnection() {
  const std::lock_guard<std::mutex> lock(mutex);
  script.spared = script.accepted;
  script.spared_tls = script.secured;
}

void Fail(Function function, std::size_t count, int error) {
  Script next = At(function, count);
  next.error = error;
  Begin(next);
}

void FailAll(Function function, int error) {
  Script next = FromTheFirstOn(function);
  next.error = error;
  Begin(next);
}

void Shorten(Function function, std::size_t count, std::size_t most) {
  Script next = At(function, count);
  next.most = most;
  Begin(next);
}

void ShortenAll(Function function, std::size_t most) {
  Script next = FromTheFirstOn(function);
  next.most = most;
  Begin(next);
}

bool Stop() {
  const std::lock_guard<std::mutex> lock(mutex);
  script.calls_left = 0;
  return script.has_failed;
}

Calls CallsUntilNow() {
  const std::lock_guard<std::mutex> lock(mutex);
  return script.calls;
}

}  // namespace tickerhub::testing::nth_call

using tickerhub::testing::nth_call::Allow;
using tickerhub::testing::nth_call::FailsOn;
using tickerhub::testing::nth_call::Function;
using tickerhub::testing::nth_call::is_watched;
using tickerhub::testing::nth_call::NoteAccepted;
using tickerhub::testing::nth_call::NoteSecured;

extern "C" {

ssize_t __wrap_send(int descriptor, const void* data, size_t size, int flags) {
  if (!is_watched) return __real_send(descriptor, data, size, flags);
  iovec piece = {const_cast<void*>(data), size};
  msghdr message = {};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return tickerhub::testing::nth_call::Send(descriptor, message, flags);
}

ssize_t __wrap_sendmsg(int descriptor, const msghdr* message, int flags) {
  if (!is_watched) return __real_sendmsg(descriptor, message, flags);
  return tickerhub::testing::nth_call::Send(descriptor, *message, flags);
}

ssize_t __wrap_recv(int descriptor, void* buffer, size_t size, int flags) {
  if (!is_watched) return __real_recv(descriptor, buffer, size, flags);
  return tickerhub::testing::nth_call::Receive(descriptor, buffer, size, flags);
}

int __wrap_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags) {
  if (FailsOn(Function::kAccept, descriptor)) return -1;
  const int accepted = __real_accept4(descriptor, address, size, flags);
  if (accepted >= 0) NoteAccepted(accepted);
  return accepted;
}

int __wrap_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event) {
  // Asio never asks for EPOLLRDHUP: so these are the server's sockets.
  if (operation == EPOLL_CTL_ADD && (event->events & EPOLLRDHUP) != 0 &&
      is_watched) {
    if (FailsOn(Function::kAddToEpoll, descriptor)) return -1;
    const std::lock_guard<std::mutex> lock(tickerhub::testing::nth_call::mutex);
    tickerhub::testing::nth_call::watched[descriptor] = {epoll, *event};
  }
  return __real_epoll_ctl(epoll, operation, descriptor, event);
}

int __wrap_epoll_wait(int epoll, epoll_event* events, int most, int timeout) {
  if (FailsOn(Function::kEpollWait, epoll)) return -1;
  return __real_epoll_wait(epoll, events, most, timeout);
}

int __wrap_SSL_accept(SSL* ssl) {
  NoteSecured(ssl);
  if (Allow(Function::kTlsHandshake, ssl, 1) == 0) return -1;
  return __real_SSL_accept(ssl);
}

int __wrap_SSL_read(SSL* ssl, void* buffer, int size) {
  const std::size_t allowed =
      Allow(Function::kTlsRead, ssl, static_cast<std::size_t>(size));
  if (allowed == 0) return -1;
  return __real_SSL_read(ssl, buffer, static_cast<int>(allowed));
}

int __wrap_SSL_write(SSL* ssl, const void* data, int size) {
  const std::size_t allowed =
      Allow(Function::kTlsWrite, ssl, static_cast<std::size_t>(size));
  if (allowed == 0) return -1;
  return __real_SSL_write(ssl, data, static_cast<int>(allowed));
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
