#ifndef TICKERHUB_WEBSOCKETPP_SERVER_OPTIONS_H_
#define TICKERHUB_WEBSOCKETPP_SERVER_OPTIONS_H_

// The settings of a Server: where it listens, what it bounds, and where its log
// goes. Server::Listen() checks them and refuses one that is out of its range
// with a sentence.
//
//     tickerhub::Server::Options options;
//     options.address = "0.0.0.0";  // every interface
//     options.max_connections = 5'000;
//     tickerhub::Server server(options);
//
// Threads: values; use them from any thread as you use a std::string.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/websocketpp/access_record.h"

namespace tickerhub {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// Which field of a request says who asks through a proxy. Proxies add to one
/// of them and pass the other one on as it came, so a client can make that one
/// up.
enum class ForwardedField : std::uint8_t {
  /// "203.0.113.7, 10.0.0.1", with X-Forwarded-Proto and X-Forwarded-Host.
  kXForwardedFor,
  /// RFC 7239: "for=203.0.113.7;proto=https;host=example.com".
  kForwarded,
};

/// An address that a server listens on.
struct TICKERHUB_EXPORT Listener {
  /// A numeric address, or a name that resolves to one. "0.0.0.0" and "::" mean
  /// every interface, so other machines can connect.
  std::string address = "127.0.0.1";
  /// 0 means any free port; Server::port() then returns it.
  std::uint16_t port = 0;
  /// Lets other processes listen on the same port (SO_REUSEPORT). The kernel
  /// then spreads the connections among them.
  bool reuse_port = false;
  /// Speaks TLS: https:// and wss://. Needs
  /// ServerOptions::tls_certificate_file.
  bool tls = false;
  /// Serves what operators ask for and nothing else: "/healthz", "/readyz" and
  /// the routes of Server::AdminRoute(). Its connections have places of their
  /// own (max_admin_connections), so it answers when the server is full.
  bool admin = false;
  /// Each connection begins with the header of the PROXY protocol, version 1 or
  /// 2, which says who connects through the proxy. It must come from one of
  /// ServerOptions::trusted_proxies, and within handshake_timeout.
  bool proxy_protocol = false;
};

/// The fields of Listener are those of the first listener, whose port is 8080
/// by default. See Server::AddListener() for further ones.
struct TICKERHUB_EXPORT ServerOptions : Listener {
  ServerOptions() { port = 8080; }

  /// Loops that move bytes, 1 to 64. The first one shares the hub's thread,
  /// the others have a thread each. One loop serves many thousand clients and
  /// is the fastest for few.
  int event_loops = 1;

  /// Proxies in front of this server, which say the truth about who connects
  /// through them: addresses and networks, such as "127.0.0.1" or "10.0.0.0/8".
  /// The addresses of their clients then count for limits, logs and handlers.
  /// What others say is not believed.
  std::vector<std::string> trusted_proxies;
  /// Where trusted_proxies say it. Their PROXY protocol counts besides.
  ForwardedField forwarded_field = ForwardedField::kXForwardedFor;
  /// Tells browsers that come by TLS, to this server or to a trusted proxy, to
  /// use nothing else for so long (Strict-Transport-Security, RFC 6797). 0: do
  /// not tell them.
  std::chrono::seconds hsts_max_age{0};

  /// Agrees on permessage-deflate (RFC 7692) with clients that offer it. This
  /// saves bytes and costs time. Each message of 256 bytes or more is
  /// compressed once for all clients; smaller ones are not compressed.
  bool compression = false;

  /// Open connections of all kinds. A further client gets HTTP 503, but its
  /// GET /healthz and /readyz are answered as ever. Listen() raises the
  /// process's descriptor limit as far as it may. If fewer connections fit, it
  /// lowers this number and logs a warning.
  std::size_t max_connections = 100'000;
  /// Open connections of admin listeners, besides max_connections and without
  /// the limits of addresses. A further one gets HTTP 503.
  std::size_t max_admin_connections = 16;
  /// Open connections of one address (of IPv6: of one network of 64 bits). A
  /// further one gets HTTP 503. 0: no limit. Unset: 1,000, and no limit for
  /// loopback addresses, which a proxy or a test may have.
  std::optional<std::size_t> max_connections_per_address;
  /// Connections a second of one address, and five times as many at once. A
  /// further one gets HTTP 503. 0: no limit. Unset: 100, and no limit for
  /// loopback addresses.
  std::optional<double> max_accepts_per_second_per_address;
  /// Connections a second of all clients, and as many at once. Those beyond
  /// wait in the kernel until it is their turn. 0: no limit.
  double max_accepts_per_second = 5'000;
  /// Bytes of one message from a client, after inflating it. The server
  /// closes a client that sends a larger one with 1009. A `subscribe` of 1,000
  /// symbols of 64 bytes, as many and as long as may be, has 66 KiB.
  std::size_t max_message_bytes = 72 * 1024;
  /// Bytes of the body of an HTTP request. A larger one is answered with 413.
  std::size_t max_http_body_bytes = 64 * 1024;
  /// Bytes that wait for one reader (Delivery::kEvery) behind the message that
  /// is being sent, of any size. When more than this waits and a further
  /// message comes, the server closes the reader with 4001.
  std::size_t max_queued_bytes = 256 * 1024;
  /// Bytes that the kernel may hold for one reader besides (SO_SNDBUF, which
  /// Linux doubles). 0 means the system's default, which can grow to
  /// megabytes.
  std::size_t socket_send_buffer_bytes = 64 * 1024;
  /// Bytes of a client that the kernel keeps until the server reads them
  /// (SO_RCVBUF, which Linux doubles). The rest waits at the client. 0 means
  /// the system's default, which can grow to megabytes for a client that is
  /// not read because it floods.
  std::size_t socket_receive_buffer_bytes = 64 * 1024;
  /// At this many bytes that the kernel has not sent yet it takes no further
  /// message for a reader (TCP_NOTSENT_LOWAT). Prices that wait there grow
  /// old, and nothing can replace them. 0 means the system's default, which
  /// is usually no limit of its own.
  std::size_t socket_unsent_bytes = 4 * 1024;
  /// How many messages of one client may wait for the hub. At that number the
  /// server stops reading the client's socket. It reads on when half of them
  /// are handled. No message is lost. Clients of the first event loop are
  /// handled as they are read, so none of their messages waits.
  std::size_t max_unhandled_messages = 64;

