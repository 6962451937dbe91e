#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_

// The websocketpp configuration of an event loop, and its transport policy.
//
// One thread runs one endpoint, so nothing here locks: concurrency::none, no
// multithreading, no logging. The transport is a bare socket and what waits for
// it, a hundred bytes, where websocketpp's Asio transport keeps two buffers of
// a kilobyte, timers and a strand. It differs in what it promises, too:
//
// - It says when something waits to be written and when nothing does any more,
//   so that a broadcast may write straight to the socket without passing
//   anything that waits, and what each finished write was worth in bytes, so
//   that queues can be bounded. A write that the kernel takes at once ends
//   before async_write() returns.
// - Once the handshake is done it hands what the client sends to the loop
//   rather than to websocketpp, whose reader is not strict enough
//   (frame_reader.h), and it can hold that without the races of
//   pause_reading().
// - It ends a connection as RFC 6455 §7.1.1 asks: it says that it has sent all,
//   then reads on until the client hangs up; else the kernel would answer
//   unread input with a reset, which can destroy the close frame, or the HTTP
//   error, on its way. An end is never told from inside a call: whoever walks
//   through the sessions may close any of them.

#include <sys/uio.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

#include "handshake/complete_response.h"
#include "handshake/loop_message.h"
#include "handshake/strict_request.h"

namespace tickerhub::internal {

// The listeners hear from the transports of a loop's connections. `slot` is
// what a connection was attached with.

/// Hears what a client sends after the handshake.
class TransportReadListener {
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
  ~TransportReadListener() = default;
};

/// Hears how the writes of websocketpp go.
class TransportWriteListener {
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
  ~TransportWriteListener() = default;
};

/// Hears of connections that end.
class TransportEndListener {
 public:
  /// The connection ends when the client hangs up, or when DontLinger() is
  /// called.
  virtual void OnLingering(std::uint32_t slot) = 0;

