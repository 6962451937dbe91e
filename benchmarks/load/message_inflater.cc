#include "load/message_inflater.h"

#include <zlib.h>

#include <array>
#include <new>

namespace tickerhub::load {
namespace {

// What a sender leaves out at the end of each message.
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);
// Negative: without zlib's own header. The largest, which fits every sender.
constexpr int kWindowBits = -15;
// zlib sets it in data_type when a block has just ended.
constexpr int kAtEndOfBlock = 128;
// What larger messages leave behind is given back.
constexpr std::size_t kMaxKeptBytes = 1024 * 1024;

}  // namespace

struct MessageInflater::Stream {
  Stream() {
    if (inflateInit2(&z, kWindowBits) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
  std::array<char, 16 * 1024> buffer;
};

MessageInflater::MessageInflater() : stream_(std::make_unique<Stream>()) {}
MessageInflater::~MessageInflater() = default;

MessageInflater::Result MessageInflater::Inflate(std::string_view compressed,
                                                 std::size_t max_bytes) {
  if (is_kept_ && compressed == compressed_) {
    return message_.size() <= max_bytes ? Result::kDone : Result::kTooBig;
  }
  is_kept_ = false;
  message_.clear();
  if (message_.capacity() > kMaxKeptBytes) message_.shrink_to_fit();
  const Result result = InflateNew(compressed, max_bytes);
  if (result == Result::kDone && compressed.size() <= kMaxKeptBytes) {
    compressed_ = compressed;
    is_kept_ = true;
  }
  return result;
}

MessageInflater::Result MessageInflater::InflateNew(std::string_view compressed,
                                                    std::size_t max_bytes) {
  inflateReset(&stream_->z);
  Result result = Take(compressed, max_bytes);
  if (result == Result::kDone) result = Take(kTail, max_bytes);
  if (result != Result::kDone) return result;
  // Else the tail was swallowed as data of a block that was cut off.
  return (stream_->z.data_type & kAtEndOfBlock) != 0 ? Result::kDone
                                                     : Result::kCorrupt;
}

// Inflates `piece`, behind what came before, to the end of message_.
MessageInflater::Result MessageInflater::Take(std::string_view piece,
                                              std::size_t max_bytes) {
  z_stream& z = stream_->z;
  std::array<char, 16 * 1024>& buffer = stream_->buffer;
  // zlib only reads it.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  z.avail_in = static_cast<uInt>(piece.size());
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = static_cast<uInt>(buffer.size());
    const int result = inflate(&z, Z_SYNC_FLUSH);
    const std::size_t size = buffer.size() - z.avail_out;
    if (size > max_bytes - message_.size()) return Result::kTooBig;
    message_.append(buffer.data(), size);
    if (result == Z_STREAM_END) {
      // A block that calls itself the last may stand anywhere (§7.2.3.5).
      inflateReset(&z);
      if (z.avail_in == 0) return Result::kDone;
    } else if (result == Z_BUF_ERROR || (result == Z_OK && z.avail_out > 0)) {
      return z.avail_in == 0 ? Result::kDone : Result::kCorrupt;
    } else if (result != Z_OK) {
      return Result::kCorrupt;
    }
  }
}

const char* Describe(MessageInflater::Result result) {
  return result == MessageInflater::Result::kTooBig
             ? "a message is larger than this client takes"
             : "a compressed message is corrupt";
}

}  // namespace tickerhub::load
