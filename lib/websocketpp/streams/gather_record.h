#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_GATHER_RECORD_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_GATHER_RECORD_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "streams/tls_wire.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// Returns the bytes of the first frames that go into one record, of one frame
/// at least, and sets `*taken` to their number. A frame alone is not copied;
/// several are put together in `*buffer`. REQUIRES: count > 0.
inline std::string_view GatherRecord(const Payload* const* payloads,
                                     std::size_t count, std::size_t* taken,
                                     std::string* buffer) {
  const std::string_view first = payloads[0]->frame();
  std::size_t bytes = first.size();
  std::size_t i = 1;
  while (i < count && bytes + payloads[i]->frame().size() <= kMaxRecordBytes) {
    bytes += payloads[i++]->frame().size();
  }
  *taken = i;
  if (i == 1) return first;
  buffer->clear();
  for (std::size_t j = 0; j < i; ++j) *buffer += payloads[j]->frame();
  return *buffer;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_GATHER_RECORD_H_
