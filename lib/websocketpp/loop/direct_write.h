#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_DIRECT_WRITE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_DIRECT_WRITE_H_

#include <cstddef>

#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// What one system call has written.
struct DirectWrite {
  std::size_t bytes = 0;           ///< all that it took
  std::size_t whole_payloads = 0;  ///< frames that it took as a whole
  std::size_t bytes_of_next = 0;   ///< bytes of the frame after these
  bool failed = false;             ///< the socket is broken
};

/// Writes the frames of `payloads` to a socket with one call that doesn't wait.
/// Takes no more than a few dozen of them at a time.
/// REQUIRES: count > 0; nothing else waits to be written to the socket.
DirectWrite WriteDirectly(int descriptor, const Payload* const* payloads,
                          std::size_t count);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_DIRECT_WRITE_H_
