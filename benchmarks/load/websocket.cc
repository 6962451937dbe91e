#include "load/websocket.h"

#include <algorithm>
#include <utility>

#include "text/field_value.h"
#include "tickerhub/header_fields.h"

namespace tickerhub::load {
namespace {

constexpr unsigned kFin = 0x80;
constexpr unsigned kRsv1 = 0x40;
constexpr unsigned kReserved = 0x70;
constexpr unsigned kMask = 0x80;
constexpr unsigned kLength16 = 126;
constexpr char kTooBig[] = "a message is larger than this client takes";

unsigned ByteAt(std::string_view bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

Opcode OpcodeOf(std::string_view frame) {
  return static_cast<Opcode>(ByteAt(frame, 0) & 0x0f);
}

// REQUIRES: two bytes have come.
std::size_t HeaderSize(std::string_view frame) {
  const unsigned length = ByteAt(frame, 1) & ~kMask;
  return length < kLength16 ? 2 : length == kLength16 ? 4 : 10;
}

// REQUIRES: the header has come.
std::uint64_t PayloadSize(std::string_view frame) {
  const std::size_t header = HeaderSize(frame);
  if (header == 2) return ByteAt(frame, 1);
  std::uint64_t size = 0;
  for (std::size_t i = 2; i < header; ++i) size = size << 8 | ByteAt(frame, i);
  return size;
}

// Agreeing without server_no_context_takeover would make each message depend on
// the one before, which this client cannot inflate.
bool IsDeflateAnswer(std::string_view chosen) {
  return chosen.substr(0, chosen.find(';')) == "permessage-deflate" &&
         chosen.find(',') == std::string_view::npos &&
         chosen.find("server_no_context_takeover") != std::string_view::npos;
}

HandshakeAnswer Failed(std::string error) {
  HandshakeAnswer answer;
  answer.error = std::move(error);
  return answer;
}

}  // namespace

bool FrameReader::Next(std::string_view* input, Message* message) {
  while (const auto frame = TakeFrame(input)) {
    if (AddFrame(*frame, message)) return true;
  }
  return false;
}

// Returns nothing if no frame is complete or there is a fault.
std::optional<std::string_view> FrameReader::TakeFrame(
    std::string_view* input) {
  if (fault_ != nullptr) return std::nullopt;
  // What it holds was given to the caller.
  if (partial_ && !partial_->in_message && partial_->rest.empty()) {
    partial_.reset();
  }
  if (!partial_ || partial_->rest.empty()) {
    if (input->empty()) return std::nullopt;
    if (Missing(*input) == 0) {
      if (fault_ != nullptr) return std::nullopt;
      const std::size_t size = HeaderSize(*input) + PayloadSize(*input);
      const std::string_view frame = input->substr(0, size);
      input->remove_prefix(size);
      return frame;
    }
    if (!partial_) partial_ = std::make_unique<Partial>();
  }
  std::string& rest = partial_->rest;
  while (const std::size_t missing = Missing(rest)) {
    if (input->empty()) return std::nullopt;
    rest.append(input->substr(0, missing));
    input->remove_prefix(std::min(missing, input->size()));
  }
  if (fault_ != nullptr) return std::nullopt;
  partial_->frame = std::move(rest);
  rest.clear();
  return partial_->frame;
}

// How many more bytes are needed at least; 0 if none or if there is a fault.
std::size_t FrameReader::Missing(std::string_view frame) {
  if (frame.size() < 2) return 2 - frame.size();
  const std::size_t header = HeaderSize(frame);
  if (frame.size() < header) return header - frame.size();
  fault_ = FaultOf(frame);
  if (fault_ != nullptr) return 0;
  const std::size_t size = header + PayloadSize(frame);
  return frame.size() < size ? size - frame.size() : 0;
}

const char* FrameReader::FaultOf(std::string_view header) const {
  const unsigned first = ByteAt(header, 0);
  const unsigned opcode = first & 0x0f;
  const bool begins = opcode == 1 || opcode == 2;
  const unsigned allowed = may_compress_ && begins ? kRsv1 : 0;
  if ((first & kReserved & ~allowed) != 0) {
    return "a frame has a reserved bit set";
  }
  if ((opcode > 2 && opcode < 8) || opcode > 10) {
    return "a frame has a reserved opcode";
  }
  if ((ByteAt(header, 1) & kMask) != 0) {
    return "a frame of the server is masked";
  }
  if (PayloadSize(header) > kMaxMessageBytes) return kTooBig;
  const bool in_message = partial_ && partial_->in_message;
  if (opcode == 0 && !in_message) {
    return "a continuation frame continues nothing";
  }
  if (begins && in_message) return "a message begins inside of another";
  return nullptr;
}

// Returns whether a message is complete.
bool FrameReader::AddFrame(std::string_view frame, Message* message) {
  const unsigned first = ByteAt(frame, 0);
  const Opcode opcode = OpcodeOf(frame);
  const std::string_view data = frame.substr(HeaderSize(frame));
  const bool fin = (first & kFin) != 0;
  if (opcode == Opcode::kContinuation) return AddFragment(data, fin, message);
  message->opcode = opcode;
  message->compressed = (first & kRsv1) != 0;
  message->data = data;
  if (fin) return true;
  if (!partial_) partial_ = std::make_unique<Partial>();
  partial_->in_message = true;
  partial_->opcode = opcode;
  partial_->compressed = message->compressed;
  partial_->message = data;
  return false;
}

bool FrameReader::AddFragment(std::string_view data, bool last,
                              Message* message) {
  if (partial_->message.size() + data.size() > kMaxMessageBytes) {
    fault_ = kTooBig;
    return false;
  }
  partial_->message += data;
  if (!last) return false;
  partial_->in_message = false;
  message->opcode = partial_->opcode;
  message->compressed = partial_->compressed;
  message->data = partial_->message;
  return true;
}

std::string MaskedFrame(Opcode opcode, std::string_view payload) {
  constexpr std::string_view kKey = "\x37\xfa\x21\x3d";
  std::string frame;
  frame += static_cast<char>(kFin | static_cast<unsigned>(opcode));
  frame += static_cast<char>(kMask | payload.size());
  frame += kKey;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ kKey[i % 4]);
  }
  return frame;
}

