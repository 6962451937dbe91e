#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_RUN_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_RUN_H_

#include "load/load_options.h"

namespace tickerhub::load {

/// Runs a load: starts its processes, shows progress, reports. Returns the exit
/// status: 0 if every update arrived, else 1.
int RunLoad(const LoadOptions& options);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_RUN_H_
