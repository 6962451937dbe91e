#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HANDSHAKE_CONNECTION_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HANDSHAKE_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "tickerhub/connect_request.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

class StrictRequest;

/// What a HandshakeConnection asks of the loop that owns its socket. `slot` is
/// what the connection was attached with.
class HandshakeListener {
 public:
  /// Send the response. When the kernel has taken all of it, call OnWritten():
  /// now or later.
  virtual void OnResponse(std::uint32_t slot, std::string_view bytes) = 0;
  /// All bytes are taken, and the request is not whole.
  virtual void OnIncomplete(std::uint32_t slot) = 0;
  /// The response is out and the WebSocket session is open. The connection is
  /// not needed any more.
  virtual void OnOpened(std::uint32_t slot) = 0;
  /// There is no session: the request is answered or was no request. End the
  /// connection.
  virtual void OnOver(std::uint32_t slot) = 0;

 protected:
  ~HandshakeListener() = default;
};

/// A websocketpp connection from the accept to the open session, or to the end
/// of an HTTP request. It has no socket: the loop reads and writes, and owns
/// what the client sends after the request. When the session opens, the loop
/// releases this object, and websocketpp has done its part.
///
/// Threads: belongs to the loop's thread. Whoever calls Feed() or OnWritten()
/// must own the connection meanwhile, because the listener may release it.
class HandshakeConnection
    : public std::enable_shared_from_this<HandshakeConnection> {
 public:
  using Handler = std::function<void(const std::error_code&)>;
  using ReadHandler = std::function<void(const std::error_code&, std::size_t)>;

  /// REQUIRES: before the connection starts. `listener` must outlive the
  /// connection, or Drop() is called. `request` is the connection's own.
  void Attach(HandshakeListener* listener, std::uint32_t slot,
              const StrictRequest& request) {
    listener_ = listener;
    slot_ = slot;
    request_ = &request;
  }

  /// Gives websocketpp the bytes of the request, as long as it wants more.
  /// Returns how many belong to the request.
  std::size_t Feed(const char* data, std::size_t size);
  /// Whether the request is not whole.
  bool WantsMore() const { return on_read_ != nullptr; }

  /// The kernel has taken the response.
  void OnWritten();

  /// What is known of the session that is about to open.
  SessionInfo& info() { return info_; }
  /// What is sent behind the response; nothing if the response is whole.
  std::optional<Payload>& shared_body() { return shared_body_; }
  /// websocketpp's response, while an admission decides.
  std::string& held_response() { return held_response_; }

  /// Forgets the listener, and the handlers, which own this connection.
  void Drop();

 protected:
  /// The next bytes of the request go into `buffer`. After the response, the
  /// call means that websocketpp has opened the session.
  void Read(char* buffer, std::size_t size, ReadHandler handler);
  void Write(std::string_view response, Handler handler);
  void End(const Handler& handler);

 private:
  HandshakeListener* listener_ = nullptr;
  std::uint32_t slot_ = 0;
  bool is_answered_ = false;
  const StrictRequest* request_ = nullptr;
  char* buffer_ = nullptr;  // where websocketpp wants the next bytes
  std::size_t buffer_size_ = 0;
  ReadHandler on_read_;
  Handler on_written_;
  SessionInfo info_;
  std::string held_response_;
  std::optional<Payload> shared_body_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_HANDSHAKE_CONNECTION_H_
