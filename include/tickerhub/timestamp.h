#ifndef TICKERHUB_TIMESTAMP_H_
#define TICKERHUB_TIMESTAMP_H_

#include <chrono>

namespace tickerhub {

/// A moment of wall-clock time: milliseconds since 1970-01-01 00:00 UTC.
/// On the wire it is that number.
using Timestamp = std::chrono::time_point<std::chrono::system_clock,
                                          std::chrono::milliseconds>;

/// Later than every moment: "never".
constexpr Timestamp kNever = Timestamp::max();

}  // namespace tickerhub

#endif  // TICKERHUB_TIMESTAMP_H_
