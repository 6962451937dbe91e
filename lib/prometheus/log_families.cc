#include "families.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub::internal {
namespace {

using LogMetric = ::prometheus::MetricType;
using LogCounts = InMemoryNotificationLog::Counters;
using StoreCounts = StoreFigures;

const MetricRow<LogCounts> kLogRows[] = {
    {"tickerhub_log_dropped_total", LogMetric::Counter,
     "Notifications that the log has dropped, by the limit.",
     [](const LogCounts& c) { return Number(c.dropped_by_number); }, "limit",
     "max_notifications"},
    {"tickerhub_log_dropped_total", LogMetric::Counter,
     "Notifications that the log has dropped, by the limit.",
     [](const LogCounts& c) { return Number(c.dropped_by_bytes); }, "limit",
     "max_bytes"},
    {"tickerhub_log_dropped_total", LogMetric::Counter,
     "Notifications that the log has dropped, by the limit.",
     [](const LogCounts& c) { return Number(c.dropped_by_user); }, "limit",
     "max_per_user"},
    {"tickerhub_log_dropped_total", LogMetric::Counter,
     "Notifications that the log has dropped, by the limit.",
     [](const LogCounts& c) { return Number(c.dropped_by_age); }, "limit",
     "max_age"},
    {"tickerhub_log_expired_total", LogMetric::Counter,
     "Notifications that have expired.",
     [](const LogCounts& c) { return Number(c.expired); }},
    {"tickerhub_log_replaced_total", LogMetric::Counter,
     "Notifications in whose place a newer one stands.",
     [](const LogCounts& c) { return Number(c.replaced); }},
    {"tickerhub_log_users_forgotten_total", LogMetric::Counter,
     "Users forgotten because of max_users.",
     [](const LogCounts& c) { return Number(c.users_forgotten); }},
    {"tickerhub_log_marks_joined_total", LogMetric::Counter,
     "Marks joined with others because of max_marks_per_user.",
     [](const LogCounts& c) { return Number(c.marks_joined); }},
    {"tickerhub_log_keys_forgotten_total", LogMetric::Counter,
     "Idempotency keys forgotten because of max_keys.",
     [](const LogCounts& c) { return Number(c.keys_forgotten); }},
    {"tickerhub_log_refused_total", LogMetric::Counter,
     "Appends that the log has refused, by the error.",
     [](const LogCounts& c) { return Number(c.refused_busy); }, "error",
     "busy"},
    {"tickerhub_log_refused_total", LogMetric::Counter,
     "Appends that the log has refused, by the error.",
     [](const LogCounts& c) { return Number(c.refused_full); }, "error",
     "no_space"},
};

const MetricRow<StoreCounts> kStoreRows[] = {
    {"tickerhub_store_transactions_total", LogMetric::Counter,
     "Transactions with appends that the log in a file has committed.",
     [](const StoreCounts& c) { return Number(c.transactions); }},
    {"tickerhub_store_refused_total", LogMetric::Counter,
     "Appends that the log in a file could not write, by the reason.",
     [](const StoreCounts& c) { return Number(c.refused_disk_full); }, "reason",
     "disk_full"},
    {"tickerhub_store_refused_total", LogMetric::Counter,
     "Appends that the log in a file could not write, by the reason.",
     [](const StoreCounts& c) { return Number(c.refused_failed); }, "reason",
     "failed"},
    {"tickerhub_store_failed_readings_total", LogMetric::Counter,
     "Readings of the log in a file that failed.",
     [](const StoreCounts& c) { return Number(c.failed_readings); }},
    {"tickerhub_store_refused_readings_total", LogMetric::Counter,
     "Readings of the log in a file refused because of max_waiting_readings.",
     [](const StoreCounts& c) { return Number(c.refused_readings); }},
    {"tickerhub_store_failed_prunings_total", LogMetric::Counter,
     "Steps of retention in the log in a file that failed.",
     [](const StoreCounts& c) { return Number(c.failed_prunings); }},
};

}  // namespace

void AddLogFamilies(const LogFigures& log, Families* families) {
  AddTable(kLogRows, log.counters, families);
  ::prometheus::MetricFamily* family =
      &AddFamily(families, "tickerhub_log_appends_total", LogMetric::Counter,
                 "Entries that were given to the log.");
  AddSample(family, Number(log.last_id));
  family = &AddFamily(families, "tickerhub_log_notifications", LogMetric::Gauge,
                      "Notifications that the log keeps.");
  AddSample(family, Number(log.size));
  family = &AddFamily(families, "tickerhub_log_bytes", LogMetric::Gauge,
                      "Bytes of text that the log keeps.");
  AddSample(family, Number(log.bytes));
  family = &AddFamily(families, "tickerhub_log_users", LogMetric::Gauge,
                      "Users that the log knows.");
  AddSample(family, Number(log.users));
  family = &AddFamily(families, "tickerhub_log_scheduled", LogMetric::Gauge,
                      "Notifications that wait for their time.");
  AddSample(family, Number(log.scheduled));
}

void AddStoreFamilies(const StoreFigures& store, Families* families) {
  AddTable(kStoreRows, store, families);
}

}  // namespace tickerhub::internal
