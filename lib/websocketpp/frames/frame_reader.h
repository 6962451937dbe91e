#ifndef TICKERHUB_LIB_WEBSOCKETPP_FRAMES_FRAME_READER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_FRAMES_FRAME_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/utf8.h"
#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// Inflates one message that a client has compressed (RFC 7692 §7.2.2).
class MessageInflater {
 public:
  enum class Result : std::uint8_t { kDone, kTooBig, kCorrupt };

  virtual ~MessageInflater() = default;
  /// Appends to `out`, at most `max_bytes` in all.
  virtual Result Inflate(std::string_view compressed, std::size_t max_bytes,
                         std::string* out) = 0;
  /// Inflates the beginning of a message. Returns kDone if it has no error.
  virtual Result InflateBeginning(std::string_view compressed,
                                  std::size_t max_bytes, std::string* out) = 0;
};

/// Reads the frames that a client sends (RFC 6455 §5, strictly), in pieces of
/// any size, and makes messages of them. It replaces websocketpp's reader,
/// which allows text that ends inside a character and RSV1 on continuation
/// frames, and limits the compressed size of a message instead of the inflated
/// size.
class FrameReader {
 public:
  struct Options {
    /// Bytes of one message, after inflating it. A larger one is an error 1009,
    /// which is reported as soon as it is certain.
    std::size_t max_message_bytes = 16 * 1024;
    /// Set if permessage-deflate was negotiated: RSV1 on the first frame then
    /// means that the message is compressed. If it is null, RSV1 is an error.
    /// Must outlive the reader.
    MessageInflater* inflater = nullptr;
  };

  /// Hears what the reader finds, in order. Must not destroy the reader. No
  /// call follows OnError() or OnClose().
  class Sink {
   public:
    virtual void OnMessage(std::string data, bool binary) = 0;
    virtual void OnPing(std::string_view data) = 0;
    virtual void OnPong(std::string_view data) = 0;
    /// The client closes. `code` is 1005 if it gave none (§7.1.5).
    virtual void OnClose(std::uint16_t code, std::string_view reason) = 0;
    /// The client broke a rule. Close the connection with `code`.
    virtual void OnError(CloseCode code, std::string_view reason) = 0;

   protected:
    ~Sink() = default;
  };

  explicit FrameReader(const Options& options) : options_(options) {}

  /// Reads `size` bytes and unmasks them in place. Returns how many it has
  /// read: all, unless the sink called Pause().
  std::size_t Take(char* bytes, std::size_t size, Sink* sink);

  /// For the sink: Take() returns after this message and does not touch the
  /// other bytes.
  void Pause() { paused_ = true; }

  /// For the sink, in OnMessage(): whether the message came compressed.
  bool compressed() const { return compressed_; }

  /// Ignores all further bytes.
  void Stop() { state_ = State::kStopped; }
  /// True after Stop(), OnClose() or OnError().
  bool stopped() const { return state_ == State::kStopped; }

 private:
  enum class State : std::uint8_t { kHeader, kPayload, kStopped };
  // RFC 6455 §5.2.
  enum Opcode : std::uint8_t {
    kContinuation = 0,
    kText = 1,
    kBinary = 2,
    kCloseFrame = 8,
    kPingFrame = 9,
    kPongFrame = 10,
  };
  static constexpr std::size_t kMaxHeaderBytes = 14;

  std::size_t TakeHeader(const char* bytes, std::size_t size, Sink* sink);
  std::size_t HeaderSize() const;
  bool CheckFirstBytes(Sink* sink);
  bool CheckDataOpcode(bool rsv1, Sink* sink);
  bool ReadLength(Sink* sink);
  std::size_t TakePayload(char* bytes, std::size_t size, Sink* sink);
  bool TakeDataBytes(std::string_view bytes, Sink* sink);
  bool JudgeBeginning(Sink* sink);
  bool FailInflating(MessageInflater::Result result, Sink* sink);
  void FinishFrame(Sink* sink);
  void FinishMessage(Sink* sink);
  void FinishControl(Sink* sink);
  void FinishClose(std::string_view data, Sink* sink);
  bool Fail(CloseCode code, const char* reason, Sink* sink);
  bool FailProtocol(const char* reason, Sink* sink) {
    return Fail(CloseCode::kProtocolError, reason, sink);
  }
  bool IsControl() const { return (opcode_ & 8) != 0; }
  // The limit for the bytes on the wire. Deflate makes data that it cannot make
  // smaller a little larger (RFC 1951 §3.2.4).
  std::size_t MostBytes() const {
    const std::size_t most = options_.max_message_bytes;
    return compressed_ ? most + most / 1024 + 64 : most;
  }

  Options options_;
  State state_ = State::kHeader;
  std::uint8_t opcode_ = 0;  // of the frame under way
  bool fin_ = false;
  bool in_message_ = false;  // a data message has begun
  bool binary_ = false;      // that message is binary
  bool compressed_ = false;
  bool paused_ = false;
  std::uint8_t header_size_ = 0;  // bytes of header_ that have come
  std::uint8_t mask_place_ = 0;
  unsigned char header_[kMaxHeaderBytes];
  unsigned char mask_[4] = {};
  Utf8Stream utf8_;
  std::uint64_t wanted_ = 0;  // bytes of the payload that have not come
  std::size_t judge_at_ = 0;  // bytes of message_, if it is compressed
  std::string message_;
  std::string control_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_FRAMES_FRAME_READER_H_
