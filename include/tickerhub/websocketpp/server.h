#ifndef TICKERHUB_WEBSOCKETPP_SERVER_H_
#define TICKERHUB_WEBSOCKETPP_SERVER_H_

// A WebSocket and HTTP server for the services of core. websocketpp and Asio
// are inside and stay there: this header needs neither, and a C++20 program can
// use it.
//
//   tickerhub::Server::Options options;
//   options.port = 8080;
//   tickerhub::Server server(options);
//   tickerhub::StockTracker tracker(server.AddChannel("/stocks"),
//                                   server.scheduler());
//   server.SetHandler("/stocks", tracker);
//   if (std::string error = server.Listen(); !error.empty()) return
//   Fail(error); server.StopOnSignals(); server.Run();                  //
//   until Stop(), or SIGINT or SIGTERM
//
// Threads. The thread that calls Run() becomes the hub's: every handler, route,
// timer and posted task runs there, one after the other. The server's event
// loops (Options::event_loops, a thread each) move the bytes. Before Run(), the
// thread that made the server counts as the hub's. Post(), Stop(), port() and
// counters() may be called from any thread.
//
// Order of life: construct, AddChannel/SetHandler/Route/ServeFiles, Listen,
// Run, destroy. Handlers and what routes refer to must outlive Run().

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/status.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

class Server {
 public:
  struct Options {
    /// A numeric address or a name that resolves to one. "0.0.0.0" or "::" =
    /// every interface: then think of who can reach it.
    std::string address = "127.0.0.1";
    /// 0: any free port; port() tells which.
    std::uint16_t port = 8080;
    /// Threads that move bytes, 1 to 64. One serves many thousand clients.
    int event_loops = 1;
    /// Let other processes listen on the same port (SO_REUSEPORT); the kernel
    /// spreads the connections.
    bool reuse_port = false;

    /// Agree on permessage-deflate (RFC 7692) with clients that offer it. Saves
    /// bytes on the wire and costs time: a message is compressed once for all
    /// of them, small ones not at all.
    bool compression = false;

    /// Open connections of all kinds; beyond, a client gets HTTP 503. Listen()
    /// raises the process's soft descriptor limit as far as it may and lowers
    /// this number to what then fits.
    std::size_t max_connections = 100'000;
    /// Bytes of one message from a client, inflated if it was compressed;
    /// beyond: close 1009.
    std::size_t max_message_bytes = 16 * 1024;
    /// Bytes of the body of an HTTP request; beyond: 413.
    std::size_t max_http_body_bytes = 64 * 1024;
    /// Bytes that wait for one reader (Delivery::kEvery). When more are waiting
    /// and a further message comes: close 4001. So one message of any size can
    /// wait.
    std::size_t max_queued_bytes = 256 * 1024;
    /// Bytes that the kernel may hold for one reader besides (SO_SNDBUF, which
    /// Linux doubles). 0: the system's default, which can grow to megabytes.
    std::size_t socket_send_buffer_bytes = 64 * 1024;
    /// How many messages of one client may wait for the hub. At that number the
    /// server stops reading the client's socket. It reads on when half of them
    /// are handled. No message is lost.
    std::size_t max_unhandled_messages = 64;

    /// For the handshake, for an HTTP request with its response, and for the
    /// answer to a close.
    std::chrono::milliseconds handshake_timeout{5'000};
    /// A ping goes to whoever was silent this long; 0: never.
    std::chrono::milliseconds ping_interval{30'000};
    /// Closed with 4002 if nothing came for this long; 0: never. Should be more
    /// than twice ping_interval.
    std::chrono::milliseconds idle_timeout{75'000};
    /// Stop() returns within about this time, whatever clients do.
    std::chrono::milliseconds stop_timeout{3'000};

    /// Called with one line without a line feed; on any thread, one call at a
    /// time. Null: silent.
    std::function<void(LogLevel, std::string_view)> log;
  };

  /// Counts since the start, but for the first three.
  struct Counters {
    std::uint64_t connections = 0;   ///< open now, of all kinds
    std::uint64_t sessions = 0;      ///< of these, WebSocket sessions
    std::uint64_t queued_bytes = 0;  ///< waiting for readers now
    std::uint64_t accepted = 0;
    std::uint64_t refused_full = 0;       ///< max_connections
    std::uint64_t handshakes_failed = 0;  ///< includes their timeouts
    std::uint64_t http_requests = 0;
    std::uint64_t http_bodies_refused = 0;  ///< max_http_body_bytes
    std::uint64_t messages_received = 0;
    std::uint64_t messages_refused = 0;  ///< too big, not UTF-8, bad frames
    std::uint64_t readers_paused = 0;    ///< max_unhandled_messages
    std::uint64_t messages_sent = 0;     ///< handed to connections
    std::uint64_t bytes_sent = 0;        ///< … with their frame headers
    std::uint64_t messages_skipped = 0;  ///< Delivery::kLatest, not drained
    std::uint64_t closed_slow = 0;       ///< max_queued_bytes
    std::uint64_t closed_idle = 0;       ///< idle_timeout
  };

  /// REQUIRES: the options are in their ranges.
  explicit Server(Options options);
  /// REQUIRES: Run() was not called or has returned.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens a channel for WebSocket connections to `path` ("/stocks") and
  /// returns its sending half, valid as long as the server.
  /// REQUIRES: before Listen(); no channel has that path; at most 65,535.
  Broadcaster& AddChannel(std::string_view path);

  /// The receiving half. `handler` is called from Run() on.
  /// REQUIRES: before Listen(); AddChannel(path) was called.
  void SetHandler(std::string_view path, ChannelHandler& handler);

  /// REQUIRES: before Listen(). HEAD is answered by the GET route. A path that
  /// has routes, but none for the method, is answered 405; an unknown path 404.
  /// "/healthz" is there already: 200 while it runs, 503 once it stops.
  void Route(std::string_view method, std::string_view path,
             HttpHandler handler);

  /// Serves `file` at `path` with an ETag and "Cache-Control: no-cache"
  /// (RFC 9111 §5.2.2.4: keep it, but ask), without the hub's thread.
  /// REQUIRES: before Listen().
  void ServeFile(std::string_view path, StaticFile file);

  /// Binds and listens. Returns an empty string, or one sentence that says what
  /// is wrong and what to do, fit to be shown to whoever started the program.
  Status Listen();

  /// The port it listens on; 0 before Listen().
  std::uint16_t port() const;
  /// "http://127.0.0.1:8080/"; empty before Listen().
  std::string url() const;

  /// Serves until Stop(). REQUIRES: Listen() succeeded; not run before.
  void Run();

  /// Ends Run(): no new connections, every session closed with 1001 "server is
  /// stopping", what doesn't close in Options::stop_timeout is cut off. Does
  /// nothing if it was called before. Before Run(): Run() will return at once.
  void Stop();

  /// Calls Stop() on SIGINT and SIGTERM; SIGPIPE is ignored.
  /// REQUIRES: before Run(); at most one server of a process does this.
  void StopOnSignals();

  /// Runs `task` on the hub's thread, after what was posted before.
  void Post(std::function<void()> task);

  /// The hub's clock and timers; valid as long as the server.
  Scheduler& scheduler();

  /// A moment's view; the loops go on counting.
  Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_H_
