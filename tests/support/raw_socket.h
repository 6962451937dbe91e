#ifndef TICKERHUB_TESTS_SUPPORT_RAW_SOCKET_H_
#define TICKERHUB_TESTS_SUPPORT_RAW_SOCKET_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tickerhub::testing {

/// A TCP connection for bytes made by hand. What a method waits for it waits
/// for at most kDeadline.
class RawSocket {
 public:
  struct Frame {
    int opcode = 0;
    bool fin = false;
    bool masked = false;
    bool shortest = true;  // its length is in the shortest form
    std::string payload;

    /// Of a close frame: its code, 0 if it has none.
    int close_code() const;
  };

  RawSocket() = default;
  /// `receive_buffer_bytes`: SO_RCVBUF; 0: the system's default.
  explicit RawSocket(std::uint16_t port, int receive_buffer_bytes = 0);
  virtual ~RawSocket() { Close(); }
  RawSocket(RawSocket&& other) noexcept { *this = std::move(other); }
  RawSocket& operator=(RawSocket&& other) noexcept;

  bool connected() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

  /// False if it broke, or if the other side did not take all of it in time.
  bool Send(std::string_view bytes);
  /// Writes until the kernel takes no more without waiting; returns how much.
  std::size_t SendWhatFits(std::string_view bytes);

  /// What came up to and with `delimiter`; less if the connection ended.
  std::string ReadUntil(std::string_view delimiter);
  /// The next `count` bytes; less if the connection ended.
  std::string ReadBytes(std::size_t count);
  /// Everything that comes until the other side has closed (or reset) the
  /// connection. ended() tells whether it has.
  std::string ReadToEnd();
  /// Takes what has come from the kernel, for the methods above. Doesn't wait.
  void ReadAvailable();
  /// Whether the other side has closed or reset it, as far as it was read.
  bool ended() const { return ended_; }
  /// … with a reset, rather than in order.
  bool was_reset() const { return was_reset_; }
  /// The next frame; nothing if the connection ended before.
  std::optional<Frame> ReadFrame();
  /// Reads frames, dropping those that are not a close frame.
  std::optional<Frame> ReadCloseFrame();

  /// Asks for a session at `path`; true if the server agreed.
  bool Upgrade(std::string_view path);

  void ShutdownSend();
  void Close();
  /// Ends the connection with a reset (RST).
  void Reset();

 protected:
  // Like send() and recv() that do not wait.
  virtual ssize_t SendSome(const char* data, std::size_t size);
  virtual ssize_t ReceiveSome(char* buffer, std::size_t size);

 private:
  // Both add what comes to received_; false if nothing did: at the end, if
  // there is nothing now, or at the deadline.
  bool ReadOnce();
  bool ReadMore();
  std::string Take(std::size_t count);

  int descriptor_ = -1;
  std::string received_;
  bool ended_ = false;
  bool was_reset_ = false;
};

constexpr int kContinuation = 0;
constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kCloseOpcode = 8;
constexpr int kPing = 9;
constexpr int kPong = 10;

/// A frame as clients send it, masked (RFC 6455 §5.3).
std::string ClientFrame(int opcode, std::string_view payload, bool fin = true);
/// The payload of a close frame.
std::string ClosePayload(std::uint16_t code, std::string_view reason = "");
/// A handshake, up to and with the empty line. `version`: of the protocol.
std::string UpgradeRequest(std::string_view path,
                           std::string_view version = "13");
/// … that offers `extensions`, none if empty.
std::string OfferRequest(std::string_view path, std::string_view extensions);

/// Sends one request and returns the whole response.
std::string Exchange(std::uint16_t port, std::string_view request);
/// The same for a request of `method` without a body.
std::string Fetch(std::uint16_t port, std::string_view method,
                  std::string_view target, std::string_view headers = "");

/// Of a response: the status (0 if there is none), a header's value (empty if
/// there is none), the body.
int StatusOf(std::string_view response);
std::string HeaderOf(std::string_view response, std::string_view name);
std::string BodyOf(std::string_view response);

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_RAW_SOCKET_H_
