#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_SEND_QUEUE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_SEND_QUEUE_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "streams/stream.h"
#include "streams/tls_stream.h"
#include "streams/tls_wire.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// What waits for one connection because the kernel has not taken it, in order.
/// Messages are shared, not copied. A connection has a queue only while
/// something waits. With TLS, messages wait as they are. Only what is encrypted
/// already waits as a record, before everything else.
class SendQueue {
 public:
  /// Adds a frame, from its byte `begin` on.
  void Add(const Payload& payload, std::size_t begin) {
    bytes_ += payload.frame().size() - begin;
    AddPiece(payload, begin);
  }
  void Add(std::string bytes) {
    bytes_ += bytes.size();
    AddPiece(std::move(bytes), 0);
  }
  /// Adds the text of a message, without its frame.
  void AddText(const Payload& payload) {
    bytes_ += payload.text().size();
    AddPiece(Text{payload}, 0);
  }

  /// Adds the rest of records, behind those that wait already.
  void AddRecords(std::string_view bytes) {
    records_ += bytes;
    bytes_ += bytes.size();
  }

  /// Writes until the queue is empty (kDone) or the stream takes no more.
  Stream::Outcome WriteTo(Stream stream);
  /// The same for a connection whose messages are encrypted. REQUIRES: its
  /// handshake is complete, or only records wait.
  Stream::Outcome WriteTo(Stream stream, TlsStream* tls, TlsWire* wire);

  bool empty() const { return pieces_.empty() && records_.empty(); }
  /// How many bytes wait.
  std::size_t bytes() const { return bytes_; }
  /// How many of them wait behind the message that is being sent.
  std::size_t bytes_behind_first() const {
    if (pieces_.empty()) return 0;
    return bytes_ - records_.size() - BytesOf(pieces_.front()).size() +
           written_of_first_;
  }

 private:
  struct Text {
    Payload payload;
  };
  using Piece = std::variant<Payload, std::string, Text>;

  static std::string_view BytesOf(const Piece& piece) {
    if (const auto* const text = std::get_if<Text>(&piece)) {
      return text->payload.text();
    }
    const auto* const payload = std::get_if<Payload>(&piece);
    return payload != nullptr ? payload->frame()
                              : std::string_view(std::get<std::string>(piece));
  }
  // Only the first piece of a queue can be written in part.
  void AddPiece(Piece piece, std::size_t begin) {
    if (pieces_.empty()) written_of_first_ = begin;
    pieces_.push_back(std::move(piece));
  }
  // From the front of the queue, as much as one record holds.
  std::string_view GatherRecord(std::string* buffer) const;
  Stream::Outcome WriteRecords(Stream stream);
  void Remove(std::size_t bytes);

  std::deque<Piece> pieces_;
  std::size_t written_of_first_ = 0;
  std::string records_;
  std::size_t bytes_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_SEND_QUEUE_H_
