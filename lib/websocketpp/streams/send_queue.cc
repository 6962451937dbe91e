#include "streams/send_queue.h"

#include <algorithm>

namespace tickerhub::internal {

Stream::Outcome SendQueue::WriteTo(Stream stream) {
  const Stream::Outcome outcome = WriteRecords(stream);
  if (outcome != Stream::Outcome::kDone) return outcome;
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

Stream::Outcome SendQueue::WriteRecords(Stream stream) {
  while (!records_.empty()) {
    const Stream::Result result =
        stream.Write(records_.data(), records_.size());
    if (result.outcome != Stream::Outcome::kDone) return result.outcome;
    records_.erase(0, result.bytes);
    bytes_ -= result.bytes;
  }
  return Stream::Outcome::kDone;
}

std::string_view SendQueue::GatherRecord(std::string* buffer) const {
  std::string_view first = BytesOf(pieces_.front());
  first.remove_prefix(written_of_first_);
  if (pieces_.size() == 1 || first.size() >= kMaxRecordBytes) return first;
  buffer->assign(first);
  for (std::size_t i = 1; i < pieces_.size(); ++i) {
    const std::string_view next = BytesOf(pieces_[i]);
    if (buffer->size() + next.size() > kMaxRecordBytes) break;
    buffer->append(next);
  }
  return *buffer;
}

Stream::Outcome SendQueue::WriteTo(Stream stream, TlsStream* tls,
                                   TlsWire* wire) {
  for (;;) {
    const Stream::Outcome outcome = WriteRecords(stream);
    if (outcome != Stream::Outcome::kDone) return outcome;
    if (pieces_.empty()) return Stream::Outcome::kDone;
    wire->Begin(stream, /*waits=*/false);
    const std::string_view record = GatherRecord(&wire->gathered);
    // An empty piece has nothing to encrypt.
    const Stream::Result result =
        record.empty() ? Stream::Result{Stream::Outcome::kDone, 0}
                       : tls->Write(*wire, record);
    if (result.outcome == Stream::Outcome::kBroken) return result.outcome;
    Remove(result.bytes);
    AddRecords(wire->unsent);
  }
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
