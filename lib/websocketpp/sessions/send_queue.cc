#include "sessions/send_queue.h"

#include <algorithm>

namespace tickerhub::internal {

Stream::Outcome SendQueue::WriteTo(Stream stream) {
  while (!pieces_.empty()) {
    iovec pieces[kMaxPieces];
    const std::size_t count = std::min(pieces_.size(), kMaxPieces);
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view bytes = BytesOf(pieces_[i]);
      if (i == 0) bytes.remove_prefix(written_of_first_);
      pieces[i] = {const_cast<char*>(bytes.data()), bytes.size()};
    }
    const Stream::Result result = stream.Write(pieces, count);
    if (result.outcome != Stream::Outcome::kDone) return result.outcome;
    Remove(result.bytes);
  }
  return Stream::Outcome::kDone;
}

void SendQueue::Remove(std::size_t bytes) {
  bytes_ -= bytes;
  while (!pieces_.empty()) {
    const std::size_t left =
        BytesOf(pieces_.front()).size() - written_of_first_;
    if (bytes < left) {
      written_of_first_ += bytes;
      return;
    }
    bytes -= left;
    written_of_first_ = 0;
    pieces_.pop_front();
  }
}

}  // namespace tickerhub::internal
