#include "sources/stream_bytes.h"

#include <cassert>
#include <utility>

namespace tickerhub::internal {
namespace {

constexpr std::size_t kPieceBytes = 16'384;

}  // namespace

StreamBytes::StreamBytes(std::unique_ptr<std::istream> stream)
    : stream_(std::move(stream)) {
  assert(stream_ != nullptr);
}

StreamBytes::~StreamBytes() = default;

ByteSource::State StreamBytes::Read(std::string* bytes) {
  if (stream_->good()) {
    bytes->resize(kPieceBytes);
    stream_->read(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    bytes->resize(static_cast<std::size_t>(stream_->gcount()));
    if (!bytes->empty()) return State::kBytes;
  }
  // At its end it has eof(). A file that could not be opened has not.
  return stream_->bad() || !stream_->eof() ? State::kFailed : State::kEnd;
}

bool StreamBytes::Rewind() {
  if (stream_->bad()) return false;
  stream_->clear();
  stream_->seekg(0);
  return stream_->good();
}

}  // namespace tickerhub::internal
