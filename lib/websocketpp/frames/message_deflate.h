#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_MESSAGE_DEFLATE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_MESSAGE_DEFLATE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "frames/frame_reader.h"

namespace tickerhub::internal {

/// Inflates whole messages, one after the other. No message depends on another,
/// so one object serves all connections of a thread.
class ZlibMessageInflater final : public MessageInflater {
 public:
  ZlibMessageInflater();
  ~ZlibMessageInflater() override;

  Result Inflate(std::string_view compressed, std::size_t max_bytes,
                 std::string* out) override;
  Result InflateBeginning(std::string_view compressed, std::size_t max_bytes,
                          std::string* out) override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// Compresses whole messages (RFC 7692 §7.2.1) for clients that inflate with a
/// window of 2^window_bits bytes.
class MessageDeflater {
 public:
  /// REQUIRES: 9 <= window_bits <= 15.
  explicit MessageDeflater(int window_bits);
  ~MessageDeflater();

  /// Returns the payload of the frame, without the tail 00 00 FF FF.
  std::string Deflate(std::string_view message);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_MESSAGE_DEFLATE_H_
