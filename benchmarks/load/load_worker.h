#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_

#include <cstddef>

#include "load/load_figures.h"
#include "load/load_options.h"

namespace tickerhub::load {

/// One process of a load: its share of the clients. Each follows all stocks and
/// checks the sequence of what it gets. `index` counts the processes. Returns
/// when the phase is kQuit.
void RunLoadWorker(const LoadOptions& options, std::size_t index,
                   LoadState& state);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_
