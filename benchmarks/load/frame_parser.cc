#include "load/frame_parser.h"

#include <algorithm>

namespace tickerhub::load {
namespace {

constexpr unsigned char kFin = 0x80;
constexpr unsigned char kReserved = 0x70;
constexpr unsigned char kRsv1 = 0x40;
constexpr unsigned char kMask = 0x80;
constexpr unsigned char kLengthBits = 0x7f;
constexpr unsigned char kLength16 = 126;
constexpr unsigned char kLength64 = 127;

bool IsKnown(unsigned char opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

// Neither a continuation nor a control frame.
bool StartsMessage(unsigned char opcode) { return opcode == 1 || opcode == 2; }

}  // namespace

const char* Describe(FrameFault fault) {
  switch (fault) {
    case FrameFault::kNone:
      return "no fault";
    case FrameFault::kReservedBit:
      return "a frame has a reserved bit set";
    case FrameFault::kReservedOpcode:
      return "a frame has a reserved opcode";
    case FrameFault::kMasked:
      return "a frame of the server is masked";
    case FrameFault::kLengthNotMinimal:
      return "a frame's length has more bytes than it needs";
    case FrameFault::kLengthTooLarge:
      return "a frame's length has its highest bit set";
    case FrameFault::kControlTooLong:
      return "a control frame has more than 125 bytes";
    case FrameFault::kControlFragmented:
      return "a control frame is fragmented";
    case FrameFault::kUnexpectedContinuation:
      return "a continuation frame continues nothing";
    case FrameFault::kMessageInMessage:
      return "a message begins inside of another";
    case FrameFault::kMessageTooBig:
      return "a message is larger than this client takes";
  }
  return "an unknown fault";
}

FrameParser::Result FrameParser::Next(std::string_view* input, Piece* piece) {
  if (fault_ != FrameFault::kNone) return Result::kBroken;
  if (!in_payload_) {
    if (!TakeHeader(input)) return Result::kNeedMore;
    fault_ = ReadHeader();
    if (fault_ != FrameFault::kNone) return Result::kBroken;
    in_payload_ = true;
    started_ = false;
  }
  if (input->empty() && remaining_ > 0) return Result::kNeedMore;

  const auto taken = static_cast<std::size_t>(
      std::min<std::uint64_t>(remaining_, input->size()));
  remaining_ -= taken;
  piece->opcode = static_cast<Opcode>(header_[0] & 0x0f);
  piece->fin = (header_[0] & kFin) != 0;
  piece->rsv1 = (header_[0] & kRsv1) != 0;
  piece->first = !started_;
  piece->last = remaining_ == 0;
  piece->data = input->substr(0, taken);
  input->remove_prefix(taken);
  started_ = true;
  if (piece->last) {
    in_payload_ = false;
    header_bytes_ = 0;
  }
  return Result::kPiece;
}

// What is known of it so far: two bytes at least.
std::size_t FrameParser::HeaderSize() const {
  if (header_bytes_ < 2) return 2;
  switch (header_[1] & kLengthBits) {
    case kLength16:
      return 4;
    case kLength64:
      return kMaxHeader;
    default:
      return 2;
  }
}

bool FrameParser::TakeHeader(std::string_view* input) {
  while (header_bytes_ < HeaderSize()) {
    if (input->empty()) return false;
    header_[header_bytes_++] = static_cast<unsigned char>(input->front());
    input->remove_prefix(1);
  }
  return true;
}

FrameFault FrameParser::ReadHeader() {
  const unsigned char opcode = header_[0] & 0x0f;
  const unsigned char allowed =
      may_compress_ && StartsMessage(opcode) ? kRsv1 : 0;
  if ((header_[0] & kReserved & ~allowed) != 0) return FrameFault::kReservedBit;
  if (!IsKnown(opcode)) return FrameFault::kReservedOpcode;
  if ((header_[1] & kMask) != 0) return FrameFault::kMasked;

  const unsigned char length = header_[1] & kLengthBits;
  if (IsControl(static_cast<Opcode>(opcode))) {
    if (length >= kLength16) return FrameFault::kControlTooLong;
    if ((header_[0] & kFin) == 0) return FrameFault::kControlFragmented;
  }
  remaining_ = length;
  if (length >= kLength16) {
    remaining_ = 0;
    for (std::size_t i = 2; i < HeaderSize(); ++i) {
      remaining_ = remaining_ << 8 | header_[i];
    }
    const std::uint64_t least = length == kLength16 ? kLength16 : 0x10000;
    if (remaining_ < least) return FrameFault::kLengthNotMinimal;
    if (remaining_ >> 63 != 0) return FrameFault::kLengthTooLarge;
  }
  return FrameFault::kNone;
}

}  // namespace tickerhub::load
