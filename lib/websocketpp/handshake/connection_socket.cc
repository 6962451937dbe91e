#include "handshake/connection_socket.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace tickerhub::internal {
namespace {

// How often a socket is read before other sockets have their turn.
constexpr int kReadsATurn = 4;
// How many pieces one system call writes.
constexpr std::size_t kMaxPieces = 64;
// How many bytes a client may send after the connection has ended.
constexpr std::size_t kMaxDrainedBytes = 16 * 1024 * 1024;

std::error_code HungUp() {
  return std::make_error_code(std::errc::connection_reset);
}

std::error_code LastError() { return {errno, std::generic_category()}; }

}  // namespace

ConnectionSocket::~ConnectionSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void ConnectionSocket::Attach(const SocketListeners* listeners,
                              std::uint32_t slot, int descriptor) {
  listeners_ = listeners;
  slot_ = slot;
  descriptor_ = descriptor;
}

std::string ConnectionSocket::RemoteAddress() const {
  sockaddr_storage address = {};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  char text[NI_MAXHOST];
  if (::getpeername(descriptor_, generic, &size) != 0 ||
      ::getnameinfo(generic, size, text, sizeof text, nullptr, 0,
                    NI_NUMERICHOST) != 0) {
    return {};
  }
  return text;
}

// ---- reading

void ConnectionSocket::ReadSome(char* buffer, std::size_t size) {
  if (early_bytes_ != nullptr && taken_over_ && !holding_) {
    const auto early = std::exchange(early_bytes_, nullptr);
    if (!TakeRead(early->data(), early->size())) return;
  }
  for (int i = 0; i < kReadsATurn; ++i) {
    if (descriptor_ < 0 || hung_up_) return;
    if (!MayRead()) {
      read_was_held_ = true;
      return;
    }
    const ssize_t count = ::recv(descriptor_, buffer, size, MSG_DONTWAIT);
    if (count > 0) {
      const auto read = static_cast<std::size_t>(count);
      if (!TakeRead(buffer, read)) return;
      // The buffer is not full, so epoll reports further bytes. It does not
      // report the end again, if it has reported it.
      if (read < size && !end_is_near_) return;
    } else if (count == 0) {
      TakeReadEnd(HungUp());
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      TakeReadEnd(LastError());
      return;
    }
  }
  if (listeners_ != nullptr) listeners_->reader.OnMoreToRead(slot_);
}

bool ConnectionSocket::MayRead() const {
  if (ending_ != nullptr) return true;
  if (taken_over_) return !holding_;
  return on_handshake_read_ != nullptr;
}

// Returns whether to read on.
bool ConnectionSocket::TakeRead(char* data, std::size_t size) {
  if (ending_ == nullptr && !taken_over_) FeedHandshake(&data, &size);
  if (ending_ != nullptr) {
    ending_->drained_bytes += size;
    if (ending_->drained_bytes <= kMaxDrainedBytes) return true;
    StopLingering();
    return false;
  }
  if (size == 0) return true;
  if (!taken_over_) {
    KeepUnread(data, size);
    return false;
  }
  if (listeners_ != nullptr && listeners_->reader.OnBytes(slot_, data, size)) {
    return true;
  }
  read_was_held_ = true;
  return false;
}

// Gives websocketpp the bytes of the request, as long as it reads. It must not
// get the bytes after the head of a handshake, because it would keep them.
void ConnectionSocket::FeedHandshake(char** data, std::size_t* size) {
  while (*size > 0 && on_handshake_read_ != nullptr) {
    const std::size_t fed =
        BytesOfHead(*data, std::min(*size, handshake_buffer_size_));
    std::memcpy(handshake_buffer_, *data, fed);
    *data += fed;
    *size -= fed;
    const auto handler = std::exchange(on_handshake_read_, nullptr);
    handler(std::error_code(), fed);
  }
}

// Returns how many of the bytes belong to the head. After the head, all bytes
// belong to the body of the request.
std::size_t ConnectionSocket::BytesOfHead(const char* data, std::size_t size) {
  static constexpr char kHeadEnd[] = "\r\n\r\n";
  if (head_was_read_) return size;
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == kHeadEnd[head_end_seen_]) {
      ++head_end_seen_;
    } else {
      head_end_seen_ = data[i] == '\r' ? 1 : 0;
    }
    if (head_end_seen_ == 4) {
      head_was_read_ = true;
      return i + 1;
    }
  }
  return size;
}