std::string ClosePayload(std::uint16_t code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

std::uint16_t CloseCodeOf(std::string_view payload) {
  if (payload.size() < 2) return 1005;
  return static_cast<std::uint16_t>(ByteAt(payload, 0) << 8 |
                                    ByteAt(payload, 1));
}

std::string HandshakeRequest(std::string_view host, std::string_view path,
                             bool compression) {
  std::string request = "GET ";
  request.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  request += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  request.append("Sec-WebSocket-Key: ").append(kHandshakeKey);
  request += "\r\nSec-WebSocket-Version: 13\r\n";
  if (compression) {
    request +=
        "Sec-WebSocket-Extensions: permessage-deflate; "
        "server_no_context_takeover; client_no_context_takeover\r\n";
  }
  return request + "\r\n";
}

HandshakeAnswer ReadHandshakeAnswer(std::string_view bytes, bool compression) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  const std::size_t compared = std::min(bytes.size(), kStart.size());
  if (bytes.substr(0, compared) != kStart.substr(0, compared)) {
    return Failed("the answer to the handshake is not HTTP/1.1");
  }
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  std::string_view lines = bytes.substr(kStart.size(), end - kStart.size());
  const std::string_view status = internal::TakeElement(&lines, '\n');
  if (status.substr(0, 4) != "101 ") {
    return Failed("the server answered the handshake with HTTP " +
                  std::string(status.substr(0, 3)));
  }
  HeaderFields fields;
  while (!lines.empty()) {
    std::string_view line = internal::TakeElement(&lines, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::string_view name = internal::TakeElement(&line, ':');
    fields.Append(name, internal::Trimmed(line));
  }
  if (!fields.HasToken("Upgrade", "websocket")) {
    return Failed("the answer to the handshake lacks Upgrade: websocket");
  }
  if (fields.Get("Sec-WebSocket-Accept") != kHandshakeAccept) {
    return Failed("the answer to the handshake has a wrong Accept field");
  }
  HandshakeAnswer answer;
  const std::string_view chosen = fields.Get("Sec-WebSocket-Extensions");
  answer.compression = compression && IsDeflateAnswer(chosen);
  if (!chosen.empty() && !answer.compression) {
    return Failed("the server chose an extension that was not offered");
  }
  answer.bytes = end + 4;
  return answer;
}

}  // namespace tickerhub::load
