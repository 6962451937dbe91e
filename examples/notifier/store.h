#ifndef TICKERHUB_EXAMPLES_NOTIFIER_STORE_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_STORE_H_

// Where notifications are kept: in memory, or in the file of --store.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/command_line.h"
#include "common/program_metrics.h"
#include "tickerhub/notification_log.h"

namespace tickerhub::examples {

struct StoreOptions {
  std::string file;  ///< empty: in memory
  std::string durability = "normal";
  std::chrono::milliseconds keep_age{0};  ///< 0: for ever
  std::chrono::milliseconds key_lifetime = std::chrono::hours(24);
  // 0: what the log has by default.
  std::uint64_t keep_notifications = 0;
  std::uint64_t keep_bytes = 0;
  std::uint64_t keep_per_user = 0;
  std::uint64_t max_users = 0;
  std::uint64_t max_marks_per_user = 0;
  std::uint64_t max_groups = 0;
  std::uint64_t max_members = 0;
  std::uint64_t max_scheduled = 0;
  std::uint64_t max_keys = 0;
  std::uint64_t max_in_flight = 0;
  std::uint64_t max_in_flight_bytes = 0;
  std::uint64_t max_file_bytes = 0;  ///< 0: as much as the disk has
  std::uint64_t max_waiting_readings = 50'000;
};

/// Adds --store and what else is kept how long, in a group of its own.
void AddStoreOptions(CommandLine* line, StoreOptions* options);

/// Throws UsageError for what this build cannot do.
void CheckStoreOptions(const CommandLine& line, const StoreOptions& options);

struct OpenedLog {
  std::unique_ptr<NotificationLog> log;
  /// Gives the figures of the log to the metrics, which it must outlive.
  std::function<void(ProgramMetrics*)> add_to;
};

/// `log` is null if it cannot be opened; then a sentence is on standard error.
OpenedLog OpenLog(const StoreOptions& options, const char* program);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_STORE_H_
