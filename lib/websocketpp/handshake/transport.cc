#include "handshake/transport.h"

namespace tickerhub::internal {

void LoopTransportConnection::async_write(
    const char* data, std::size_t size,
    ::websocketpp::transport::write_handler handler) {
  Waiting write;
  // sendmsg() only reads, but recvmsg() has the same structure.
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

}  // namespace tickerhub::internal
