#ifndef TICKERHUB_LIB_WEBSOCKETPP_SERVER_IMPL_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SERVER_IMPL_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "acceptor.h"
#include "configuration.h"
#include "connections/address_places.h"
#include "connections/trusted_proxies.h"
#include "descriptors.h"
#include "http/site.h"
#include "hub/health.h"
#include "hub/hub.h"
#include "hub/hub_watch.h"
#include "hub/log_sink.h"
#include "hub/refusals.h"
#include "limits/token_bucket.h"
#include "loop/event_loop.h"
#include "page_renderer.h"
#include "server_channel.h"
#include "server_tls.h"
#include "threads/hub_thread.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

/// What a Server consists of, and how its parts start and end.
///
/// Threads: belongs to the hub's thread, but for what is atomic.
struct Server::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        listeners{options},
        log(options.log),
        hub(log) {}

  // Whether the server has not listened yet. If it has, logs that `call` is too
  // late.
  bool MayChange(const char* call);
  // Listen() tells the first mistake.
  void RememberMistake(std::string sentence);
  Status CheckConfiguration();
  void MakeLoops();
  std::uint64_t ConnectionsOn(const Listener& listener) const;
  internal::Acceptor::Callbacks AcceptorCallbacks();
  // Gives a connection to a loop.
  void Take(internal::Arrival&& arrival);
  void FindPlace(internal::Arrival* arrival);
  Status ListenOnAll();
  void AddRoute(internal::Site::Routes* into, std::string_view method,
                std::string_view path, HttpHandler handler);
  ServerCounters counters() const;
  void StartWatch();
  void BeginDrain(std::chrono::milliseconds duration);
  void BeginStop();
  void CutOff();
  void OnSignal(int signal);

  Options options;
  // The first one is that of the options.
  std::vector<Listener> listeners;
  internal::LogSink log;
  internal::Refusals refusals{log};
  internal::Health health;
  internal::Site site;
  internal::ServerTls tls{options, listeners, log};  // outlives the loops
  Status mistake;
  // The hub is destroyed after the first loop and the acceptors, because they
  // run on its context.
  internal::Hub hub;
  // From Listen() on.
  std::optional<internal::AddressPlaces> addresses;
  std::optional<internal::TrustedProxies> proxies;
  internal::RequestLimit accept_limit{0, 1};
  std::optional<internal::TokenBucket> accepts;
  internal::Loops loops;
  std::vector<std::unique_ptr<internal::Acceptor>> acceptors;
  std::optional<internal::HubWatch> watch;
  // Does not change any more once it is true; nor do loops and acceptors then.
  std::atomic<bool> listening{false};
  std::vector<std::unique_ptr<internal::ServerChannel>> channels;
  // For channels that were added too late: they have nobody to send to.
  internal::Site no_site;
  const internal::Loops no_loops;
  std::atomic<bool> stop_asked{false};
  std::atomic<bool> drain_asked{false};
  bool stops_on_signals = false;
  bool signal_came = false;
  std::size_t loops_running = 0;  // on the hub's thread
  internal::PageRenderer renderer{hub, log};
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SERVER_IMPL_H_
