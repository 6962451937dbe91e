#ifndef TICKERHUB_PROMETHEUS_INTERNAL_LOG_FIGURES_H_
#define TICKERHUB_PROMETHEUS_INTERNAL_LOG_FIGURES_H_

// What Metrics::Add() asks a log of notifications for. Templates, so that the
// metrics need no component but the server's.

#include <cstddef>
#include <cstdint>

#include "tickerhub/export.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub::internal {

/// The figures that every log has.
struct TICKERHUB_EXPORT LogFigures {
  InMemoryNotificationLog::Counters counters;
  std::uint64_t last_id = 0;
  std::size_t size = 0;
  std::size_t bytes = 0;
  std::size_t users = 0;
  std::size_t scheduled = 0;
};

template <typename Log>
LogFigures LogFiguresOf(const Log& log) {
  return {log.counters(), log.last_id(), log.size(),
          log.bytes(),    log.users(),   log.scheduled()};
}

/// Those that only a log in a file has: SqliteNotificationLog::Counters.
struct TICKERHUB_EXPORT StoreFigures {
  std::uint64_t transactions = 0;
  std::uint64_t refused_disk_full = 0;
  std::uint64_t refused_failed = 0;
  std::uint64_t failed_readings = 0;
  std::uint64_t refused_readings = 0;
  std::uint64_t failed_prunings = 0;
};

template <typename Store>
StoreFigures StoreFiguresOf(const Store& store) {
  const auto counters = store.counters();
  return {counters.transactions,     counters.refused_disk_full,
          counters.refused_failed,   counters.failed_readings,
          counters.refused_readings, counters.failed_prunings};
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_PROMETHEUS_INTERNAL_LOG_FIGURES_H_
