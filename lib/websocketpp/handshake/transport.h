#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_

// The websocketpp configuration of an event loop, and its transport policy.
//
// One thread runs one endpoint, so nothing here locks: concurrency::none, no
// multithreading, no logging. A websocketpp connection lives as long as its
// handshake or HTTP request; it has no socket and reads no frames
// (handshake_connection.h).

#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

#include "handshake/complete_response.h"
#include "handshake/handshake_connection.h"
#include "handshake/strict_request.h"

namespace tickerhub::internal {

/// A HandshakeConnection with the names that websocketpp calls.
class LoopTransportConnection : public HandshakeConnection {
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
  // websocketpp calls this until the request is whole, and once more when the
  // session is open.
  void async_read_at_least(std::size_t, char* buffer, std::size_t size,
                           ::websocketpp::transport::read_handler handler) {
    Read(buffer, size, std::move(handler));
  }
  void async_write(const char* data, std::size_t size,
                   ::websocketpp::transport::write_handler handler) {
    Write({data, size}, std::move(handler));
  }
  void async_shutdown(const ::websocketpp::transport::shutdown_handler& end) {
    End(end);
  }

  // websocketpp must be able to compile these calls. It never makes them,
  // because it gets no frame and is not asked to send one.
  ::websocketpp::lib::error_code interrupt(
      const ::websocketpp::transport::interrupt_handler&) {
    return std::make_error_code(std::errc::operation_not_supported);
  }
  void async_write(const std::vector<::websocketpp::transport::buffer>&,
                   const ::websocketpp::transport::write_handler& handler) {
    handler(std::make_error_code(std::errc::operation_not_supported));
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
  using message_type = ::websocketpp::message_buffer::message<
      ::websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type =
      ::websocketpp::message_buffer::alloc::con_msg_manager<message_type>;
  using endpoint_msg_manager_type =
      ::websocketpp::message_buffer::alloc::endpoint_msg_manager<
          con_msg_manager_type>;
  using alog_type = ::websocketpp::log::stub;
  using elog_type = ::websocketpp::log::stub;
  using rng_type = base::rng_type;
  using transport_type = LoopTransport;

  static const bool enable_multithreading = false;

  // As much as the loop reads at once, so that a request is one piece.
  static const std::size_t connection_read_buffer_size = 4096;
};

using LoopEndpoint = ::websocketpp::server<LoopConfig>;
using ConnectionPtr = LoopEndpoint::connection_ptr;

}  // namespace tickerhub::internal

// What websocketpp would do for nothing: write lines for its log with streams,
// though the log is a stub, and check again what StrictRequest has checked. And
// the answer to the key.
namespace websocketpp {

template <>
inline void connection<tickerhub::internal::LoopConfig>::log_open_result() {}
template <>
inline void connection<tickerhub::internal::LoopConfig>::log_close_result() {}
template <>
inline void connection<tickerhub::internal::LoopConfig>::log_fail_result() {}
template <>
inline void connection<tickerhub::internal::LoopConfig>::log_http_result() {}

template <>
inline const std::string&
connection<tickerhub::internal::LoopConfig>::get_resource() const {
  return m_request.get_uri();
}

namespace processor {

template <>
inline lib::error_code
hybi13<tickerhub::internal::LoopConfig>::validate_handshake(
    const tickerhub::internal::StrictRequest&) const {
  return {};
}

template <>
inline lib::error_code
hybi13<tickerhub::internal::LoopConfig>::extract_subprotocols(
    const tickerhub::internal::StrictRequest&, std::vector<std::string>&) {
  return {};
}

template <>
inline lib::error_code
hybi13<tickerhub::internal::LoopConfig>::process_handshake(
    const tickerhub::internal::StrictRequest& request, const std::string&,
    tickerhub::internal::CompleteResponse& response) const {
  response.Accept(request.fields().Get("Sec-WebSocket-Key"));
  return {};
}

}  // namespace processor
}  // namespace websocketpp

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_TRANSPORT_H_
