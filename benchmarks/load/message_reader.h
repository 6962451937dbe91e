#ifndef TICKERHUB_BENCHMARKS_LOAD_MESSAGE_READER_H_
#define TICKERHUB_BENCHMARKS_LOAD_MESSAGE_READER_H_

// Puts a server's frames together into messages. A message that came in one
// piece is handed on where it lies; only one that did not is copied, and only
// until it is complete, so that a client at rest holds no buffer.
//
// Threads: none of its own; use each reader on one thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "load/frame_parser.h"

namespace tickerhub::load {

class MessageReader {
 public:
  /// Larger than anything that a conformance test sends.
  static constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;

  struct Message {
    Opcode opcode = Opcode::kText;  ///< never kContinuation
    std::string_view data;          ///< valid until the next call
    bool compressed = false;        ///< `data` is as it came (RFC 7692 §7.2.2)
  };

  enum class Result : std::uint8_t { kMessage, kNeedMore, kBroken };

  /// From now on messages may be compressed, because both sides agreed to it.
  void AllowCompression() { parser_.AllowCompression(); }

  /// Takes the next message, control frames included, from the front of
  /// `*input`; the same promises as FrameParser::Next().
  Result Next(std::string_view* input, Message* message);

  FrameFault fault() const { return fault_; }

 private:
  struct Partial {
    std::string message;
    std::string control;
    Opcode opcode = Opcode::kText;
    bool compressed = false;  // the message
    bool in_message = false;  // some of it has come, not all
    bool message_given = false;
    bool control_given = false;
  };

  Result Break(FrameFault fault);
  void ForgetWhatWasGiven();
  FrameFault CheckOrder(const FrameParser::Piece& piece) const;
  bool AddControl(const FrameParser::Piece& piece, Message* message);
  bool AddData(const FrameParser::Piece& piece, Message* message);
  Partial& partial();

  FrameParser parser_;
  std::unique_ptr<Partial> partial_;
  FrameFault fault_ = FrameFault::kNone;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_MESSAGE_READER_H_
