#ifndef TICKERHUB_WEBSOCKETPP_SERVER_H_
#define TICKERHUB_WEBSOCKETPP_SERVER_H_

// A WebSocket and HTTP server for StockTracker, Notifier and your own
// ChannelHandler. A channel is a path that WebSocket clients connect to (see
// channel.h). HTTP routes and files are served on the same ports. websocketpp
// and Asio are inside and do not show: a program that includes this header
// needs neither and may be C++17 or C++20. The services are in tickerhub.h.
//
//     tickerhub::Server server({});  // 127.0.0.1:8080
//     tickerhub::Channel& channel = server.AddChannel("/stocks");
//     tickerhub::StockTracker tracker(channel, server.scheduler());
//     channel.SetHandler(tracker);
//     if (tickerhub::Status status = server.Listen(); !status.ok()) {
//       std::cerr << status.message() << std::endl;
//     } else {
//       server.StopOnSignals();
//       server.Run();  // until SIGINT or SIGTERM
//     }
//
// Threads: the thread that calls Run() is the hub's thread. It runs every
// handler, route, timer and posted task, one after the other, and moves the
// bytes of the first event loop. Each further loop (Options::event_loops) has a
// thread of its own. Before Run(), the thread that made the server is the hub's
// thread. Any thread may call Post(), Stop(), port() and counters(). Call
// everything else from the hub's thread only.
//
// A handler that takes long keeps the clients of the first loop waiting.
// Counters::hub_lag_us shows it.
//
// Order: construct; AddChannel(), Route(), ServeFile(), AddListener();
// Listen(); Run(); destroy. Handlers, and what routes refer to, must outlive
// Run().
//
// Mistakes: Listen() fails with a sentence if an option is out of its range, if
// a path is used twice or is none, or if a channel has no handler.
//
// Exceptions: when a handler, a route or a task throws, the server logs the
// exception and runs on. Without Options::log it writes it to standard error.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tickerhub/export.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/status.h"
#include "tickerhub/websocketpp/channel.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub {

namespace internal {
class Hub;
}  // namespace internal

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// An address that a server listens on besides Server::Options::address. The
/// fields are as in Server::Options.
struct TICKERHUB_EXPORT Listener {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  bool reuse_port = false;
};

class TICKERHUB_EXPORT Server {
 public:
  struct Options {
    /// A numeric address, or a name that resolves to one. "0.0.0.0" and "::"
    /// mean every interface, so other machines can connect.
    std::string address = "127.0.0.1";
    /// 0 means any free port; port() then returns it.
    std::uint16_t port = 8080;
    /// Loops that move bytes, 1 to 64. The first one shares the hub's thread,
    /// the others have a thread each. One loop serves many thousand clients and
    /// is the fastest for few.
    int event_loops = 1;
    /// Lets other processes listen on the same port (SO_REUSEPORT). The kernel
    /// then spreads the connections among them.
    bool reuse_port = false;

    /// Agrees on permessage-deflate (RFC 7692) with clients that offer it. This
    /// saves bytes and costs time. Each message of 256 bytes or more is
    /// compressed once for all clients; smaller ones are not compressed.
    bool compression = false;

    /// Open connections of all kinds. A further client gets HTTP 503. Listen()
    /// raises the process's descriptor limit as far as it may. If fewer
    /// connections fit, it lowers this number.
    std::size_t max_connections = 100'000;
    /// Bytes of one message from a client, after inflating it. The server
    /// closes a client that sends a larger one with 1009.
    std::size_t max_message_bytes = 16 * 1024;
    /// Bytes of the body of an HTTP request. A larger one is answered with 413.
    std::size_t max_http_body_bytes = 64 * 1024;
    /// Bytes that wait for one reader (Delivery::kEvery). When more than this
    /// waits and a further message comes, the server closes the reader with
    /// 4001. So one message of any size can wait.
    std::size_t max_queued_bytes = 256 * 1024;
    /// Bytes that the kernel may hold for one reader besides (SO_SNDBUF, which
    /// Linux doubles). 0 means the system's default, which can grow to
    /// megabytes.
    std::size_t socket_send_buffer_bytes = 64 * 1024;
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

