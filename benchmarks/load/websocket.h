#ifndef TICKERHUB_BENCHMARKS_LOAD_WEBSOCKET_H_
#define TICKERHUB_BENCHMARKS_LOAD_WEBSOCKET_H_

// The opening handshake (RFC 6455 §4.1) and frames (§5), as a client reads and
// writes them.
//
//   std::string_view input = received;
//   FrameReader::Message message;
//   while (reader.Next(&input, &message)) Use(message.data);
//
// Threads: use each reader on one thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
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

inline bool IsControl(Opcode opcode) { return opcode >= Opcode::kClose; }

/// Takes messages out of what a server sends, which may come in any pieces. A
/// message that comes as a whole is not copied. A client at rest holds no
/// buffer.
class FrameReader {
 public:
  static constexpr std::size_t kMaxMessageBytes = std::size_t{16} << 20;

  struct Message {
    Opcode opcode = Opcode::kText;  ///< never kContinuation
    std::string_view data;          ///< valid until the next call
    bool compressed = false;        ///< `data` is still compressed (RFC 7692)
  };

  /// From now on a message may be compressed.
  void AllowCompression() { may_compress_ = true; }

  /// Takes the next message or control frame from the front of `*input`.
  /// Returns false if there is no more: the input is used up, or fault() says
  /// why the rest of the stream cannot be read.
  bool Next(std::string_view* input, Message* message);

  /// A sentence; null as long as there is no fault.
  const char* fault() const { return fault_; }

 private:
  struct Partial {
    std::string rest;     // of a frame, as far as it has come
    std::string frame;    // that has come in pieces, until the next call
    std::string message;  // its fragments so far
    Opcode opcode = Opcode::kText;
    bool compressed = false;
    bool in_message = false;
  };

  std::optional<std::string_view> TakeFrame(std::string_view* input);
  std::size_t Missing(std::string_view frame);
  const char* FaultOf(std::string_view header) const;
  bool AddFrame(std::string_view frame, Message* message);
  bool AddFragment(std::string_view data, bool last, Message* message);

  std::unique_ptr<Partial> partial_;
  const char* fault_ = nullptr;
  bool may_compress_ = false;
};

/// A frame as a client sends it. The mask is always the same one: no proxy is
/// to be protected here. REQUIRES: payload.size() < 126.
std::string MaskedFrame(Opcode opcode, std::string_view payload);

/// The payload of a close frame.
std::string ClosePayload(std::uint16_t code);

/// The code in a close frame's payload; 1005 if there is none.
std::uint16_t CloseCodeOf(std::string_view payload);

/// The key of RFC 6455 §1.3 and its answer. Every connection uses it: a hash
/// for each of a hundred thousand clients would measure the load.
inline constexpr std::string_view kHandshakeKey = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view kHandshakeAccept =
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// `host` as in the Host field, `path` with its query. `compression` offers
/// permessage-deflate without context takeover.
std::string HandshakeRequest(std::string_view host, std::string_view path,
                             bool compression);

struct HandshakeAnswer {
  std::size_t bytes = 0;     ///< of the header; 0 if it is not complete
  bool compression = false;  ///< the server agreed to it
  std::string error;         ///< why the handshake failed, as a sentence
};

/// Reads the front of what a server has answered so far to a request that did,
/// or did not, offer `compression`.
HandshakeAnswer ReadHandshakeAnswer(std::string_view bytes, bool compression);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_WEBSOCKET_H_
