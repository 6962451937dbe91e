#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_STREAM_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_STREAM_H_

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

namespace tickerhub::internal {

/// The bytes of one connection: a TCP socket that does not block. It is the
/// only place that reads from a connection or writes to it. With TLS, records
/// go through it, and a TlsStream stands before it. It is a descriptor, so
/// copying it is free; whoever owns the connection closes it once.
class Stream {
 public:
  enum class Outcome : std::uint8_t {
    kDone,      ///< `bytes` were read or written, at least one
    kNotReady,  ///< the kernel has none, or takes none
    kEnded,     ///< read: the client has sent everything
    kBroken,    ///< the connection is of no use any more
  };
  struct Result {
    Outcome outcome;
    std::size_t bytes;
  };

  explicit Stream(int descriptor) : descriptor_(descriptor) {}

  Result Read(char* buffer, std::size_t size) const;

  /// Like Read(), but the bytes stay where they are.
  Result Peek(char* buffer, std::size_t size) const;
  /// How many bytes Read() would find.
  std::size_t Available() const;

  /// Writes as much as the kernel takes at once. When it has no memory for it
  /// (ENOBUFS), that is kNotReady like every other refusal. It may then not
  /// report that there is room again, so callers try again after a while
  /// (loop/deadlines.h).
  Result Write(const char* data, std::size_t size) const;
  Result Write(const iovec* pieces, std::size_t count) const;

  /// Why the connection is broken, or 0: ETIMEDOUT if the kernel has given up
  /// on the peer (TCP_USER_TIMEOUT). Afterwards nobody hears of it any more.
  int TakeError() const;

  /// Ends the sending half. The client reads what was written, then the end.
  void ShutdownWriting() const;
  void Close() const;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// How many pieces one Write() takes.
inline constexpr std::size_t kMaxPieces = 64;

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_STREAM_H_
