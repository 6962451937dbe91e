#include "handshake/transport.h"

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

// How often a socket is read before others have their turn.
constexpr int kReadsATurn = 4;
// Pieces of one system call.
constexpr std::size_t kMaxPieces = 64;
// What a client may still send after the connection's end.
constexpr std::size_t kMaxDrainedBytes = 16 * 1024 * 1024;

std::error_code HungUp() {
  return ::websocketpp::transport::error::make_error_code(
      ::websocketpp::transport::error::eof);
}

std::error_code LastError() { return {errno, std::generic_category()}; }

}  // namespace

LoopTransportConnection::~LoopTransportConnection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LoopTransportConnection::Attach(const TransportListeners* listeners,
                                     std::uint32_t slot, int descriptor) {
  listeners_ = listeners;
  slot_ = slot;
  descriptor_ = descriptor;
}

std::string LoopTransportConnection::RemoteAddress() const {
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

void LoopTransportConnection::ReadSome(char* buffer, std::size_t size) {
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
      // Less than there is room for: the rest, if any, will be told of. But
      // not the end, if that has been told already.
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

bool LoopTransportConnection::MayRead() const {
  if (ending_ != nullptr) return true;
  if (taken_over_) return !holding_;
  return on_handshake_read_ != nullptr;
}

// Returns whether to read on.
bool LoopTransportConnection::TakeRead(char* data, std::size_t size) {
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

// Gives websocketpp what belongs to the request, as long as it wants it. What
// stands behind the head of a handshake it would take for itself.
void LoopTransportConnection::FeedHandshake(char** data, std::size_t* size) {
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

// How many of the bytes belong to the head; once that was read, all belong to
// the request's body.
std::size_t LoopTransportConnection::BytesOfHead(const char* data,
                                                 std::size_t size) {
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

void LoopTransportConnection::TakeReadEnd(const std::error_code& error) {
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

void LoopTransportConnection::ResumeReading() {
  holding_ = false;
  if (std::exchange(read_was_held_, false) && listeners_ != nullptr) {
    listeners_->reader.OnMoreToRead(slot_);
  }
}

// websocketpp asks until the handshake is done, and once more then.
void LoopTransportConnection::async_read_at_least(
    std::size_t, char* buffer, std::size_t size,
    ::websocketpp::transport::read_handler handler) {
  if (taken_over_) {
    ResumeReading();
    return;
  }
  handshake_buffer_ = buffer;
  handshake_buffer_size_ = size;
  on_handshake_read_ = std::move(handler);
}

// ---- writing

void LoopTransportConnection::async_write(
    const char* data, std::size_t size,
    ::websocketpp::transport::write_handler handler) {
  Waiting write;
  // sendmsg() only reads, but its structure is shared with recvmsg().
  write.pieces.push_back({const_cast<char*>(data), size});
  write.bytes = size;
  write.handler = std::move(handler);
  Write(std::move(write));
}

void LoopTransportConnection::async_write(
    const std::vector<::websocketpp::transport::buffer>& buffers,
    ::websocketpp::transport::write_handler handler) {
  Waiting write;
  write.pieces.reserve(buffers.size());
  for (const auto& buffer : buffers) {
    if (buffer.len == 0) continue;
    write.pieces.push_back({const_cast<char*>(buffer.buf), buffer.len});
    write.bytes += buffer.len;
  }
  write.handler = std::move(handler);
  Write(std::move(write));
}

void LoopTransportConnection::Write(Waiting write) {
  std::error_code error;
  if (writable_ && WriteToKernel(&write, &error)) {
    FinishWrite(write, error);
    return;
  }
  waiting_ = std::make_unique<Waiting>(std::move(write));
  if (listeners_ != nullptr) listeners_->writer.OnBusy(slot_);
}

void LoopTransportConnection::WriteSome() {
  writable_ = true;
  if (waiting_ == nullptr) return;
  std::error_code error;
  if (!WriteToKernel(waiting_.get(), &error)) return;
  const auto finished = std::exchange(waiting_, nullptr);
  FinishWrite(*finished, error);
}

// Returns whether it is over, be it with an error.
bool LoopTransportConnection::WriteToKernel(Waiting* write,
                                            std::error_code* error) {
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
        return false;
      }
      *error = LastError();
      return true;
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
  return true;
}

void LoopTransportConnection::FinishWrite(const Waiting& finished,
                                          const std::error_code& error) {
  if (listeners_ != nullptr)
    listeners_->writer.OnWritten(slot_, finished.bytes);
  finished.handler(error);
  if (waiting_ == nullptr && ending_ == nullptr && listeners_ != nullptr) {
    listeners_->writer.OnIdle(slot_);
  }
}

// ---- ending

void LoopTransportConnection::async_shutdown(
    ::websocketpp::transport::shutdown_handler handler) {
  ending_ = std::make_unique<Ending>();
  ending_->handler = std::move(handler);
  // They hold on to this connection.
  on_handshake_read_ = nullptr;
  waiting_ = nullptr;
  early_bytes_ = nullptr;
  listeners_->writer.OnEnding(slot_);
  if (hung_up_ || !may_linger_) {
    StopLingering();
    return;
  }
  ::shutdown(descriptor_, SHUT_WR);
  listeners_->end.OnLingering(slot_);
  listeners_->reader.OnMoreToRead(slot_);
}

void LoopTransportConnection::DontLinger() {
  may_linger_ = false;
  StopLingering();
}

void LoopTransportConnection::StopLingering() {
  if (ending_ == nullptr || listeners_ == nullptr) return;
  asio::post(listeners_->io, [self = get_shared()] { self->Finish(); });
}

void LoopTransportConnection::Finish() {
  // It may have been asked for twice.
  const auto handler = std::exchange(ending_->handler, nullptr);
  if (handler == nullptr) return;
  // The loop's slot is given back by the handler, with the number.
  ::close(std::exchange(descriptor_, -1));
  handler(std::error_code());
}

}  // namespace tickerhub::internal
