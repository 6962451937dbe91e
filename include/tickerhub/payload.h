#ifndef TICKERHUB_PAYLOAD_H_
#define TICKERHUB_PAYLOAD_H_

// One message to clients: UTF-8 text, encoded once and framed once, then shared
// by every connection that gets it. Copying a Payload copies a pointer.
//
//   tickerhub::Payload payload(R"({"type":"heartbeat","seq":7})");
//   broadcaster.Publish({{kEverybody, payload}}, tickerhub::Delivery::kLatest);
//
// Immutable, so any thread may read any Payload; the last owner, on whichever
// thread, frees the bytes.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tickerhub {

class Payload {
 public:
  /// REQUIRES: `text` is valid UTF-8. Connections don't check it again; RFC
  /// 6455 §8.1 lets a client fail the connection over text that is not.
  explicit Payload(std::string_view text);

  /// The text as it was given.
  std::string_view text() const {
    return std::string_view(*bytes_).substr(header_size_);
  }

  /// A whole WebSocket frame: FIN, opcode text, not masked, the length, then
  /// the text (RFC 6455 §5.2). In one piece, so that it can be sent in one
  /// call.
  std::string_view frame() const { return *bytes_; }

  /// Bytes of frame() before the text: 2, 4 or 10.
  std::size_t header_size() const { return header_size_; }

 private:
  std::shared_ptr<const std::string> bytes_;
  std::size_t header_size_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PAYLOAD_H_