    /// Bounds a handshake, an HTTP request with its response, and the time that
    /// a client may take to answer a close. Then the connection is cut off.
    std::chrono::milliseconds handshake_timeout{5'000};
    /// A client that was silent for this long gets a ping. 0 means never.
    std::chrono::milliseconds ping_interval{30'000};
    /// A client that was silent for this long is closed with 4002. 0 means
    /// never. Should be more than twice ping_interval.
    std::chrono::milliseconds idle_timeout{75'000};
    /// Run() returns within about this time after Stop(), whatever clients do.
    std::chrono::milliseconds stop_timeout{3'000};

    /// Is called with each line of the log, without a line feed: from any
    /// thread, one call at a time. If it is null, the server logs nothing, and
    /// exceptions of handlers go to standard error.
    std::function<void(LogLevel, std::string_view)> log;
  };

  /// The first four are current values. The others count since the start.
  struct Counters {
    std::uint64_t connections = 0;   ///< open, of all kinds
    std::uint64_t sessions = 0;      ///< of these, WebSocket sessions
    std::uint64_t queued_bytes = 0;  ///< wait for readers
    /// How late the hub's timers are, in microseconds: as long as a handler, a
    /// route or a task keeps the hub's thread. Measured twice a second or more
    /// often.
    std::uint64_t hub_lag_us = 0;
    std::uint64_t hub_lag_max_us = 0;  ///< the largest since the start
    std::uint64_t accepted = 0;        ///< connections
    std::uint64_t refused_full = 0;    ///< by max_connections
    /// Of these, closed without the answer, because 32 others were being told.
    std::uint64_t refused_unanswered = 0;
    std::uint64_t handshakes_failed = 0;  ///< by handshake_timeout too
    std::uint64_t refused_by_admission = 0;
    std::uint64_t refused_channel_full = 0;  ///< ChannelOptions::max_sessions
    std::uint64_t http_requests = 0;
    std::uint64_t http_bodies_refused = 0;  ///< by max_http_body_bytes
    std::uint64_t messages_received = 0;
    std::uint64_t messages_refused = 0;  ///< too big, not UTF-8, bad frames
    std::uint64_t readers_paused = 0;    ///< by max_unhandled_messages
    std::uint64_t messages_sent = 0;     ///< one for each recipient
    std::uint64_t bytes_sent = 0;        ///< of these, with frame headers
    std::uint64_t messages_skipped = 0;  ///< Delivery::kLatest, not drained
    std::uint64_t closed_slow = 0;       ///< by max_queued_bytes
    std::uint64_t closed_idle = 0;       ///< by idle_timeout
  };

  explicit Server(Options options);
  /// REQUIRES: Run() was not called, or it has returned.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens a channel for WebSocket connections to `path`, such as "/stocks".
  /// The channel lives as long as the server. REQUIRES: before Listen().
  Channel& AddChannel(std::string_view path, ChannelOptions options = {});

  /// Listens on a further address. Returns its number for port() and url();
  /// Options::address has 0. REQUIRES: before Listen().
  std::size_t AddListener(Listener listener);

  /// Answers HTTP requests for `method` and `path` by `handler`, on the hub's
  /// thread. "/files/*" stands for every path that begins with "/files/"; the
  /// longest one counts. The GET route answers HEAD too. A path without a route
  /// for the method is answered with 405, an unknown path with 404. "/healthz"
  /// answers 200 as long as the server listens, unless you serve it yourself.
  /// REQUIRES: before Listen().
  void Route(std::string_view method, std::string_view path,
             HttpHandler handler);

  /// Serves `file` at `path`, without the hub's thread. It has an ETag and
  /// "Cache-Control: no-cache": a browser keeps the file and asks each time
  /// whether it has changed (RFC 9111 §5.2.2.4). The same file again changes
  /// nothing. REQUIRES: before Listen().
  void ServeFile(std::string_view path, StaticFile file);

  /// Binds and listens. If that fails, the status has a sentence for whoever
  /// started the program, and Listen() may be called again. The code is
  /// kInvalidArgument for a mistake of the program (see above), kAlreadyExists
  /// if the port is taken, kPermissionDenied if the process may not listen
  /// there, kNotFound if this machine does not know the address, kUnavailable
  /// for everything else.
  Status Listen();

  /// The port that a listener has; 0 before Listen().
  std::uint16_t port(std::size_t listener = 0) const;
  /// "http://127.0.0.1:8080/"; empty before Listen().
  std::string url(std::size_t listener = 0) const;

  /// Serves until Stop(). REQUIRES: Listen() succeeded; Run() was not called.
  void Run();

  /// Ends Run(). The server stops listening, closes every session with 1001
  /// "server is stopping", and cuts off what is still open after
  /// Options::stop_timeout. A second call has no effect. If it is called before
  /// Run(), Run() returns at once. Any thread may call.
  void Stop();

  /// Calls Stop() on SIGINT and SIGTERM, and ignores SIGPIPE.
  /// REQUIRES: before Run(); one server of a process at most.
  void StopOnSignals();

  /// Runs `task` on the hub's thread, after the tasks that this thread posted
  /// before. Any thread may call.
  void Post(std::function<void()> task);

  /// The hub's clocks and timers. They live as long as the server.
  Scheduler& scheduler();

  /// The figures of this moment. The loops go on counting meanwhile. Any thread
  /// may call.
  Counters counters() const;

 private:
  friend class InputReader;
  struct Impl;

  internal::Hub& hub();

  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_H_
