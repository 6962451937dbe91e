#include "support/nth_call.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <mutex>

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

struct Script {
  Function function = Function::kAccept;
  std::size_t calls_left = 0;  // 0: nothing fails
  int error = 0;
  bool has_failed = false;
  int accepted = -1;  // the last connection
  int spared = -1;
  const SSL* secured = nullptr;  // the last connection
  const SSL* spared_tls = nullptr;
};

std::mutex mutex;
Script script;

// Whether this call fails. Sets errno then. REQUIRES: the mutex is held.
bool IsTheOne(Function function) {
  if (script.function != function || script.calls_left == 0) return false;
  if (--script.calls_left > 0) return false;
  script.has_failed = true;
  errno = script.error;
  return true;
}

bool FailsOn(Function function, int descriptor) {
  if (!is_watched) return false;
  const std::lock_guard<std::mutex> lock(mutex);
  return descriptor != script.spared && IsTheOne(function);
}

bool FailsOn(Function function, const SSL* ssl) {
  if (!is_watched) return false;
  const std::lock_guard<std::mutex> lock(mutex);
  if (ssl == script.spared_tls || !IsTheOne(function)) return false;
  ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);  // as OpenSSL fails
  return true;
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
  const std::lock_guard<std::mutex> lock(mutex);
  script.function = function;
  script.calls_left = count;
  script.error = error;
  script.has_failed = false;
}

bool Stop() {
  const std::lock_guard<std::mutex> lock(mutex);
  script.calls_left = 0;
  return script.has_failed;
}

}  // namespace tickerhub::testing::nth_call

using tickerhub::testing::nth_call::FailsOn;
using tickerhub::testing::nth_call::Function;
using tickerhub::testing::nth_call::NoteAccepted;
using tickerhub::testing::nth_call::NoteSecured;

extern "C" {

ssize_t __wrap_send(int descriptor, const void* data, size_t size, int flags) {
  if (FailsOn(Function::kSend, descriptor)) return -1;
  return __real_send(descriptor, data, size, flags);
}

ssize_t __wrap_sendmsg(int descriptor, const msghdr* message, int flags) {
  if (FailsOn(Function::kSend, descriptor)) return -1;
  return __real_sendmsg(descriptor, message, flags);
}

ssize_t __wrap_recv(int descriptor, void* buffer, size_t size, int flags) {
  if (FailsOn(Function::kReceive, descriptor)) return -1;
  return __real_recv(descriptor, buffer, size, flags);
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
      FailsOn(Function::kAddToEpoll, descriptor)) {
    return -1;
  }
  return __real_epoll_ctl(epoll, operation, descriptor, event);
}

int __wrap_epoll_wait(int epoll, epoll_event* events, int most, int timeout) {
  if (FailsOn(Function::kEpollWait, epoll)) return -1;
  return __real_epoll_wait(epoll, events, most, timeout);
}

int __wrap_SSL_accept(SSL* ssl) {
  NoteSecured(ssl);
  if (FailsOn(Function::kTlsHandshake, ssl)) return -1;
  return __real_SSL_accept(ssl);
}

int __wrap_SSL_read(SSL* ssl, void* buffer, int size) {
  if (FailsOn(Function::kTlsRead, ssl)) return -1;
  return __real_SSL_read(ssl, buffer, size);
}

int __wrap_SSL_write(SSL* ssl, const void* data, int size) {
  if (FailsOn(Function::kTlsWrite, ssl)) return -1;
  return __real_SSL_write(ssl, data, size);
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
