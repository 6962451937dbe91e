#ifndef TICKERHUB_PAYLOAD_H_
#define TICKERHUB_PAYLOAD_H_

// One message to clients. A Payload is encoded once and framed once, and every
// connection that gets the message shares its bytes. Copying a Payload copies a
// pointer.
//
//     tickerhub::Payload payload(R"({"type":"heartbeat","seq":7})");
//     broadcaster.Publish({{kEverybody, payload}},
//                         tickerhub::Delivery::kLatest, /*since=*/7);
//
// Threads: a Payload is immutable, so any thread may read it. The last owner
// frees the bytes, on whichever thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tickerhub/export.h"

namespace tickerhub {

/// A message with its WebSocket frame.
class TICKERHUB_EXPORT Payload {
 public:
  enum class Kind : std::uint8_t { kText, kBinary };  ///< RFC 6455 §5.6

  /// Makes the frame of a message. REQUIRES: `text` is valid UTF-8, unless
  /// `kind` is kBinary. Connections do not check it; a client may end the
  /// connection over text that is not UTF-8 (RFC 6455 §8.1).
  explicit Payload(std::string_view text, Kind kind = Kind::kText)
      : Payload(Copy(text), kind, /*compressed=*/false) {}

  /// How many bytes InPlace() needs in front of the text.
  static constexpr std::size_t kHeaderRoom = 10;

  /// Makes the frame of a message that you have built behind `kHeaderRoom`
  /// bytes, whatever these are. The header is written into them, so the text is
  /// not copied:
  ///
  ///     std::string message(tickerhub::Payload::kHeaderRoom, '\0');
  ///     message += R"({"type":"heartbeat"})";
  ///     auto payload = tickerhub::Payload::InPlace(std::move(message));
  ///
  /// REQUIRES: as above; room_and_text.size() >= kHeaderRoom.
  static Payload InPlace(std::string room_and_text, Kind kind = Kind::kText) {
    return Payload(std::move(room_and_text), kind, /*compressed=*/false);
  }

  /// For implementations of Broadcaster: the frame of a message that is
  /// compressed for permessage-deflate, with RSV1 set (RFC 7692 §6). text() is
  /// the compressed data.
  static Payload Deflated(std::string_view deflated, Kind kind) {
    return Payload(Copy(deflated), kind, /*compressed=*/true);
  }

  /// The text that the Payload was made of.
  std::string_view text() const {
    return {bytes_->data() + kHeaderRoom, bytes_->size() - kHeaderRoom};
  }

  /// The whole frame: FIN and the opcode, the length, the text, without a mask
  /// (RFC 6455 §5.2). It is in one piece, so one call can send it.
  std::string_view frame() const {
    const std::size_t unused = kHeaderRoom - header_size_;
    return {bytes_->data() + unused, bytes_->size() - unused};
  }

  /// The number of bytes of frame() before the text: 2, 4 or 10.
  std::size_t header_size() const { return header_size_; }

  /// Whether clients get it as text or as binary.
  Kind kind() const {
    return (frame()[0] & 0x0F) == 2 ? Kind::kBinary : Kind::kText;
  }

 private:
  Payload(std::string room_and_text, Kind kind, bool compressed);

  // The text behind room for its header.
  static std::string Copy(std::string_view text);

  // Unused bytes, the header, the text.
  std::shared_ptr<const std::string> bytes_;
  std::size_t header_size_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PAYLOAD_H_
