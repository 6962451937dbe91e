#include "frames/message_deflate.h"

#include <zlib.h>

#include <array>
#include <new>

namespace tickerhub::internal {
namespace {

// The end of a message's last block. It is not sent (RFC 7692 §7.2.1).
constexpr std::string_view kTail("\x00\x00\xFF\xFF", 4);

constexpr int kMemoryLevel = 8;
constexpr int kLargestWindowBits = 15;
// zlib: set in data_type when a block has just ended.
constexpr int kAtEndOfBlock = 128;

Bytef* MutableBytes(std::string_view text) {
  // zlib only reads what next_in points to.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

// Negative window bits mean a raw stream, without zlib's own header.
struct ZlibMessageInflater::Stream {
  Stream() {
    if (inflateInit2(&z, -kLargestWindowBits) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Inflates the next piece.
  Result Take(std::string_view piece, std::size_t max_bytes, std::string* out) {
    z.next_in = MutableBytes(piece);
    z.avail_in = static_cast<uInt>(piece.size());
    for (;;) {
      z.next_out = reinterpret_cast<Bytef*>(buffer.data());
      z.avail_out = static_cast<uInt>(buffer.size());
      const int result = inflate(&z, Z_SYNC_FLUSH);
      const std::size_t size = buffer.size() - z.avail_out;
      if (out->size() + size > max_bytes) return Result::kTooBig;
      out->append(buffer.data(), size);
      if (result == Z_STREAM_END) {
        // A final block may be in the middle (RFC 7692 §7.2.3.5).
        inflateReset(&z);
        if (z.avail_in == 0) return Result::kDone;
      } else if (result == Z_BUF_ERROR || (result == Z_OK && z.avail_out > 0)) {
        return z.avail_in == 0 ? Result::kDone : Result::kCorrupt;
      } else if (result != Z_OK) {
        return Result::kCorrupt;
      }
    }
  }

  z_stream z{};
  std::array<char, 16 * 1024> buffer;
};

ZlibMessageInflater::ZlibMessageInflater()
    : stream_(std::make_unique<Stream>()) {}
ZlibMessageInflater::~ZlibMessageInflater() = default;

MessageInflater::Result ZlibMessageInflater::Inflate(
    std::string_view compressed, std::size_t max_bytes, std::string* out) {
  inflateReset(&stream_->z);
  Result result = stream_->Take(compressed, max_bytes, out);
  if (result == Result::kDone) result = stream_->Take(kTail, max_bytes, out);
  if (result != Result::kDone) return result;
  // The tail must end a block. It must not be data of a block that was cut off.
  return (stream_->z.data_type & kAtEndOfBlock) != 0 ? Result::kDone
                                                     : Result::kCorrupt;
}

MessageInflater::Result ZlibMessageInflater::InflateBeginning(
    std::string_view compressed, std::size_t max_bytes, std::string* out) {
  inflateReset(&stream_->z);
  return stream_->Take(compressed, max_bytes, out);
}

struct MessageDeflater::Stream {
  explicit Stream(int window_bits) {
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits,
                     kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
};

MessageDeflater::MessageDeflater(int window_bits)
    : stream_(std::make_unique<Stream>(window_bits)) {}
MessageDeflater::~MessageDeflater() = default;

std::string MessageDeflater::Deflate(std::string_view message) {
  // RFC 7692 §7.2.3.6.
  if (message.empty()) return std::string(1, '\0');
  z_stream& z = stream_->z;
  deflateReset(&z);
  // deflateBound() is for one final block; a flush adds a few bytes.
  std::string out(deflateBound(&z, static_cast<uLong>(message.size())) + 16,
                  '\0');
  z.next_in = MutableBytes(message);
  z.avail_in = static_cast<uInt>(message.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_SYNC_FLUSH);
  out.resize(out.size() - z.avail_out - kTail.size());
  return out;
}

}  // namespace tickerhub::internal
