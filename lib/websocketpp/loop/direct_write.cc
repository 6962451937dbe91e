#include "loop/direct_write.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace tickerhub::internal {
namespace {

constexpr std::size_t kMaxFrames = 64;
constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

ssize_t SendFrames(int descriptor, const Payload* const* payloads,
                   std::size_t count) {
  if (count == 1) {
    const std::string_view frame = payloads[0]->frame();
    return ::send(descriptor, frame.data(), frame.size(), kFlags);
  }
  iovec pieces[kMaxFrames];
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view frame = payloads[i]->frame();
    // sendmsg() only reads, but its structure is shared with recvmsg().
    pieces[i].iov_base = const_cast<char*>(frame.data());
    pieces[i].iov_len = frame.size();
  }
  msghdr message = {};
  message.msg_iov = pieces;
  message.msg_iovlen = count;
  return ::sendmsg(descriptor, &message, kFlags);
}

}  // namespace

DirectWrite WriteDirectly(int descriptor, const Payload* const* payloads,
                          std::size_t count) {
  count = std::min(count, kMaxFrames);
  DirectWrite result;
  ssize_t written = 0;
  do {
    written = SendFrames(descriptor, payloads, count);
  } while (written < 0 && errno == EINTR);
  if (written < 0) {
    result.failed = errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS;
    return result;
  }
  result.bytes = static_cast<std::size_t>(written);
  std::size_t rest = result.bytes;
  while (result.whole_payloads < count &&
         rest >= payloads[result.whole_payloads]->frame().size()) {
    rest -= payloads[result.whole_payloads]->frame().size();
    ++result.whole_payloads;
  }
  result.bytes_of_next = rest;
  return result;
}

}  // namespace tickerhub::internal
