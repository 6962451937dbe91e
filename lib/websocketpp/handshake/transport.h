#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_

// The websocketpp configuration of an event loop, and its transport policy.
//
// One thread runs one endpoint, so nothing here locks: concurrency::none, no
// multithreading, no logging. The transport is a ConnectionSocket. After the
// handshake websocketpp does not read any more, because its reader is not
// strict enough (frame_reader.h).

#include <asio/post.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

#include "handshake/complete_response.h"
#include "handshake/connection_socket.h"
#include "handshake/loop_message.h"
#include "handshake/strict_request.h"

namespace tickerhub::internal {

/// A ConnectionSocket with the names that websocketpp calls.
class LoopTransportConnection : public ConnectionSocket {
 public:
  using ptr = std::shared_ptr<LoopTransportConnection>;
  // websocketpp needs the type. There are no timers, see loop/deadlines.h.
  struct NoTimer {
    void cancel() {}
  };
  using timer_ptr = std::shared_ptr<NoTimer>;

  template <typename Log, typename ErrorLog>
  LoopTransportConnection(bool, const Log&, const ErrorLog&) {}

  ptr get_shared() {
    return std::static_pointer_cast<LoopTransportConnection>(
        shared_from_this());
  }
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
    asio::post(listeners().io, handler);
    return {};
  }
  // websocketpp calls this until the handshake is done, and once more then.
  void async_read_at_least(std::size_t, char* buffer, std::size_t size,
                           ::websocketpp::transport::read_handler handler) {
    ReadHandshake(buffer, size, std::move(handler));
  }
  // The response to the handshake or to an HTTP request.
  void async_write(const char* data, std::size_t size,
                   ::websocketpp::transport::write_handler handler) {
    async_write({::websocketpp::transport::buffer(data, size)},
                std::move(handler));
  }
  // Frames.
  void async_write(const std::vector<::websocketpp::transport::buffer>& buffers,
                   ::websocketpp::transport::write_handler handler) {
    Waiting write;
    write.pieces.reserve(buffers.size());
    for (const auto& buffer : buffers) {
      if (buffer.len == 0) continue;
      // sendmsg() only reads, but recvmsg() has the same structure.
      write.pieces.push_back({const_cast<char*>(buffer.buf), buffer.len});
      write.bytes += buffer.len;
    }
    write.handler = std::move(handler);
    Write(std::move(write));
  }
  void async_shutdown(::websocketpp::transport::shutdown_handler handler) {
    Shutdown(std::move(handler));
  }
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

/// Like websocketpp's own configs, it names every type anew, because the base's
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

  // For the handshake, but the connection keeps it for its whole life.
  static const std::size_t connection_read_buffer_size = 128;
};

using LoopEndpoint = ::websocketpp::server<LoopConfig>;
using ConnectionPtr = LoopEndpoint::connection_ptr;

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
