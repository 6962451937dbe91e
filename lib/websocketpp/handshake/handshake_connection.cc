#include "handshake/handshake_connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "handshake/strict_request.h"

namespace tickerhub::internal {

std::size_t HandshakeConnection::Feed(const char* data, std::size_t size) {
  std::size_t taken = 0;
  while (taken < size && on_read_ != nullptr) {
    const std::size_t fed = std::min(size - taken, buffer_size_);
    std::memcpy(buffer_, data + taken, fed);
    const auto handler = std::exchange(on_read_, nullptr);
    handler(std::error_code(), fed);
    taken += fed - request_->unused();
  }
  if (on_read_ != nullptr && listener_ != nullptr) {
    listener_->OnIncomplete(slot_);
  }
  return taken;
}

void HandshakeConnection::Read(char* buffer, std::size_t size,
                               ReadHandler handler) {
  if (is_answered_) {
    if (listener_ != nullptr) listener_->OnOpened(slot_);
    return;
  }
  buffer_ = buffer;
  buffer_size_ = size;
  on_read_ = std::move(handler);
}

void HandshakeConnection::Write(std::string_view response, Handler handler) {
  if (listener_ == nullptr) return;
  on_written_ = std::move(handler);
  listener_->OnResponse(slot_, response);
}

void HandshakeConnection::OnWritten() {
  if (on_written_ == nullptr) return;  // it was an interim answer
  is_answered_ = true;
  if (const auto handler = std::exchange(on_written_, nullptr)) {
    handler(std::error_code());
  }
}

// The handler only counts. The loop ends the connection as it ends sessions.
void HandshakeConnection::End(const Handler& handler) {
  HandshakeListener* const listener = listener_;
  if (listener == nullptr) return;
  handler(std::error_code());
  Drop();
  listener->OnOver(slot_);
}

void HandshakeConnection::Drop() {
  listener_ = nullptr;
  on_read_ = nullptr;
  on_written_ = nullptr;
}

}  // namespace tickerhub::internal
