#ifndef TICKERHUB_EXAMPLES_COMMON_PROGRAM_METRICS_H_
#define TICKERHUB_EXAMPLES_COMMON_PROGRAM_METRICS_H_

// The metrics of a program, if this build has the component
// tickerhub::prometheus and the options do not say --no-metrics.

#include <memory>

#include "common/operator_options.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/line_source.h"
#include "tickerhub/notifier.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {
class Metrics;
class SqliteNotificationLog;
}  // namespace tickerhub

namespace tickerhub::examples {

class ProgramMetrics {
 public:
  /// `server` must outlive this.
  ProgramMetrics(Server& server, const OperatorOptions& options);
  ~ProgramMetrics();

  /// Likewise the services.
  void Add(const StockTracker& tracker);
  void Add(const LineSource& source);
  void Add(const ReplaySource& source);
  void Add(const Notifier& notifier);
  void Add(const InMemoryNotificationLog& log);
  void Add(const SqliteNotificationLog& log);

 private:
  std::unique_ptr<Metrics> metrics_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_PROGRAM_METRICS_H_
