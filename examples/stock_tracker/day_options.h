#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_DAY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_DAY_OPTIONS_H_

// The options that say when a day of trading begins.

#include <optional>
#include <string>

#include "common/command_line.h"
#include "tickerhub/day_start.h"

namespace tickerhub::examples {

struct DayOptions {
  std::string time_of_day;
  std::string time_zone = "UTC";
};

/// `options` must live until they were read.
void AddDayOptions(CommandLine* line, DayOptions* options);

/// Returns nothing if no day is to begin. Throws UsageError for what is no time
/// of day or no time zone.
std::optional<DayStart> ReadDayStart(const CommandLine& line,
                                     const DayOptions& options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_DAY_OPTIONS_H_
