#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONTENT_CHUNKED_BODY_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONTENT_CHUNKED_BODY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Reads the body of a request that comes in chunks (RFC 9112 §7.1). It is
/// strict, so that a proxy in front and this server agree on where the body
/// ends: every line ends with CR LF, a size has hexadecimal digits only, and
/// nothing is between a chunk and its CR LF. Chunk extensions and trailers are
/// checked and dropped. Its work grows with the bytes, however they come.
///
/// Threads: use one object from one thread.
class ChunkedBody {
 public:
  /// Bytes of one line: a size with its extensions, or a trailer.
  static constexpr std::size_t kMaxLineBytes = 1'024;
  /// Bytes of all extensions and trailers.
  static constexpr std::size_t kMaxExtraBytes = 4'096;

  enum class Outcome : std::uint8_t {
    kMore,       ///< took everything; the body is not whole
    kDone,       ///< the body is whole
    kMalformed,  ///< this is no chunked body
    kTooLarge,   ///< the body has more bytes than it may have
    kTooLong,    ///< a line, or all extensions and trailers, are too long
  };

  /// Removes what it takes from the front of `bytes` and adds the body to
  /// `body`, which may have `max_bytes`. Leaves what follows the body. Do not
  /// call it again after another outcome than kMore.
  Outcome Take(std::string_view* bytes, std::size_t max_bytes,
               std::string* body);

 private:
  enum class State : std::uint8_t { kSize, kData, kDataEnd, kTrailer };

  Outcome TakeData(std::string_view* bytes, std::string* body);
  Outcome TakeLine(std::string_view line, std::size_t max_bytes,
                   const std::string& body);
  Outcome TakeSize(std::string_view line, std::size_t max_bytes,
                   const std::string& body);
  Outcome TakeTrailer(std::string_view line);
  Outcome CountExtra(std::size_t bytes);

  State state_ = State::kSize;
  std::size_t chunk_bytes_to_come_ = 0;
  std::size_t extra_bytes_ = 0;
  std::string line_;  // what has come of a line that is not whole
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONTENT_CHUNKED_BODY_H_
