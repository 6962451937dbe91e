#include "support/faults.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <thread>

namespace tickerhub::testing::faults {
namespace {

std::atomic<int> armed{-1};  // a Call; -1: none
std::atomic<std::size_t> left{0};
std::atomic<int> error{0};
std::atomic<bool> failed{false};
std::atomic<std::thread::id> clients;

// Whether this call is the one that fails.
bool Fails(Call call) {
  if (armed.load() != static_cast<int>(call)) return false;
  if (std::this_thread::get_id() == clients.load()) return false;
  if (left.fetch_sub(1) != 1) return false;
  armed = -1;
  failed = true;
  return true;
}

// Returns true, and errno is set, if a call of the kernel's fails.
bool FailsInKernel(Call call) {
  if (!Fails(call)) return false;
  errno = error == 0 ? EAGAIN : error.load();
  return true;
}

}  // namespace

void Arm(Call call, std::size_t nth, int with) {
  clients = std::this_thread::get_id();
  left = nth;
  error = with;
  failed = false;
  armed = static_cast<int>(call);
}

bool Disarm() {
  armed = -1;
  return failed.exchange(false);
}

}  // namespace tickerhub::testing::faults

namespace faults = tickerhub::testing::faults;
using faults::Call;

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
ssize_t __real_send(int descriptor, const void* data, size_t size, int flags);
ssize_t __real_sendmsg(int descriptor, const msghdr* message, int flags);
ssize_t __real_recv(int descriptor, void* data, size_t size, int flags);
int __real_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event);
int __real_epoll_wait(int epoll, epoll_event* events, int count, int timeout);
int __real_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags);

ssize_t __wrap_send(int descriptor, const void* data, size_t size, int flags) {
  if (faults::FailsInKernel(Call::kSend)) return -1;
  return __real_send(descriptor, data, size, flags);
}

ssize_t __wrap_sendmsg(int descriptor, const msghdr* message, int flags) {
  if (faults::FailsInKernel(Call::kSend)) return -1;
  return __real_sendmsg(descriptor, message, flags);
}

ssize_t __wrap_recv(int descriptor, void* data, size_t size, int flags) {
  if (faults::FailsInKernel(Call::kReceive)) return -1;
  return __real_recv(descriptor, data, size, flags);
}

int __wrap_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event) {
  if (faults::FailsInKernel(Call::kEpollControl)) return -1;
  return __real_epoll_ctl(epoll, operation, descriptor, event);
}

int __wrap_epoll_wait(int epoll, epoll_event* events, int count, int timeout) {
  if (faults::FailsInKernel(Call::kEpollWait)) return -1;
  return __real_epoll_wait(epoll, events, count, timeout);
}

int __wrap_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags) {
  if (faults::FailsInKernel(Call::kAccept)) return -1;
  return __real_accept4(descriptor, address, size, flags);
}

#ifdef TICKERHUB_TESTS_WITH_TLS
struct ssl_st;
int __real_SSL_accept(ssl_st* ssl);
int __real_SSL_read(ssl_st* ssl, void* data, int size);
int __real_SSL_write(ssl_st* ssl, const void* data, int size);

// What OpenSSL says then (SSL_get_error()) is SSL_ERROR_SYSCALL or
// SSL_ERROR_SSL: both end a connection.
int __wrap_SSL_accept(ssl_st* ssl) {
  return faults::Fails(Call::kSslAccept) ? -1 : __real_SSL_accept(ssl);
}
int __wrap_SSL_read(ssl_st* ssl, void* data, int size) {
  return faults::Fails(Call::kSslRead) ? -1 : __real_SSL_read(ssl, data, size);
}
int __wrap_SSL_write(ssl_st* ssl, const void* data, int size) {
  return faults::Fails(Call::kSslWrite) ? -1
                                        : __real_SSL_write(ssl, data, size);
}
#endif
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

void* operator new(std::size_t size) {
  if (faults::Fails(Call::kAllocate)) throw std::bad_alloc();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