 protected:
  ~TransportEndListener() = default;
};

/// The listeners of a loop, and the context on which a connection's end is
/// reported: never from inside a call.
struct TransportListeners {
  TransportReadListener& reader;
  TransportWriteListener& writer;
  TransportEndListener& end;
  asio::io_context& io;
};

/// The part that does not depend on websocketpp's configuration.
class LoopTransportConnection
    : public std::enable_shared_from_this<LoopTransportConnection> {
 public:
  using ptr = std::shared_ptr<LoopTransportConnection>;
  // What websocketpp wants to see; there are no timers, see loop/deadlines.h.
  struct NoTimer {
    void cancel() {}
  };
  using timer_ptr = std::shared_ptr<NoTimer>;

  template <typename Log, typename ErrorLog>
  LoopTransportConnection(bool, const Log&, const ErrorLog&) {}
  ~LoopTransportConnection();
  LoopTransportConnection(const LoopTransportConnection&) = delete;
  LoopTransportConnection& operator=(const LoopTransportConnection&) = delete;

  ptr get_shared() { return shared_from_this(); }

  /// Owns the descriptor, which must not block. `listeners` must outlive the
  /// connection, unless Detach() is called. REQUIRES: before the connection
  /// starts.
  void Attach(const TransportListeners* listeners, std::uint32_t slot,
              int descriptor);
  void Detach() { listeners_ = nullptr; }

  // The loop calls these when the socket is ready.

  /// Reads into `buffer`, a few times at most, and hands on what has come.
  void ReadSome(char* buffer, std::size_t size);
  void WriteSome();
  /// The client has sent all, or the connection broke: the end of what can be
  /// read will not be told of once more.
  void ExpectEnd() { end_is_near_ = true; }

  /// The kernel has just refused a write that passed by this transport.
  void WaitUntilWritable() { writable_ = false; }

  /// From now on, what comes is the listener's. Call when the handshake is
  /// done.
  void TakeOverReading() { taken_over_ = true; }
  /// Hands on no more bytes until ResumeReading().
  void HoldReading() { holding_ = true; }
  /// Hands these bytes on again, before any others. For a listener that has
  /// called HoldReading() in the middle of them.
  void KeepUnread(const char* data, std::size_t size) {
    early_bytes_ = std::make_unique<std::string>(data, size);
    read_was_held_ = true;
  }
  void ResumeReading();

  /// The connection's end will not wait for the client to hang up.
  void DontLinger();
  void StopLingering();

  /// Of the other side; empty if it has gone.
  std::string RemoteAddress() const;

  // websocketpp asks for these.
  bool is_secure() const { return false; }
  void set_handle(const ::websocketpp::connection_hdl&) {}
  std::string get_remote_endpoint() const { return {}; }  // for its logs
  timer_ptr set_timer(long, const ::websocketpp::transport::timer_handler&) {
    return nullptr;
  }

 protected:
  void init(const ::websocketpp::transport::init_handler& handler) {
    handler(::websocketpp::lib::error_code());
  }
  ::websocketpp::lib::error_code dispatch(
      const ::websocketpp::transport::dispatch_handler& handler) {
    handler();
    return {};
  }
  ::websocketpp::lib::error_code interrupt(
      const ::websocketpp::transport::interrupt_handler& handler) {
    asio::post(listeners_->io, handler);
    return {};
  }
  void async_read_at_least(std::size_t at_least, char* buffer, std::size_t size,
                           ::websocketpp::transport::read_handler handler);
  /// The handshake's response, and HTTP's.
  void async_write(const char* data, std::size_t size,
                   ::websocketpp::transport::write_handler handler);
  /// Frames.
  void async_write(const std::vector<::websocketpp::transport::buffer>& buffers,
                   ::websocketpp::transport::write_handler handler);
  void async_shutdown(::websocketpp::transport::shutdown_handler handler);

 private:
  // What the kernel did not take yet. Rare, hence apart.
  struct Waiting {
    std::vector<iovec> pieces;
    std::size_t first = 0;  // the pieces before it are written
    std::size_t bytes = 0;  // of the whole write
    ::websocketpp::transport::write_handler handler;
  };
  // The end of a connection. Once each, hence apart.
  struct Ending {
    std::size_t drained_bytes = 0;
    ::websocketpp::transport::shutdown_handler handler;
  };

  void Write(Waiting write);
  bool WriteToKernel(Waiting* waiting, std::error_code* error);
  void FinishWrite(const Waiting& finished, const std::error_code& error);

  bool TakeRead(char* data, std::size_t size);
  void FeedHandshake(char** data, std::size_t* size);
  std::size_t BytesOfHead(const char* data, std::size_t size);
  void TakeReadEnd(const std::error_code& error);
  bool MayRead() const;
  void Finish();

  const TransportListeners* listeners_ = nullptr;
  std::uint32_t slot_ = 0;
  int descriptor_ = -1;
  bool writable_ = true;  // as far as is known
  bool taken_over_ = false;
  bool holding_ = false;
  bool read_was_held_ = false;  // and has to be made up for
  bool end_is_near_ = false;    // behind what can be read
  bool hung_up_ = false;        // a read has failed: the client has gone
  bool may_linger_ = true;
  bool head_was_read_ = false;
  std::uint8_t head_end_seen_ = 0;  // of CR LF CR LF, how many came in a row
  std::unique_ptr<Waiting> waiting_;
  std::unique_ptr<Ending> ending_;
  // Were read before they could be handed on: they came with the head, or
  // reading was held in the middle of them.
  std::unique_ptr<std::string> early_bytes_;
  // Where websocketpp wants the next bytes of the handshake, if it does.
  char* handshake_buffer_ = nullptr;
  std::size_t handshake_buffer_size_ = 0;
  ::websocketpp::transport::read_handler on_handshake_read_;
};

class LoopTransport {
 public:
  using transport_con_type = LoopTransportConnection;
  using transport_con_ptr = transport_con_type::ptr;

  bool is_secure() const { return false; }

 protected:
  template <typename Log, typename ErrorLog>
  void init_logging(const Log&, const ErrorLog&) {}
  ::websocketpp::lib::error_code init(const transport_con_ptr&) { return {}; }
};

/// As websocketpp's own configs: every type is named anew, because the base's
/// typedefs refer to each other.
struct LoopConfig : public ::websocketpp::config::core {
  using type = LoopConfig;
  using base = ::websocketpp::config::core;

  using concurrency_type = ::websocketpp::concurrency::none;
  using request_type = StrictRequest;
  using response_type = CompleteResponse;
  using message_type = LoopMessage;
  using con_msg_manager_type = LoopMessage::ConnectionPool;
  using endpoint_msg_manager_type = LoopMessage::EndpointPool;
  using alog_type = ::websocketpp::log::stub;
  using elog_type = ::websocketpp::log::stub;
  using rng_type = base::rng_type;
  using transport_type = LoopTransport;

  static const bool enable_multithreading = false;

  // Every connection holds one for its life, for its handshake.
  static const std::size_t connection_read_buffer_size = 128;
};

using LoopEndpoint = ::websocketpp::server<LoopConfig>;
using ConnectionPtr = LoopEndpoint::connection_ptr;

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
