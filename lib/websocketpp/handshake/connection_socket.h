#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_CONNECTION_SOCKET_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_CONNECTION_SOCKET_H_

#include <sys/uio.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace tickerhub::internal {

// The listeners hear from the transports of a loop's connections. `slot` is
// what a connection was attached with.

/// Hears what a client sends after the handshake.
class SocketReadListener {
 public:
  /// Takes what the client has sent and may change the bytes. Must not end the
  /// connection before it returns. Returns whether to read on.
  virtual bool OnBytes(std::uint32_t slot, char* data, std::size_t size) = 0;
  /// The client has hung up, or the connection broke.
  virtual void OnReadError(std::uint32_t slot,
                           const std::error_code& error) = 0;
  /// There may be more to read: call ReadSome() again, after other connections
  /// had their turn.
  virtual void OnMoreToRead(std::uint32_t slot) = 0;

 protected:
  ~SocketReadListener() = default;
};

/// Hears how the writes of websocketpp go.
class SocketWriteListener {
 public:
  /// The kernel did not take everything, so something waits.
  virtual void OnBusy(std::uint32_t slot) = 0;
  /// The kernel has taken `bytes` bytes.
  virtual void OnWritten(std::uint32_t slot, std::size_t bytes) = 0;
  /// After a write: nothing waits any more.
  virtual void OnIdle(std::uint32_t slot) = 0;
  /// The connection is ending: nothing may be written to it any more.
  virtual void OnEnding(std::uint32_t slot) = 0;

 protected:
  ~SocketWriteListener() = default;
};

/// The listeners of a loop, and the context on which a connection's end is
/// reported: never from inside a call.
struct SocketListeners {
  SocketReadListener& reader;
  SocketWriteListener& writer;
  /// A connection ends when the client hangs up, or when DontLinger() is
  /// called.
  std::function<void(std::uint32_t slot)> on_lingering;
  asio::io_context& io;
};

/// The socket of one connection, and what waits to be written to it: a hundred
/// bytes. websocketpp's Asio transport has two buffers of a kilobyte, timers
/// and a strand. This one promises more, too:
///
/// - It reports when something waits to be written and when nothing waits any
///   more. So a broadcast may write straight to the socket and overtakes
///   nothing. It reports the bytes of each finished write, so queues can be
///   bounded. A write that the kernel takes at once ends before Write()
///   returns.
/// - During the handshake it hands the client's bytes to whoever called
///   ReadHandshake(). After TakeOverReading() it hands them to the listener. It
///   can hold reading without losing a byte.
/// - It ends a connection as RFC 6455 §7.1.1 asks: it shuts down its sending
///   half and reads on until the client hangs up. Otherwise the kernel would
///   answer unread input with a reset, which can destroy the close frame or the
///   HTTP error on its way. It never reports an end from inside a call, so a
///   caller that walks through the sessions may close any of them.
///
/// Threads: belongs to the loop's thread.
class ConnectionSocket : public std::enable_shared_from_this<ConnectionSocket> {
 public:
  using Handler = std::function<void(const std::error_code&)>;
  using ReadHandler = std::function<void(const std::error_code&, std::size_t)>;

  ConnectionSocket() = default;
  ~ConnectionSocket();
  ConnectionSocket(const ConnectionSocket&) = delete;
  ConnectionSocket& operator=(const ConnectionSocket&) = delete;

  /// Owns the descriptor, which must not block. `listeners` must outlive the
  /// connection, unless Detach() is called. REQUIRES: before the connection
  /// starts.
  void Attach(const SocketListeners* listeners, std::uint32_t slot,
              int descriptor);
  void Detach() { listeners_ = nullptr; }

  // The loop calls these when the socket is ready.

  /// Reads into `buffer`, a few times at most, and hands the bytes on.
  void ReadSome(char* buffer, std::size_t size);
  void WriteSome();
  /// The client has sent everything, or the connection broke. The kernel does
  /// not report this end again.
  void ExpectEnd() { end_is_near_ = true; }

  /// The kernel has just refused a write that did not go through this
  /// socket.
  void WaitUntilWritable() { writable_ = false; }

  /// From now on the listener gets the bytes. Call when the handshake is done.
  void TakeOverReading() { taken_over_ = true; }
  /// Hands on no more bytes until ResumeReading().
  void HoldReading() { holding_ = true; }
  /// Hands these bytes on again, before any others. For a listener that called
  /// HoldReading() in the middle of them.
  void KeepUnread(const char* data, std::size_t size) {
    early_bytes_ = std::make_unique<std::string>(data, size);
    read_was_held_ = true;
  }
  void ResumeReading();

  /// Ends the connection without waiting for the client to hang up.
  void DontLinger();
  void StopLingering();

  /// The address of the client; empty if it has gone.
  std::string RemoteAddress() const;

 protected:
  // What the kernel has not taken yet. Rare, so it is allocated.
  struct Waiting {
    std::vector<iovec> pieces;
    std::size_t first = 0;  // the first piece that is not written
    std::size_t bytes = 0;  // of the whole write
    Handler handler;
  };

  /// Hands the next bytes of the handshake on, in `buffer`.
  void ReadHandshake(char* buffer, std::size_t size, ReadHandler handler);
  /// Writes, or keeps what the kernel does not take. REQUIRES: no other write
  /// waits.
  void Write(Waiting write);
  /// Ends the connection; see above. Calls the handler when it has ended.
  void Shutdown(Handler handler);

  const SocketListeners& listeners() const { return *listeners_; }

 private:
  // The end of a connection. Once for each, so it is allocated.
  struct Ending {
    std::size_t drained_bytes = 0;
    Handler handler;
  };

  std::optional<std::error_code> WriteToKernel(Waiting* waiting);
  void FinishWrite(const Waiting& finished, const std::error_code& error);

  bool TakeRead(char* data, std::size_t size);
  void FeedHandshake(char** data, std::size_t* size);
  std::size_t BytesOfHead(const char* data, std::size_t size);
  void TakeReadEnd(const std::error_code& error);
  bool MayRead() const;
  void Finish();

  const SocketListeners* listeners_ = nullptr;
  std::uint32_t slot_ = 0;
  int descriptor_ = -1;
  bool writable_ = true;  // as far as is known
  bool taken_over_ = false;
  bool holding_ = false;
  bool read_was_held_ = false;  // so ResumeReading() must read
  bool end_is_near_ = false;    // after the bytes that can be read
  bool hung_up_ = false;        // a read has failed: the client has gone
  bool may_linger_ = true;
  bool head_was_read_ = false;
  std::uint8_t head_end_seen_ = 0;  // of CR LF CR LF, how many came in a row
  std::unique_ptr<Waiting> waiting_;
  std::unique_ptr<Ending> ending_;
  // Bytes that were read before they could be handed on: they came with the
  // head, or reading was held in the middle of them.
  std::unique_ptr<std::string> early_bytes_;
  // Where websocketpp wants the next bytes of the handshake; may be null.
  char* handshake_buffer_ = nullptr;
  std::size_t handshake_buffer_size_ = 0;
  ReadHandler on_handshake_read_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_CONNECTION_SOCKET_H_
