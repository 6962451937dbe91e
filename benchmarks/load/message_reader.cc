#include "load/message_reader.h"

namespace tickerhub::load {

MessageReader::Result MessageReader::Next(std::string_view* input,
                                          Message* message) {
  if (fault_ != FrameFault::kNone) return Result::kBroken;
  ForgetWhatWasGiven();
  FrameParser::Piece piece;
  for (;;) {
    switch (parser_.Next(input, &piece)) {
      case FrameParser::Result::kNeedMore:
        return Result::kNeedMore;
      case FrameParser::Result::kBroken:
        return Break(parser_.fault());
      case FrameParser::Result::kPiece:
        break;
    }
    if (piece.first) {
      const FrameFault fault = CheckOrder(piece);
      if (fault != FrameFault::kNone) return Break(fault);
    }
    const bool complete = IsControl(piece.opcode) ? AddControl(piece, message)
                                                  : AddData(piece, message);
    if (fault_ != FrameFault::kNone) return Result::kBroken;
    if (complete) return Result::kMessage;
  }
}

MessageReader::Result MessageReader::Break(FrameFault fault) {
  fault_ = fault;
  return Result::kBroken;
}

void MessageReader::ForgetWhatWasGiven() {
  if (!partial_) return;
  if (partial_->message_given) {
    partial_->message_given = false;
    partial_->message.clear();
  }
  if (partial_->control_given) {
    partial_->control_given = false;
    partial_->control.clear();
  }
  if (!partial_->in_message && partial_->control.empty()) partial_.reset();
}

FrameFault MessageReader::CheckOrder(const FrameParser::Piece& piece) const {
  if (IsControl(piece.opcode)) return FrameFault::kNone;
  const bool in_message = partial_ && partial_->in_message;
  if (piece.opcode == Opcode::kContinuation) {
    return in_message ? FrameFault::kNone : FrameFault::kUnexpectedContinuation;
  }
  return in_message ? FrameFault::kMessageInMessage : FrameFault::kNone;
}

bool MessageReader::AddControl(const FrameParser::Piece& piece,
                               Message* message) {
  message->opcode = piece.opcode;
  message->compressed = false;
  if (piece.first && piece.last) {
    message->data = piece.data;
    return true;
  }
  partial().control += piece.data;
  if (!piece.last) return false;
  partial_->control_given = true;
  message->data = partial_->control;
  return true;
}

bool MessageReader::AddData(const FrameParser::Piece& piece, Message* message) {
  const bool starts = piece.opcode != Opcode::kContinuation && piece.first;
  if (starts && piece.last && piece.fin) {
    message->opcode = piece.opcode;
    message->data = piece.data;
    message->compressed = piece.rsv1;
    return true;
  }
  Partial& kept = partial();
  if (starts) {
    kept.in_message = true;
    kept.opcode = piece.opcode;
    kept.compressed = piece.rsv1;
  }
  if (kept.message.size() + piece.data.size() > kMaxMessageBytes) {
    fault_ = FrameFault::kMessageTooBig;
    return false;
  }
  kept.message += piece.data;
  if (!piece.last || !piece.fin) return false;
  kept.in_message = false;
  kept.message_given = true;
  message->opcode = kept.opcode;
  message->compressed = kept.compressed;
  message->data = kept.message;
  return true;
}

MessageReader::Partial& MessageReader::partial() {
  if (!partial_) partial_ = std::make_unique<Partial>();
  return *partial_;
}

}  // namespace tickerhub::load
