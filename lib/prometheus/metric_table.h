#ifndef TICKERHUB_LIB_PROMETHEUS_METRIC_TABLE_H_
#define TICKERHUB_LIB_PROMETHEUS_METRIC_TABLE_H_

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tickerhub::internal {

using Families = std::vector<::prometheus::MetricFamily>;

/// A count as a sample has it.
inline double Number(std::uint64_t count) { return static_cast<double>(count); }

/// One row of a table of metrics: a sample that is read from `Source`. Rows of
/// one name with different labels stand one after the other.
template <typename Source>
struct MetricRow {
  const char* name;
  ::prometheus::MetricType type;
  const char* help;
  double (*read)(const Source&);
  const char* label = nullptr;  ///< of this sample; null if it has none
  const char* label_value = nullptr;
};

/// Adds a family without samples and returns it.
inline ::prometheus::MetricFamily& AddFamily(Families* families,
                                             const char* name,
                                             ::prometheus::MetricType type,
                                             const char* help) {
  ::prometheus::MetricFamily& family = families->emplace_back();
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

/// Adds a sample to a family of counters or gauges, and returns it.
inline ::prometheus::ClientMetric& AddSample(::prometheus::MetricFamily* family,
                                             double value) {
  ::prometheus::ClientMetric& sample = family->metric.emplace_back();
  sample.counter.value = value;
  sample.gauge.value = value;
  return sample;
}

/// Adds the metrics of a table with the values that `source` has now.
template <typename Source, std::size_t Count>
void AddTable(const MetricRow<Source> (&rows)[Count], const Source& source,
              Families* families) {
  for (const MetricRow<Source>& row : rows) {
    if (families->empty() || families->back().name != row.name) {
      AddFamily(families, row.name, row.type, row.help);
    }
    ::prometheus::ClientMetric& sample =
        AddSample(&families->back(), row.read(source));
    if (row.label != nullptr) {
      sample.label.push_back({row.label, row.label_value});
    }
  }
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PROMETHEUS_METRIC_TABLE_H_
