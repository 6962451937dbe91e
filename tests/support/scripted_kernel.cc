#include "support/scripted_kernel.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "support/deadline.h"

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
ssize_t __real_send(int descriptor, const void* data, size_t size, int flags);
ssize_t __real_sendmsg(int descriptor, const msghdr* message, int flags);
int __real_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event);
int __real_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags);
int __real_close(int descriptor);
}

namespace tickerhub::testing::scripted_kernel {
namespace {

struct Socket {
  int epoll = -1;
  int descriptor = -1;
  epoll_event event = {};
  std::size_t takes = kAll;
  int error = 0;
  std::size_t short_writes = 0;
};

std::mutex mutex;
std::vector<Socket> sockets;
std::vector<std::size_t> writes;
std::size_t writes_until_stop = 0;  // 0: none
bool stopped = false;
std::atomic<bool> refuses_descriptors = false;
std::condition_variable changed;

Socket* Find(int descriptor) {
  const auto found = std::find_if(
      sockets.begin(), sockets.end(),
      [&](const Socket& socket) { return socket.descriptor == descriptor; });
  return found == sockets.end() ? nullptr : &*found;
}

void Forget(int descriptor) {
  const std::lock_guard<std::mutex> lock(mutex);
  Socket* const socket = Find(descriptor);
  if (socket != nullptr) socket->descriptor = -1;
}

void Stop(std::unique_lock<std::mutex>* lock) {
  stopped = true;
  changed.notify_all();
  changed.wait_for(*lock, kDeadline, [] { return !stopped; });
  stopped = false;
}

// How much of `wanted` the script lets through; nothing and errno otherwise.
std::size_t Allow(int descriptor, std::size_t wanted) {
  std::unique_lock<std::mutex> lock(mutex);
  if (Find(descriptor) == nullptr) return wanted;
  if (writes_until_stop > 0 && --writes_until_stop == 0) Stop(&lock);
  Socket* const socket = Find(descriptor);
  writes.push_back(static_cast<std::size_t>(socket - sockets.data()));
  const std::size_t allowed =
      socket->error != 0 ? 0 : std::min(wanted, socket->takes);
  if (allowed < wanted) ++socket->short_writes;
  if (allowed == 0) errno = socket->error != 0 ? socket->error : EAGAIN;
  if (socket->takes != kAll) socket->takes -= allowed;
  return allowed;
}

}  // namespace

void Reset() {
  const std::lock_guard<std::mutex> lock(mutex);
  sockets.clear();
  writes.clear();
  writes_until_stop = 0;
  refuses_descriptors = false;
}

std::size_t SocketCount() {
  const std::lock_guard<std::mutex> lock(mutex);
  return sockets.size();
}

void Take(std::size_t socket, std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex);
  sockets.at(socket).takes = bytes;
}

void TakeAgain(std::size_t socket, std::size_t bytes) {
  Take(socket, bytes);
  const std::lock_guard<std::mutex> lock(mutex);
  Socket& s = sockets.at(socket);
  __real_epoll_ctl(s.epoll, EPOLL_CTL_MOD, s.descriptor, &s.event);
}

void Fail(std::size_t socket, int error) {
  const std::lock_guard<std::mutex> lock(mutex);
  sockets.at(socket).error = error;
}

std::size_t ShortWrites(std::size_t socket) {
  const std::lock_guard<std::mutex> lock(mutex);
  return sockets.at(socket).short_writes;
}

void RefuseDescriptors(bool refuse) { refuses_descriptors = refuse; }

void StopAtWrite(std::size_t count) {
  const std::lock_guard<std::mutex> lock(mutex);
  writes_until_stop = count;
}

bool WaitForStop() {
  std::unique_lock<std::mutex> lock(mutex);
  return changed.wait_for(lock, kDeadline, [] { return stopped; });
}

void Go() {
  const std::lock_guard<std::mutex> lock(mutex);
  stopped = false;
  changed.notify_all();
}

std::vector<std::size_t> Writes() {
  const std::lock_guard<std::mutex> lock(mutex);
  return writes;
}

}  // namespace tickerhub::testing::scripted_kernel

extern "C" {

ssize_t __wrap_send(int descriptor, const void* data, size_t size, int flags) {
  using tickerhub::testing::scripted_kernel::Allow;
  const std::size_t allowed = Allow(descriptor, size);
  if (allowed == 0 && size > 0) return -1;
  return __real_send(descriptor, data, allowed, flags);
}

ssize_t __wrap_sendmsg(int descriptor, const msghdr* message, int flags) {
  using tickerhub::testing::scripted_kernel::Allow;
  std::vector<iovec> pieces(message->msg_iov,
                            message->msg_iov + message->msg_iovlen);
  std::size_t size = 0;
  for (const iovec& piece : pieces) size += piece.iov_len;
  std::size_t allowed = Allow(descriptor, size);
  if (allowed == 0 && size > 0) return -1;
  for (iovec& piece : pieces) {
    piece.iov_len = std::min(piece.iov_len, allowed);
    allowed -= piece.iov_len;
  }
  msghdr cut = *message;
  cut.msg_iov = pieces.data();
  return __real_sendmsg(descriptor, &cut, flags);
}

int __wrap_epoll_ctl(int epoll, int operation, int descriptor,
                     epoll_event* event) {
  using tickerhub::testing::scripted_kernel::mutex;
  using tickerhub::testing::scripted_kernel::sockets;
  // Asio never asks for EPOLLRDHUP: so these are the server's sockets.
  if (operation == EPOLL_CTL_ADD && (event->events & EPOLLRDHUP) != 0) {
    const std::lock_guard<std::mutex> lock(mutex);
    sockets.push_back({epoll, descriptor, *event});
  }
  return __real_epoll_ctl(epoll, operation, descriptor, event);
}

int __wrap_accept4(int descriptor, sockaddr* address, socklen_t* size,
                   int flags) {
  if (tickerhub::testing::scripted_kernel::refuses_descriptors) {
    errno = EMFILE;
    return -1;
  }
  return __real_accept4(descriptor, address, size, flags);
}

// The number may be another's soon: a client's in this process.
int __wrap_close(int descriptor) {
  using tickerhub::testing::scripted_kernel::Forget;
  Forget(descriptor);
  return __real_close(descriptor);
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
