#ifndef TICKERHUB_EXAMPLES_COMMON_DURATION_H_
#define TICKERHUB_EXAMPLES_COMMON_DURATION_H_

// Durations as people type them.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::examples {

/// Reads "2" and "2s" (seconds), "0.5", "500ms", "5m" and "1h", to the nearest
/// millisecond. Returns nothing for what is no duration, negative, or longer
/// than a year.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// "500ms", "2s", "5m", "1h": what ParseDuration() reads back.
std::string DurationText(std::chrono::milliseconds duration);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_DURATION_H_
