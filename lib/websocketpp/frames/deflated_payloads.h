#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATED_PAYLOADS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATED_PAYLOADS_H_

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>

#include "frames/message_deflate.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// Compresses payloads: once for all connections of a loop whose clients
/// inflate with the same window.
class DeflatedPayloads {
 public:
  /// A smaller text is not compressed, because that costs more than it saves.
  static constexpr std::size_t kMinTextBytes = 256;

  /// Returns the compressed form of `payload`. Returns `payload` itself if the
  /// compressed form is not smaller. The result is valid until the next
  /// Forget(). REQUIRES: 9 <= window_bits <= 15.
  const Payload& For(const Payload& payload, int window_bits);

  /// Frees the compressed forms when there are many, except the newest one,
  /// which the next session may need. Call between broadcasts.
  void Forget();

 private:
  static constexpr int kMinBits = 9;
  static constexpr int kMaxBits = 15;
  static constexpr std::size_t kMaxKeptBytes = 64 * 1024;
  static constexpr std::size_t kMaxKept = 256;

  struct Entry {
    Payload original;  // keeps its address, which is the key, in use
    std::array<std::optional<Payload>, kMaxBits - kMinBits + 1> by_bits;
    std::size_t bytes = 0;
  };

  Payload Deflate(const Payload& payload, std::size_t place);
  void Keep(Entry* entry, std::size_t bytes) {
    entry->bytes += bytes;
    kept_bytes_ += bytes;
  }

  std::unordered_map<const char*, Entry> entries_;
  const char* newest_ = nullptr;  // the key that was asked for last
  std::size_t kept_bytes_ = 0;
  std::array<std::unique_ptr<MessageDeflater>, kMaxBits - kMinBits + 1>
      deflaters_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_DEFLATED_PAYLOADS_H_
