#include "stock_tracker/day_options.h"

namespace tickerhub::examples {

void AddDayOptions(CommandLine* line, DayOptions* options) {
  line->AddText("--day-starts", "HH:MM", &options->time_of_day,
                "A day begins at this time: high, low, open and reference "
                "start anew; else only when a feed's previousClose changes");
  line->AddText("--time-zone", "ZONE", &options->time_zone,
                "The time zone of --day-starts, such as America/New_York");
}

std::optional<DayStart> ReadDayStart(const CommandLine& line,
                                     const DayOptions& options) {
  std::optional<DayStart> start;
  if (!line.WasGiven("--day-starts")) {
    if (line.WasGiven("--time-zone")) {
      throw UsageError("--time-zone is for --day-starts only");
    }
    return start;
  }
  const Status status =
      DayStart::Read(options.time_of_day, options.time_zone, &start);
  if (status.code() == StatusCode::kNotFound) {
    throw UsageError("--time-zone: " + status.message());
  }
  if (!status.ok()) throw UsageError("--day-starts: " + status.message());
  return start;
}

}  // namespace tickerhub::examples
