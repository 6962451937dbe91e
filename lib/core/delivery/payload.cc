#include "tickerhub/payload.h"

#include <cstdint>
#include <utility>

namespace tickerhub {
namespace {

// RFC 6455 §5.2.
constexpr int kFin = 0x80;
constexpr int kRsv1 = 0x40;
constexpr int kOpcodeText = 1;
constexpr int kOpcodeBinary = 2;
constexpr std::size_t kMaxLength7 = 125;
constexpr std::size_t kMaxLength16 = 65'535;
constexpr char kLength16Follows = 126;
constexpr char kLength64Follows = 127;

void AppendBigEndian(std::string* out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(number >> shift & 0xff));
  }
}

}  // namespace

Payload::Payload(std::string_view text, Kind kind, bool compressed)
    : header_size_(text.size() <= kMaxLength7    ? 2
                   : text.size() <= kMaxLength16 ? 4
                                                 : 10) {
  std::string bytes;
  bytes.reserve(header_size_ + text.size());
  bytes.push_back(
      static_cast<char>(kFin | (compressed ? kRsv1 : 0) |
                        (kind == Kind::kText ? kOpcodeText : kOpcodeBinary)));
  if (header_size_ == 2) {
    bytes.push_back(static_cast<char>(text.size()));
  } else if (header_size_ == 4) {
    bytes.push_back(kLength16Follows);
    AppendBigEndian(&bytes, text.size(), 2);
  } else {
    bytes.push_back(kLength64Follows);
    AppendBigEndian(&bytes, text.size(), 8);
  }
  bytes.append(text);
  bytes_ = std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace tickerhub
