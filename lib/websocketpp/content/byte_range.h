#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONTENT_BYTE_RANGE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONTENT_BYTE_RANGE_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace tickerhub::internal {

/// A part of a content: `size` bytes from `first` on.
struct ByteRange {
  std::size_t first = 0;
  std::size_t size = 0;
};

/// Reads the field Range of a request for a content of `content_size` bytes
/// (RFC 9110 §14.2): "bytes=0-99", "bytes=100-", "bytes=-100". Returns nothing
/// if the field does not count: it is malformed, has another unit, or asks for
/// several parts. The answer is then the whole content. A range of size 0 is
/// one that the content does not have; the answer is then 416. Any thread may
/// call.
std::optional<ByteRange> ReadByteRange(std::string_view range,
                                       std::size_t content_size);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONTENT_BYTE_RANGE_H_