void ConnectionSocket::TakeReadEnd(const std::error_code& error) {
  hung_up_ = true;
  if (ending_ != nullptr) {
    StopLingering();
  } else if (taken_over_) {
    if (listeners_ != nullptr) listeners_->reader.OnReadError(slot_, error);
  } else if (on_handshake_read_ != nullptr) {
    const auto handler = std::exchange(on_handshake_read_, nullptr);
    handler(error, 0);
  }
}

void ConnectionSocket::ResumeReading() {
  holding_ = false;
  if (std::exchange(read_was_held_, false) && listeners_ != nullptr) {
    listeners_->reader.OnMoreToRead(slot_);
  }
}

// Once reading is taken over, the call means that websocketpp has opened the
// session.
void ConnectionSocket::ReadHandshake(char* buffer, std::size_t size,
                                     ReadHandler handler) {
  if (taken_over_) {
    ResumeReading();
    return;
  }
  handshake_buffer_ = buffer;
  handshake_buffer_size_ = size;
  on_handshake_read_ = std::move(handler);
}

// ---- writing

void ConnectionSocket::Write(Waiting write) {
  if (writable_) {
    if (const auto outcome = WriteToKernel(&write)) {
      FinishWrite(write, *outcome);
      return;
    }
  }
  waiting_ = std::make_unique<Waiting>(std::move(write));
  if (listeners_ != nullptr) listeners_->writer.OnBusy(slot_);
}

void ConnectionSocket::WriteSome() {
  writable_ = true;
  if (waiting_ == nullptr) return;
  if (const auto outcome = WriteToKernel(waiting_.get())) {
    const auto finished = std::exchange(waiting_, nullptr);
    FinishWrite(*finished, *outcome);
  }
}

// Returns the outcome of the write. Returns nothing if the kernel takes no more
// for now.
std::optional<std::error_code> ConnectionSocket::WriteToKernel(Waiting* write) {
  std::vector<iovec>& pieces = write->pieces;
  while (write->first < pieces.size()) {
    msghdr message = {};
    message.msg_iov = &pieces[write->first];
    message.msg_iovlen = std::min(pieces.size() - write->first, kMaxPieces);
    const ssize_t count =
        ::sendmsg(descriptor_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        writable_ = false;
        return std::nullopt;
      }
      return LastError();
    }
    auto left = static_cast<std::size_t>(count);
    while (left > 0 && left >= pieces[write->first].iov_len) {
      left -= pieces[write->first++].iov_len;
    }
    if (left > 0) {
      iovec& piece = pieces[write->first];
      piece.iov_base = static_cast<char*>(piece.iov_base) + left;
      piece.iov_len -= left;
    }
  }
  return std::error_code();
}

void ConnectionSocket::FinishWrite(const Waiting& finished,
                                   const std::error_code& error) {
  if (listeners_ != nullptr)
    listeners_->writer.OnWritten(slot_, finished.bytes);
  finished.handler(error);
  if (waiting_ == nullptr && ending_ == nullptr && listeners_ != nullptr) {
    listeners_->writer.OnIdle(slot_);
  }
}

// ---- ending

void ConnectionSocket::Shutdown(Handler handler) {
  ending_ = std::make_unique<Ending>();
  ending_->handler = std::move(handler);
  // These own this connection.
  on_handshake_read_ = nullptr;
  waiting_ = nullptr;
  early_bytes_ = nullptr;
  listeners_->writer.OnEnding(slot_);
  if (hung_up_ || !may_linger_) {
    StopLingering();
    return;
  }
  ::shutdown(descriptor_, SHUT_WR);
  listeners_->on_lingering(slot_);
  listeners_->reader.OnMoreToRead(slot_);
}

void ConnectionSocket::DontLinger() {
  may_linger_ = false;
  StopLingering();
}

void ConnectionSocket::StopLingering() {
  if (ending_ == nullptr || listeners_ == nullptr) return;
  asio::post(listeners_->io, [self = shared_from_this()] { self->Finish(); });
}

void ConnectionSocket::Finish() {
  // StopLingering() may have been called twice.
  const auto handler = std::exchange(ending_->handler, nullptr);
  if (handler == nullptr) return;
  // The handler releases the slot, so the descriptor must be closed before.
  ::close(std::exchange(descriptor_, -1));
  handler(std::error_code());
}

}  // namespace tickerhub::internal
