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

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tickerhub/export.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/line_source.h"
#include "tickerhub/notifier.h"
#include "tickerhub/price_inbox.h"
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

  /// Adds the figures of a service or a source, which must outlive this. Of
  /// each kind there may be one; a second one replaces the first.
  void Add(const StockTracker& tracker);
  void Add(const PriceInbox& inbox);
  void Add(const LineSource& source);
  void Add(const ReplaySource& source);
  void Add(const Notifier& notifier);
  void Add(const InMemoryNotificationLog& log);

  /// Likewise a SqliteNotificationLog, whose component this does not need. It
  /// takes the place of a log in memory.
  template <typename Store, typename = typename Store::Durability>
  void Add(const Store& store) {
    AddLog([&store] { return FiguresOf(store); });
    AddStore([&store] {
      const auto counters = store.counters();
      return StoreFigures{counters.transactions,     counters.refused_disk_full,
                          counters.refused_failed,   counters.failed_readings,
                          counters.refused_readings, counters.failed_prunings};
    });
  }

  /// Adds metrics of your own. Their names must not begin with "tickerhub_". It
  /// is asked each time that somebody reads "/metrics", so make it quick.
  void Add(std::shared_ptr<::prometheus::Collectable> collectable);

  /// What "/metrics" answers with now: text of format 0.0.4, all metrics of
  /// the server and of what was added.
  std::string Text() const;

  /// The figures of a log of notifications, as Add(const Store&) collects them.
  struct LogFigures {
    InMemoryNotificationLog::Counters counters;
    std::uint64_t last_id = 0;  ///< of the newest notification
    std::size_t size = 0;       ///< notifications that are kept
    std::size_t bytes = 0;      ///< of their texts
    std::size_t users = 0;      ///< that are known
    std::size_t scheduled = 0;  ///< notifications that wait for their time
  };
  /// Those that only a log in a file has; see its Counters.
  struct StoreFigures {
    std::uint64_t transactions = 0;       ///< that were committed
    std::uint64_t refused_disk_full = 0;  ///< appends, for want of space
    std::uint64_t refused_failed = 0;     ///< appends, by another fault
    std::uint64_t failed_readings = 0;    ///< answers without their entries
    std::uint64_t refused_readings = 0;   ///< beyond max_waiting_readings
    std::uint64_t failed_prunings = 0;    ///< steps of retention, tried again
  };

 private:
  template <typename Log>
  static LogFigures FiguresOf(const Log& log) {
    return {log.counters(), log.last_id(), log.size(),
            log.bytes(),    log.users(),   log.scheduled()};
  }
  void AddLog(std::function<LogFigures()> figures);
  void AddStore(std::function<StoreFigures()> figures);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PROMETHEUS_METRICS_H_
