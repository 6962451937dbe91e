#ifndef TICKERHUB_TESTS_SUPPORT_WEBSOCKET_CLIENT_H_
#define TICKERHUB_TESTS_SUPPORT_WEBSOCKET_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickerhub::testing {

/// A WebSocket client that shares no code with the server: Boost.Beast, hidden
/// here because it compiles slowly. It has no thread: it reads only while one
/// of its methods waits, so a client that is left alone is one that has stopped
/// reading. What a method waits for it waits for at most kDeadline.
class WebSocketClient {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    std::vector<std::pair<std::string, std::string>> headers;
    int receive_buffer_bytes = 0;  // SO_RCVBUF; 0: the system's default
    bool deflate = false;          // offers permessage-deflate (RFC 7692)
    int server_window_bits = 15;   // … with such a window for the server
    int client_window_bits = 15;   // … and for this client
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
  };
  struct Message {
    std::string data;
    bool binary = false;
  };
  struct CloseFrame {
    std::uint16_t code = 0;
    std::string reason;
  };

  WebSocketClient();
  ~WebSocketClient();
  WebSocketClient(WebSocketClient&&) noexcept;
  WebSocketClient& operator=(WebSocketClient&&) noexcept;

  /// True once the session is open. handshake_status() then is 101, and else
  /// what the server answered, or 0 for no answer.
  bool Connect(std::uint16_t port, const std::string& path) {
    return Connect(port, path, Options());
  }
  bool Connect(std::uint16_t port, const std::string& path,
               const Options& options);
  int handshake_status() const;

  /// True once it is written. Reads nothing meanwhile.
  bool SendText(std::string_view text);
  bool SendBinary(std::string_view data);
  /// Sends in frames of at most `frame_bytes`, text or binary.
  bool SendInFrames(std::string_view data, std::size_t frame_bytes,
                    bool binary = false);
  /// The same with a ping of `payload` behind each frame but the last.
  bool SendInFramesWithPings(std::string_view text, std::size_t frame_bytes,
                             std::string_view payload);
  bool Ping(std::string_view payload);
  /// Writes while other methods wait. One at a time.
  void BeginSendText(std::string text);

  /// The next message; nothing if the connection ended or none came in time.
  std::optional<Message> Next();
  /// Next(), as text; "(nothing)" if there was none.
  std::string NextText();
  /// Payloads of the pongs, and of the pings, that came while waiting.
  const std::vector<std::string>& pongs() const;
  const std::vector<std::string>& pings() const;
  /// Waits until there are so many; messages are dropped.
  bool WaitForPongs(std::size_t count);
  bool WaitForPings(std::size_t count);

  /// Sends a close frame and waits for the server's.
  bool Close(std::uint16_t code, std::string_view reason);
  bool Close() { return Close(1000, ""); }
  /// Reads, dropping messages, until the server's close frame has come. Nothing
  /// if the connection ended without one, or none came in time.
  std::optional<CloseFrame> WaitForClose();
  /// Closes the TCP connection without a word.
  void Vanish();
  /// The same with a reset (RST).
  void Reset();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_WEBSOCKET_CLIENT_H_
