#ifndef TICKERHUB_LIB_WEBSOCKETPP_ACCEPTOR_H_
#define TICKERHUB_LIB_WEBSOCKETPP_ACCEPTOR_H_

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "hub/log_sink.h"
#include "sessions/loop_counters.h"
#include "sessions/loop_sessions.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/status.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Accepts connections and hands on their descriptors.
///
/// Threads: belongs to the thread of its context, once that runs. Any thread
/// may call port() and the counters.
class Acceptor {
 public:
  /// Are called on the context's thread.
  struct Callbacks {
    /// Returns whether a connection may be accepted now. Not asked for those of
    /// an admin listener.
    std::function<bool()> may_accept;
    std::function<void(Arrival&& arrival)> take;
  };

  /// `number`: that of `listener`, which must outlive this.
  Acceptor(asio::io_context& context, const ServerOptions& options,
           const Listener& listener, std::uint8_t number, LogSink& log,
           Callbacks callbacks);

  /// Binds and listens. Call before the context runs.
  Status Listen();
  std::uint16_t port() const { return port_; }
  const std::string& address() const { return listener_.address; }

  /// Begins to accept. Call before the context runs.
  void Start() { Accept(); }
  /// Stops listening. Call on the context's thread.
  void Close();

  /// Goes on with a connection that another thread has accepted from
  /// descriptor(). Call on the context's thread.
  void Take(int descriptor, const RemoteAddress& remote);

  /// Of the listening socket.
  int descriptor() { return acceptor_.native_handle(); }
  /// Whether only this machine can connect. REQUIRES: Listen() succeeded.
  bool is_loopback() const { return is_loopback_; }
  const Listener& listener() const { return listener_; }

  std::uint64_t accepted() const { return accepted_.Get(); }
  std::uint64_t delayed() const { return delayed_.Get(); }
  std::uint64_t accepted_ipv6() const { return accepted_ipv6_.Get(); }

 private:
  Status Bind(const asio::ip::tcp::endpoint& endpoint);
  Status Explain(const std::error_code& error) const;
  void Accept();
  void AcceptSome();
  void BackOff(const std::error_code& error);
  void AcceptAfter(std::chrono::milliseconds delay);

  asio::io_context& context_;
  const ServerOptions& options_;
  const Listener& listener_;
  const std::uint8_t number_;
  LogSink& log_;
  Callbacks callbacks_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer back_off_;
  std::uint16_t port_ = 0;
  bool is_loopback_ = false;
  bool told_of_back_off_ = false;
  Counter accepted_;
  Counter delayed_;
  Counter accepted_ipv6_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_ACCEPTOR_H_
