#include "common/program_metrics.h"

#ifdef TICKERHUB_EXAMPLES_WITH_SQLITE
#include "tickerhub/sqlite/sqlite_notification_log.h"
#endif
#ifdef TICKERHUB_EXAMPLES_WITH_METRICS
#include "tickerhub/prometheus/metrics.h"
#else
namespace tickerhub {
// Stands for what this build does not have. There is never one.
class Metrics {
 public:
  template <typename Part>
  void Add(const Part&) {}
};
}  // namespace tickerhub
#endif

namespace tickerhub::examples {

ProgramMetrics::ProgramMetrics(
    [[maybe_unused]] Server& server,
    [[maybe_unused]] const OperatorOptions& options) {
#ifdef TICKERHUB_EXAMPLES_WITH_METRICS
  if (options.metrics) metrics_ = std::make_unique<Metrics>(server);
#endif
}

ProgramMetrics::~ProgramMetrics() = default;

void ProgramMetrics::Add(const StockTracker& tracker) {
  if (metrics_ != nullptr) metrics_->Add(tracker);
}
void ProgramMetrics::Add(const LineSource& source) {
  if (metrics_ != nullptr) metrics_->Add(source);
}
void ProgramMetrics::Add(const ReplaySource& source) {
  if (metrics_ != nullptr) metrics_->Add(source);
}
void ProgramMetrics::Add(const Notifier& notifier) {
  if (metrics_ != nullptr) metrics_->Add(notifier);
}
void ProgramMetrics::Add(const InMemoryNotificationLog& log) {
  if (metrics_ != nullptr) metrics_->Add(log);
}

#ifdef TICKERHUB_EXAMPLES_WITH_SQLITE
void ProgramMetrics::Add(const SqliteNotificationLog& log) {
  if (metrics_ != nullptr) metrics_->Add(log);
}
#endif

}  // namespace tickerhub::examples
