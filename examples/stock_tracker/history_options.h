#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_HISTORY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_HISTORY_OPTIONS_H_

// How much of the past the program keeps.

#include <cstdint>

#include "common/command_line.h"
#include "tickerhub/history_options.h"

namespace tickerhub::examples {

struct HistoryCommandLine {
  std::uint64_t prices = 60;
  std::uint64_t candles = 1'440;
  std::uint64_t mib = 64;
  std::uint64_t answer = HistoryOptions().max_answer;
  HistoryOptions history;  ///< the rest
};

/// `options` must live until they were read.
void AddHistoryOptions(CommandLine* line, HistoryCommandLine* options);

HistoryOptions ToHistoryOptions(const HistoryCommandLine& options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_HISTORY_OPTIONS_H_
