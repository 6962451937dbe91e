#ifndef TICKERHUB_PROMETHEUS_METRICS_H_
#define TICKERHUB_PROMETHEUS_METRICS_H_

// The figures of a server and of its services in the text format of Prometheus
// (component tickerhub::prometheus). The server answers "GET /metrics" on its
// admin listeners; if it has none and every listener is on loopback, on these
// (Server::AdminRoute()). docs/operations/metrics.md lists what there is.
//
//     tickerhub::Metrics metrics(server);
//     metrics.Add(tracker);
//     if (server.Listen().ok()) server.Run();
//
// Set Server::Options::measure_publish to get the time from a publication to
// the sockets, too. Everything else is counted anyway and costs time only when
// somebody asks.
//
// prometheus-cpp's registry and serializer are inside. Metrics of your own come
// in as a Collectable: a ::prometheus::Registry is one.
//
// Threads: call from the hub's thread only. A Collectable is asked there, too.

#include <functional>
#include <memory>
#include <string>

#include "tickerhub/export.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/line_source.h"
#include "tickerhub/notifier.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/prometheus/internal/log_figures.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace prometheus {
class Collectable;
}  // namespace prometheus

namespace tickerhub {

class TICKERHUB_EXPORT Metrics {
 public:
  /// `server` must outlive this, and this must outlive Server::Run().
  /// REQUIRES: before Server::Listen().
  explicit Metrics(Server& server);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Adds the figures of a service, a source or a log, which must outlive this.
  /// Of each kind there may be one; a second one replaces the first.
  void Add(const StockTracker& tracker);
  void Add(const PriceInbox& inbox);
  void Add(const LineSource& source);
  void Add(const ReplaySource& source);
  void Add(const Notifier& notifier);
  void Add(const InMemoryNotificationLog& log);
  /// Likewise a SqliteNotificationLog. It takes the place of a log in memory.
  template <typename Store, typename = typename Store::Durability>
  void Add(const Store& store) {
    AddLog([&store] { return internal::LogFiguresOf(store); });
    AddStore([&store] { return internal::StoreFiguresOf(store); });
  }

  /// Adds metrics of your own. Their names must not begin with "tickerhub_" or
  /// "process_". It is asked each time that somebody reads "/metrics", so make
  /// it quick.
  void Add(std::shared_ptr<::prometheus::Collectable> collectable);

  /// Returns what "/metrics" answers with now: text of format 0.0.4, all
  /// metrics of the server and of what was added.
  std::string Text() const;

 private:
  void AddLog(std::function<internal::LogFigures()> figures);
  void AddStore(std::function<internal::StoreFigures()> figures);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PROMETHEUS_METRICS_H_