  /// Web pages of these origins may connect, read GET answers below "/api/"
  /// and send writing requests, besides the pages of this server itself. Each
  /// is as a browser writes it, see IsOrigin(). Handshakes and writing requests
  /// of all other pages get 403, and browsers keep other answers from them. A
  /// program sends no Origin and is not asked for one.
  std::vector<std::string> allowed_origins;

  /// Messages a second that one client may send in the long run, and how many
  /// at once. A ping counts as a message. The server does not read a client
  /// that sends more until it may send again, so no message is lost. 0: no
  /// limit.
  double max_messages_per_second = 50;
  double message_burst = 100;
  /// Likewise bytes. A compressed message counts as it comes and once more as
  /// it is inflated.
  double max_bytes_per_second = 64 * 1024;
  double byte_burst = 256 * 1024;
  /// A client that goes on sending more than it may for this long is closed
  /// with 1008. 0 means never.
  std::chrono::milliseconds flood_timeout{30'000};
  /// Messages a second that all clients together may send. While they send
  /// more, those wait that have sent more than an eighth of message_burst
  /// lately, in turns. 0: no limit.
  double max_messages_per_second_total = 5'000;
  /// Bytes of messages of all clients that may wait for the hub. While there
  /// are more, a client that sends one is not read on.
  std::size_t max_unhandled_bytes_total = 16 * 1024 * 1024;

  /// For listeners with Listener::tls, of which there must be one then: files
  /// in PEM form. The first one has the server's certificate and then those
  /// between it and the root; the key has no password. Server::ReloadTls()
  /// reads both again.
  std::string tls_certificate_file;
  std::string tls_key_file;
  /// TLS handshakes under way on each event loop. Each holds 45 KB. A further
  /// client waits for its turn, at most for handshake_timeout.
  std::size_t max_tls_handshakes = 1000;

  /// Bounds the time in which a handshake (with that of TLS) or an HTTP request
  /// must have come whole, that of its answer by an admission or a route, and
  /// that in which a client must answer a close. Then the connection is cut
  /// off.
  std::chrono::milliseconds handshake_timeout{5'000};
  /// A client that takes nothing of an HTTP response for write_timeout, or not
  /// all of it within response_timeout, is cut off.
  std::chrono::milliseconds write_timeout{10'000};
  std::chrono::milliseconds response_timeout{120'000};
  /// A client that was silent for this long gets a ping. 0 means never.
  std::chrono::milliseconds ping_interval{30'000};
  /// A client that was silent for this long is closed with 4002. 0 means
  /// never. Should be more than twice ping_interval; Listen() refuses what is
  /// not above it.
  std::chrono::milliseconds idle_timeout{75'000};
  /// Run() returns within about this time after Stop(), whatever clients do.
  std::chrono::milliseconds stop_timeout{3'000};

  /// What SIGTERM begins, see Server::Drain() and StopOnSignals(). 0: the
  /// server stops at once.
  std::chrono::milliseconds drain{0};
  /// Clients that are closed by Server::Drain() are asked to come back at this
  /// rate, spread evenly, within a second at least. A server that has just
  /// started takes several thousand a second.
  std::size_t reconnects_per_second = 1'000;

  /// Starts a thread that watches the hub's thread. While that hangs, this one
  /// answers "/healthz" and "/readyz" with 503, on listeners without `tls` and
  /// `proxy_protocol`; it accepts other connections there too and hands them on
  /// when the hub is back. Without it such a request waits as long as the hub.
  bool watch_hub = false;
  /// Measures ServerFigures::publish. This reads the clock twice for each loop
  /// and publication.
  bool measure_publish = false;
  /// Is told of each request: from any thread, one call at a time. If it is
  /// null, requests are not logged.
  std::function<void(const AccessRecord&)> access_log;

  /// Is called with each line of the log, without a line feed: from any
  /// thread, one call at a time. If it is null, the server logs nothing, and
  /// exceptions of handlers go to standard error.
  std::function<void(LogLevel, std::string_view)> log;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_OPTIONS_H_
