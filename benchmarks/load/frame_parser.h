#ifndef TICKERHUB_BENCHMARKS_LOAD_FRAME_PARSER_H_
#define TICKERHUB_BENCHMARKS_LOAD_FRAME_PARSER_H_

// Takes a server's WebSocket frames (RFC 6455 §5.2) out of a byte stream that
// comes in any pieces. Payloads are not copied: each piece points into what was
// given. The state is two dozen bytes, because a load has thousands of it.
//
//   std::string_view input = …;  // what recv() gave
//   FrameParser::Piece piece;
//   while (parser.Next(&input, &piece) == FrameParser::Result::kPiece) …
//
// Threads: none of its own; use each parser on one thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickerhub::load {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

inline bool IsControl(Opcode opcode) {
  return opcode == Opcode::kClose || opcode == Opcode::kPing ||
         opcode == Opcode::kPong;
}

/// What a server did that RFC 6455 forbids.
enum class FrameFault : std::uint8_t {
  kNone,
  kReservedBit,
  kReservedOpcode,
  kMasked,
  kLengthNotMinimal,
  kLengthTooLarge,
  kControlTooLong,
  kControlFragmented,
  kUnexpectedContinuation,  // found by MessageReader
  kMessageInMessage,        // …
  kMessageTooBig,           // …
};

/// "a frame has a reserved bit set"
const char* Describe(FrameFault fault);

class FrameParser {
 public:
  /// A part of one frame's payload, or all of it.
  struct Piece {
    Opcode opcode = Opcode::kContinuation;
    bool fin = false;
    bool first = false;     ///< the frame begins with it
    bool last = false;      ///< the frame ends with it
    bool rsv1 = false;      ///< the message is compressed (RFC 7692 §6)
    std::string_view data;  ///< as long as the input lives
  };

  enum class Result : std::uint8_t { kPiece, kNeedMore, kBroken };

  /// From now on a message may be compressed: the first frame of a text or
  /// binary message may have RSV1 set.
  void AllowCompression() { may_compress_ = true; }

  /// Takes one piece from the front of `*input`. After kNeedMore the input is
  /// used up. After kBroken, fault() says why and the stream is lost.
  Result Next(std::string_view* input, Piece* piece);

  FrameFault fault() const { return fault_; }

 private:
  static constexpr std::size_t kMaxHeader = 10;

  std::size_t HeaderSize() const;
  bool TakeHeader(std::string_view* input);
  FrameFault ReadHeader();

  std::uint64_t remaining_ = 0;  // of the payload, once the header is complete
  unsigned char header_[kMaxHeader] = {};
  std::uint8_t header_bytes_ = 0;  // that have come
  bool in_payload_ = false;
  bool started_ = false;  // a piece of this frame was given
  bool may_compress_ = false;
  FrameFault fault_ = FrameFault::kNone;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_FRAME_PARSER_H_
