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
// thread. Any thread may call Post(), Stop(), Drain() and what tells of the
// server: port(), url(), counters(), figures(), draining(), out_of_memory().
// Call everything else from the hub's thread only.
//
// A handler that takes long keeps the clients of the first loop waiting.
// Counters::hub_lag_us shows it.
//
// Order: construct; AddChannel(), Route(), ServeFile(), AddListener();
// Listen(); Run(); destroy. Handlers, and what routes refer to, must outlive
// Run().
//
// Mistakes: Listen() fails with a sentence if an option is out of its range, if
// a path is used twice or is none, or if a channel has no handler. What comes
// after Listen() and should come before has no effect; the log says so.
//
// Exceptions: when a handler, a route or a task throws, the server logs the
// exception and runs on. Without Options::log it writes it to standard error.
// When memory runs out (std::bad_alloc), nobody knows what was left undone. So
// the server says so, Run() returns, and out_of_memory() is true: end the
// program and let a service manager start it again. Do not catch it around
// calls of this library.

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
#include "tickerhub/websocketpp/server_counters.h"
#include "tickerhub/websocketpp/server_figures.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub {

namespace internal {
class Hub;
}  // namespace internal

class TICKERHUB_EXPORT Server {
 public:
  using Options = ServerOptions;
  using Counters = ServerCounters;

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
  /// longest one counts, and HttpRequest::rest is what follows it. The GET
  /// route answers HEAD too. A path without a route for the method is answered
  /// with 405, an unknown path with 404. `method` is in capital letters, as
  /// clients write it. The server itself answers "/healthz"
  /// and "/readyz" (see SetReadiness()), unless you serve them yourself.
  /// REQUIRES: before Listen().
  void Route(std::string_view method, std::string_view path,
             HttpHandler handler);

  /// Route() for what only operators may see, such as metrics. Admin listeners
  /// serve it and, if every listener is on loopback, the others too, but not to
  /// a request that a proxy has forwarded. Elsewhere the path is unknown.
  /// REQUIRES: before Listen().
  void AdminRoute(std::string_view method, std::string_view path,
                  HttpHandler handler);

  /// What "/readyz" asks, on the hub's thread: `readiness` returns an empty
  /// text if the server may get traffic, or a sentence that says why not. Then,
  /// and as soon as Drain() was called, the answer is 503. Without this the
  /// server is ready. "/healthz" does not ask: it answers 200 if the hub's
  /// thread has run within the last second, and 503 otherwise.
  /// REQUIRES: before Listen().
  void SetReadiness(std::function<std::string()> readiness);

  /// Asks `guard` about each request, of whatever method, that a route or a
  /// page would answer at `path`, which is as in Route(). A path has one guard.
  /// Channels have an admission for that; files, "/healthz" and "/readyz" are
  /// for everybody, and admin listeners do not ask. A guard that nobody asks is
  /// a mistake.
  /// REQUIRES: before Listen().
  void Guard(std::string_view path, HttpGuard guard);

  /// Serves `file` at `path`, without the hub's thread. It has an ETag and
  /// "Cache-Control: no-cache": a browser keeps the file and asks each time
  /// whether it has changed (RFC 9111 §5.2.2.4). A text is compressed here,
  /// once (gzip), and both forms stay in memory. The same file again changes
  /// nothing. REQUIRES: before Listen().
  void ServeFile(std::string_view path, StaticFile file);

  /// Serves `page` at `path`, compressed (gzip) to clients that take it. Use it
  /// instead of Route() where many ask for the same page. REQUIRES: before
  /// Listen().
  void ServePage(std::string_view path, RenderedPage page);

  /// Binds and listens. If that fails, the status has a sentence for whoever
  /// started the program, and Listen() may be called again. The code is
  /// kInvalidArgument for a mistake of the program (see above) and for a
  /// certificate or key that cannot be used, kAlreadyExists if the port is
  /// taken, kPermissionDenied if the process may not listen there, kNotFound if
  /// this machine does not know the address, kUnavailable for everything else.
  /// A certificate that has expired is a warning in the log.
  Status Listen();

  /// The port that a listener has; 0 before Listen().
  std::uint16_t port(std::size_t listener = 0) const;
  /// "http://127.0.0.1:8080/", or "https://…"; empty before Listen(). A name
  /// stays a name, and "0.0.0.0" stays too.
  std::string url(std::size_t listener = 0) const;

  /// Reads the certificate and its key again and uses them for connections from
  /// now on. If something is wrong, or the certificate has expired, the status
  /// has a sentence, and those that were in use stay so. Open connections go
  /// on.
  Status ReloadTls();

  /// Serves until Stop(), or until memory runs out. REQUIRES: Listen()
  /// succeeded; Run() was not called.
  void Run();

  /// Whether Run() has returned because memory ran out. Connections are cut
  /// off then without OnClose(). Any thread may call.
  bool out_of_memory() const;

  /// Ends Run(). The server stops listening, closes every session with 1001
  /// "server is stopping", and cuts off what is still open after
  /// Options::stop_timeout. A second call has no effect. If it is called before
  /// Run(), Run() returns at once. A handler that does not return keeps Run()
  /// from returning; with Options::watch_hub the log says so. Any thread may
  /// call.
  void Stop();

  /// Stops without losing anybody: "/readyz" answers 503 at once, further
  /// WebSocket handshakes get 503, and sessions are closed evenly over
  /// `duration`, each with CloseCode::kRestarting and a time to come back that
  /// is drawn by lot (Options::reconnects_per_second). HTTP is answered until
  /// the end. Then Stop() follows. Does nothing if the server drains or stops
  /// already. Any thread may call.
  void Drain(std::chrono::milliseconds duration);

  /// On SIGTERM calls Drain() with Options::drain, or Stop() if that is 0; on
  /// SIGINT calls Stop(). A second signal ends Run() without waiting for
  /// clients. It ends the process if a handler keeps the hub's thread (with
  /// Options::watch_hub) or Run() has returned. On SIGHUP, which does not end
  /// the process any more, calls ReloadTls() if a listener speaks TLS, and logs
  /// what came of it. Ignores SIGPIPE.
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
  /// Likewise what is measured besides (server_figures.h).
  ServerFigures figures() const;
  /// Whether the server drains: from the moment when the hub has come to the
  /// call of Drain(), until its end. Any thread may call.
  bool draining() const;

 private:
  friend class InputReader;
  struct Impl;

  internal::Hub& hub();

  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_H_
