#include "load/message_inflater.h"

namespace tickerhub::load {
namespace {

// What larger messages leave behind is given back.
constexpr std::size_t kMaxKeptBytes = 1024 * 1024;

}  // namespace

MessageInflater::Result MessageInflater::Inflate(std::string_view compressed,
                                                 std::size_t max_bytes) {
  if (is_kept_ && compressed == compressed_) {
    return message_.size() <= max_bytes ? Result::kDone : Result::kTooBig;
  }
  is_kept_ = false;
  message_.clear();
  if (message_.capacity() > kMaxKeptBytes) message_.shrink_to_fit();
  const Result result = inflater_.Inflate(compressed, max_bytes, &message_);
  if (result == Result::kDone && compressed.size() <= kMaxKeptBytes) {
    compressed_ = compressed;
    is_kept_ = true;
  }
  return result;
}

const char* Describe(MessageInflater::Result result) {
  return result == MessageInflater::Result::kTooBig
             ? "a message is larger than this client takes"
             : "a compressed message is corrupt";
}

}  // namespace tickerhub::load
