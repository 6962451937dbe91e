#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_WIRE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_WIRE_H_

#include <cstddef>
#include <string>

#include "streams/stream.h"

namespace tickerhub::internal {

/// Bytes of one TLS record (RFC 8446 §5.1).
inline constexpr std::size_t kMaxRecordBytes = 16 * 1024;

/// The way between the TLS library and the sockets of one loop. The library
/// reads and writes records through it, for the connection whose turn it is.
///
/// A record that is encrypted must be sent: its number is used up. So the wire
/// takes every record. What the socket does not take of it is in `unsent`
/// afterwards, and the caller keeps it for the connection.
///
/// Threads: belongs to the loop's thread.
struct TlsWire {
  /// Call before the library works for a connection. `waits`: earlier records
  /// of it have not been sent, so new ones must not overtake them.
  void Begin(Stream stream_of_turn, bool waits) {
    stream = stream_of_turn;
    blocked = waits;
    drained = ended = false;
    unsent.clear();
  }

  Stream stream{-1};
  bool blocked = false;  ///< the socket takes no more now
  bool drained = false;  ///< the last read took all that the socket had
  bool ended = false;    ///< the client's side of the TCP connection has ended
  std::string unsent;
  std::string gathered;  ///< several messages for one record; for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_WIRE_H_
