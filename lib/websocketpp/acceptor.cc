#include "acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <asio/error.hpp>
#include <asio/socket_base.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "connections/socket_address.h"
#include "streams/stream.h"

namespace tickerhub::internal {
namespace {

// Accept errors, such as too few descriptors, do not go away at once.
constexpr std::chrono::milliseconds kBackOff{100};

// After these, other work of the loop has its turn.
constexpr int kAcceptsATurn = 64;

// accept(2): an error of the one connection that was to be accepted.
bool ConcernsOneConnection(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO ||
         error == EPERM;
}

// So long connections wait that come too fast.
constexpr std::chrono::milliseconds kTooFast{5};

using ReusePort =
    asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using UnsentBytes =
    asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

}  // namespace

Acceptor::Acceptor(asio::io_context& context, const ServerOptions& options,
                   const Listener& listener, std::uint8_t number, LogSink& log,
                   Callbacks callbacks)
    : context_(context),
      options_(options),
      listener_(listener),
      number_(number),
      log_(log),
      callbacks_(std::move(callbacks)),
      acceptor_(context),
      back_off_(context) {}

Status Acceptor::Listen() {
  asio::ip::tcp::resolver resolver(context_);
  std::error_code error;
  const auto found =
      resolver.resolve(listener_.address, std::to_string(listener_.port),
                       asio::ip::resolver_base::passive |
                           asio::ip::resolver_base::numeric_service,
                       error);
  // An empty name would resolve to every interface.
  if (error || found.empty() || listener_.address.empty()) {
    return {StatusCode::kNotFound,
            "'" + listener_.address +
                "' is neither an address nor a name that is known here; give "
                "one like 127.0.0.1, or 0.0.0.0 for every interface"};
  }
  return Bind(found.begin()->endpoint());
}

Status Acceptor::Bind(const asio::ip::tcp::endpoint& endpoint) {
  std::error_code error;
  std::error_code ignored;
  acceptor_.open(endpoint.protocol(), error);
  if (error) return Explain(error);
  acceptor_.set_option(asio::socket_base::reuse_address(true), ignored);
  if (listener_.reuse_port) acceptor_.set_option(ReusePort(true), error);
  if (error) return Explain(error);
  // Connections inherit the options of the listening socket. Without this one,
  // Nagle's algorithm and delayed acknowledgements together hold small messages
  // back for 40 ms.
  acceptor_.set_option(asio::ip::tcp::no_delay(true), ignored);
  acceptor_.non_blocking(true, ignored);
  if (options_.socket_send_buffer_bytes > 0) {
    acceptor_.set_option(asio::socket_base::send_buffer_size(static_cast<int>(
                             options_.socket_send_buffer_bytes)),
                         ignored);
  }
  if (options_.socket_receive_buffer_bytes > 0) {
    acceptor_.set_option(
        asio::socket_base::receive_buffer_size(
            static_cast<int>(options_.socket_receive_buffer_bytes)),
        ignored);
  }
  if (options_.socket_unsent_bytes > 0) {
    acceptor_.set_option(
        UnsentBytes(static_cast<int>(options_.socket_unsent_bytes)), ignored);
  }
  acceptor_.bind(endpoint, error);
  if (!error)
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    acceptor_.close(ignored);
    return Explain(error);
  }
  const asio::ip::tcp::endpoint bound = acceptor_.local_endpoint(ignored);
  port_ = bound.port();
  is_loopback_ = bound.address().is_loopback();
  return {};
}

Status Acceptor::Explain(const std::error_code& error) const {
  const std::string port = std::to_string(listener_.port);
  if (error == asio::error::address_in_use) {
    return {StatusCode::kAlreadyExists,
            "port " + port + " of " + listener_.address +
                " is taken by another program; stop that one or choose another "
                "port (0 finds a free one)"};
  }
  if (error == asio::error::access_denied) {
    return {StatusCode::kPermissionDenied,
            "you may not listen on port " + port +
                "; ports below 1024 are the administrator's, so choose a "
                "higher one"};
  }
  // Asio's category does not know std::errc's name for it.
  if (error.value() == EADDRNOTAVAIL &&
      error.category() == asio::error::get_system_category()) {
    return {StatusCode::kNotFound,
            "this machine has no address " + listener_.address +
                "; use 127.0.0.1 for this machine alone or 0.0.0.0 for every "
                "interface"};
  }
  if (error == asio::error::address_family_not_supported) {
    return {StatusCode::kUnavailable,
            "this machine does not speak the protocol of address " +
                listener_.address + "; use an IPv4 address such as 127.0.0.1"};
  }
  return {StatusCode::kUnavailable, "can't listen on port " + port + " of " +
                                        listener_.address + ": " +
                                        error.message()};
}

void Acceptor::Close() {
  std::error_code ignored;
  back_off_.cancel();
  acceptor_.close(ignored);
}

void Acceptor::Accept() {
  acceptor_.async_wait(asio::socket_base::wait_read,
                       [this](const std::error_code& error) {
                         if (error || !acceptor_.is_open()) return;
                         AcceptSome();
                       });
}

void Acceptor::AcceptSome() {
  for (int i = 0; i < kAcceptsATurn; ++i) {
    if (!listener_.admin && !callbacks_.may_accept()) {
      delayed_.Add();
      AcceptAfter(kTooFast);
      return;
    }
    sockaddr_storage address = {};
    socklen_t size = sizeof address;
    const int descriptor = ::accept4(acceptor_.native_handle(),
                                     reinterpret_cast<sockaddr*>(&address),
                                     &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      Take(descriptor, RemoteAddressOf(address));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (!ConcernsOneConnection(errno)) {
      BackOff({errno, std::generic_category()});
      return;
    }
  }
  Accept();
}

void Acceptor::Take(int descriptor, const RemoteAddress& remote) {
  Arrival arrival{OwnedDescriptor(descriptor), remote, number_};
  if (!acceptor_.is_open()) return;  // the loops may have ended
  accepted_.Add();
  if (remote.family() == RemoteAddress::Family::kIpv6) accepted_ipv6_.Add();
  told_of_back_off_ = false;
  callbacks_.take(std::move(arrival));
}

void Acceptor::BackOff(const std::error_code& error) {
  if (!told_of_back_off_) {
    log_.Write(LogLevel::kError,
               "can't accept connections, trying on: " + error.message());
    told_of_back_off_ = true;
  }
  AcceptAfter(kBackOff);
}

void Acceptor::AcceptAfter(std::chrono::milliseconds delay) {
  back_off_.expires_after(delay);
  back_off_.async_wait([this](const std::error_code& stopped) {
    if (!stopped && acceptor_.is_open()) Accept();
  });
}

}  // namespace tickerhub::internal
