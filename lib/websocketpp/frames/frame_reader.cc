#include "frames/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "frames/control_frame.h"

namespace tickerhub::internal {
namespace {

// One byte inflates to this many at most (258 bytes in two bits).
constexpr std::size_t kMostInflated = 1032;

// Which codes a client may send: RFC 6455 §7.4.1 and §7.4.2, and what the IANA
// registry has added since (1012 to 1014).
bool IsValidCloseCode(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  if (code < 1000 || code > 1014) return false;
  return code != 1004 && code != 1005 && code != 1006;
}

// RFC 6455 §5.3, eight bytes at a time.
void Unmask(char* bytes, std::size_t size, const unsigned char mask[4],
            std::size_t place) {
  unsigned char turned[8];
  for (std::size_t i = 0; i < sizeof turned; ++i) {
    turned[i] = mask[(place + i) % 4];
  }
  std::uint64_t wide = 0;
  std::memcpy(&wide, turned, sizeof wide);
  std::size_t i = 0;
  for (; size - i >= sizeof wide; i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes + i, &word, sizeof word);
  }
  for (; i < size; ++i) {
    bytes[i] =
        static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ turned[i % 8]);
  }
}

}  // namespace

std::size_t FrameReader::Take(char* bytes, std::size_t size, Sink* sink) {
  std::size_t done = 0;
  paused_ = false;
  // TakeHeader() finishes a frame whose payload is empty.
  while (done < size && !paused_) {
    if (stopped()) return size;
    done += state_ == State::kHeader
                ? TakeHeader(bytes + done, size - done, sink)
                : TakePayload(bytes + done, size - done, sink);
  }
  return done;
}

bool FrameReader::Fail(CloseCode code, const char* reason, Sink* sink) {
  Stop();
  sink->OnError(code, reason);
  return false;
}

// ---- the header (§5.2)

// Is exact once two bytes have come.
std::size_t FrameReader::HeaderSize() const {
  if (header_size_ < 2) return 2;
  const int length = header_[1] & 0x7F;
  return 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + sizeof mask_;
}

std::size_t FrameReader::TakeHeader(const char* bytes, std::size_t size,
                                    Sink* sink) {
  std::size_t taken = 0;
  while (header_size_ < HeaderSize()) {
    if (taken == size) return taken;
    header_[header_size_++] = static_cast<unsigned char>(bytes[taken++]);
    if (header_size_ == 2 && !CheckFirstBytes(sink)) return taken;
  }
  if (!ReadLength(sink)) return taken;
  std::memcpy(mask_, header_ + header_size_ - sizeof mask_, sizeof mask_);
  header_size_ = 0;
  mask_place_ = 0;
  state_ = State::kPayload;
  if (wanted_ == 0) FinishFrame(sink);
  return taken;
}

bool FrameReader::CheckFirstBytes(Sink* sink) {
  fin_ = (header_[0] & 0x80) != 0;
  opcode_ = header_[0] & 0x0F;
  const bool rsv1 = (header_[0] & 0x40) != 0;
  if ((header_[0] & 0x30) != 0) {
    return FailProtocol("a reserved bit is set", sink);
  }
  if ((header_[1] & 0x80) == 0) {
    return FailProtocol("a frame is not masked", sink);
  }
  if (!IsControl()) return CheckDataOpcode(rsv1, sink);

  if (rsv1) {
    return FailProtocol("RSV1 is set on a control frame", sink);
  }
  if (opcode_ > kPongFrame) {
    return FailProtocol("an opcode is not known", sink);
  }
  if (!fin_) {
    return FailProtocol("a control frame is fragmented", sink);
  }
  if ((header_[1] & 0x7F) > kMaxControlBytes) {
    return FailProtocol("a control frame is too long", sink);
  }
  return true;
}

bool FrameReader::CheckDataOpcode(bool rsv1, Sink* sink) {
  if (opcode_ > kBinary) {
    return FailProtocol("an opcode is not known", sink);
  }
  if (opcode_ == kContinuation) {
    if (!in_message_) {
      return FailProtocol("there is nothing to continue", sink);
    }
    // RFC 7692 §6.1: on the first frame of a message only.
    if (rsv1) {
      return FailProtocol("RSV1 is set on a continuation frame", sink);
    }
    return true;
  }
  if (in_message_) {
    return FailProtocol("a message begins inside another one", sink);
  }
  if (rsv1 && options_.inflater == nullptr) {
    return FailProtocol("RSV1 is set, but no extension was agreed on", sink);
  }
  in_message_ = true;
  binary_ = opcode_ == kBinary;
  compressed_ = rsv1;
  judge_at_ = options_.max_message_bytes / kMostInflated;
  return true;
}

