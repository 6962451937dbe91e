#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_REPORT_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_REPORT_H_

#include <string>

#include "load/load_figures.h"
#include "load/load_options.h"

namespace tickerhub::load {

struct LoadOutcome {
  double seconds = 0;  ///< of the running, without connecting and settling
  bool interrupted = false;
  bool worker_lost = false;  ///< a process of the load ended by itself
};

/// Every update arrived at every client that is not a slow reader.
bool EverythingArrived(const LoadFigures& figures, const LoadOutcome& outcome);

/// Several lines for people. The last one says whether everything arrived.
std::string TextReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome);

/// One line: a JSON object. Durations are in milliseconds.
std::string JsonReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome);

/// "120 of 1,000 connected, 12,000 updates, 4,000 a second, 0 gaps, 0 failed".
std::string ProgressLine(const LoadOptions& options, const LoadFigures& figures,
                         double updates_a_second);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_REPORT_H_
