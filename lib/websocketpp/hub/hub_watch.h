#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_WATCH_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_WATCH_H_

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "hub/health.h"
#include "hub/log_sink.h"
#include "hub/refusals.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// A thread that answers health checks while the hub's thread hangs. The hub
/// accepts all connections, so nobody else could.
///
/// As long as the hub answers, the thread looks at Health a few times a second
/// and does nothing else. When the hub has not run for a second, it accepts
/// from the listening sockets too. A connection whose first bytes ask for
/// "/healthz" or "/readyz" gets 503 with a sentence. Every other one is handed
/// over: the hub serves it when it is back. kMaxWaiting connections may wait
/// for their first bytes at a time. kMaxHandedOver are handed over each time
/// that the hub hangs; further ones get the 503, too.
///
/// When the server is to stop meanwhile, it says in the log why it does not. A
/// second signal then ends the process, as it does if no program waits for it.
///
/// Threads: belongs to the thread that makes it, but for its own thread.
class HubWatch {
 public:
  struct Socket {
    int listening;
    /// Takes the connection, on any thread; owns the descriptor.
    std::function<void(int descriptor, const RemoteAddress& remote)> hand_over;
  };
  static constexpr std::size_t kMaxWaiting = 32;
  static constexpr std::size_t kMaxHandedOver = 256;

  /// `sockets` must listen until Stop(). All must speak plain HTTP.
  /// `stop_asked`: the server is to stop.
  HubWatch(const Health& health, Refusals& refusals, LogSink& log,
           const std::atomic<bool>& stop_asked, std::vector<Socket> sockets);
  ~HubWatch() { Stop(); }
  HubWatch(const HubWatch&) = delete;
  HubWatch& operator=(const HubWatch&) = delete;

  /// These signals stop the server, too. REQUIRES: before Start().
  void WatchSignals();
  void Start();
  /// Waits for the end of the thread, which has nothing long to do.
  void Stop();

 private:
  struct Waiting {
    int descriptor;
    const Socket* socket;
    RemoteAddress remote;
    SteadyTime since;
    bool is_answered;
  };

  void Run();
  void StandIn();
  void AcceptFrom(const Socket& socket);
  // Returns whether it is to be kept.
  bool Look(Waiting* waiting);
  void Answer(Waiting* waiting);
  void HandOver(const Waiting& waiting);
  void HandOverAll();
  void Sleep(std::chrono::milliseconds time);
  void WaitForSignal();
  void SayWhyItDoesNotStop();

  const Health& health_;
  Refusals& refusals_;
  LogSink& log_;
  const std::atomic<bool>& stop_asked_;
  const std::vector<Socket> sockets_;
  int wake_ = -1;  // an eventfd, written to by Stop()
  std::atomic<bool> stopped_{false};
  std::deque<Waiting> waiting_;
  std::size_t handed_over_ = 0;  // since the hub hangs
  // Hears of each signal as well as the hub's set does.
  asio::io_context signal_context_;
  asio::signal_set signals_{signal_context_};
  bool signal_came_ = false;
  bool has_said_why_ = false;
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_HUB_WATCH_H_