bool FrameReader::ReadLength(Sink* sink) {
  const std::size_t wide = HeaderSize() - 2 - sizeof mask_;
  wanted_ = wide == 0 ? header_[1] & 0x7FU : 0;
  for (std::size_t i = 0; i < wide; ++i) {
    wanted_ = wanted_ << 8 | header_[2 + i];
  }
  if (wide == 8 && (wanted_ >> 63) != 0) {
    return FailProtocol("a length has its highest bit set", sink);
  }
  if ((wide == 2 && wanted_ < 126) || (wide == 8 && wanted_ <= 0xFFFF)) {
    return FailProtocol("a length is not in its shortest form", sink);
  }
  // Checked before a byte is kept. The subtraction cannot overflow.
  if (!IsControl() && wanted_ > MostBytes() - message_.size()) {
    return Fail(CloseCode::kTooBig, "the message is too big", sink);
  }
  return true;
}

// ---- the payload

std::size_t FrameReader::TakePayload(char* bytes, std::size_t size,
                                     Sink* sink) {
  const std::size_t taken =
      static_cast<std::size_t>(std::min<std::uint64_t>(wanted_, size));
  Unmask(bytes, taken, mask_, mask_place_);
  mask_place_ = static_cast<std::uint8_t>((mask_place_ + taken) % 4);
  wanted_ -= taken;
  const std::string_view piece(bytes, taken);
  if (IsControl()) {
    control_.append(piece);
  } else if (!TakeDataBytes(piece, sink)) {
    return taken;
  }
  if (wanted_ == 0) FinishFrame(sink);
  return taken;
}

bool FrameReader::TakeDataBytes(std::string_view bytes, Sink* sink) {
  if (!binary_ && !compressed_ && !utf8_.Take(bytes)) {
    return Fail(CloseCode::kInvalidPayload, "the text is not UTF-8", sink);
  }
  message_.append(bytes);
  const bool whole = fin_ && wanted_ == 0;
  if (!compressed_ || whole || message_.size() < judge_at_) return true;
  return JudgeBeginning(sink);
}

// A compressed message may pass the limit long before its end comes. So its
// beginning is inflated to see, and again each time that it has grown by a
// quarter. Going on from the last time would need zlib state for each
// connection.
bool FrameReader::JudgeBeginning(Sink* sink) {
  std::string inflated;
  const MessageInflater::Result result = options_.inflater->InflateBeginning(
      message_, options_.max_message_bytes, &inflated);
  if (result != MessageInflater::Result::kDone) {
    return FailInflating(result, sink);
  }
  if (!binary_ && !Utf8Stream().Take(inflated)) {
    return Fail(CloseCode::kInvalidPayload, "the text is not UTF-8", sink);
  }
  const std::size_t room = options_.max_message_bytes - inflated.size();
  judge_at_ =
      message_.size() + std::max(message_.size() / 4, room / kMostInflated) + 1;
  return true;
}

bool FrameReader::FailInflating(MessageInflater::Result result, Sink* sink) {
  if (result == MessageInflater::Result::kTooBig) {
    return Fail(CloseCode::kTooBig, "the message is too big", sink);
  }
  return Fail(CloseCode::kInvalidPayload, "the compressed data is not valid",
              sink);
}

void FrameReader::FinishFrame(Sink* sink) {
  state_ = State::kHeader;
  if (IsControl()) {
    FinishControl(sink);
  } else if (fin_) {
    FinishMessage(sink);
  }
}

void FrameReader::FinishMessage(Sink* sink) {
  std::string data = std::exchange(message_, std::string());
  in_message_ = false;
  if (compressed_) {
    std::string inflated;
    const MessageInflater::Result result =
        options_.inflater->Inflate(data, options_.max_message_bytes, &inflated);
    if (result != MessageInflater::Result::kDone) {
      FailInflating(result, sink);
      return;
    }
    data = std::move(inflated);
    if (!binary_) utf8_.Take(data);
  }
  if (!binary_ && !utf8_.IsComplete()) {
    Fail(CloseCode::kInvalidPayload, "the text is not UTF-8", sink);
    return;
  }
  utf8_.Reset();
  sink->OnMessage(std::move(data), binary_);
}

void FrameReader::FinishControl(Sink* sink) {
  const std::string data = std::exchange(control_, std::string());
  if (opcode_ == kPingFrame) {
    sink->OnPing(data);
  } else if (opcode_ == kPongFrame) {
    sink->OnPong(data);
  } else {
    FinishClose(data, sink);
  }
}

// §5.5.1: the payload is empty, or it is a code and a reason in UTF-8.
void FrameReader::FinishClose(std::string_view data, Sink* sink) {
  if (data.empty()) {
    Stop();
    sink->OnClose(kNoCloseCode, {});
    return;
  }
  if (data.size() == 1) {
    FailProtocol("a close code has one byte", sink);
    return;
  }
  const auto code =
      static_cast<std::uint16_t>(static_cast<unsigned char>(data[0]) << 8 |
                                 static_cast<unsigned char>(data[1]));
  const std::string_view reason = data.substr(2);
  if (!IsValidCloseCode(code)) {
    FailProtocol("a close code is not valid", sink);
    return;
  }
  Utf8Stream utf8;
  if (!utf8.Take(reason) || !utf8.IsComplete()) {
    Fail(CloseCode::kInvalidPayload, "a close reason is not UTF-8", sink);
    return;
  }
  Stop();
  sink->OnClose(code, reason);
}

}  // namespace tickerhub::internal
