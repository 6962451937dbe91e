#ifndef TICKERHUB_TIMESTAMP_H_
#define TICKERHUB_TIMESTAMP_H_

// The two kinds of time. A Timestamp is for people: when a price was set, when
// a notification was sent. A SteadyTime is for waiting: intervals, rates and
// deadlines. The wall clock can be set back or forward at any moment; the
// steady clock cannot.
//
//     tickerhub::Timestamp stamp = scheduler.Now();
//     tickerhub::Timestamp written =
//         tickerhub::ToTimestamp(std::chrono::system_clock::now());
//     tickerhub::SteadyTime deadline = scheduler.SteadyNow() + 5s;
//
// Threads: values; use them from any thread as you use an int.

#include <chrono>

namespace tickerhub {

/// A moment of wall-clock time: milliseconds since 1970-01-01 00:00 UTC. The
/// wire protocol carries that number.
using Timestamp = std::chrono::time_point<std::chrono::system_clock,
                                          std::chrono::milliseconds>;

/// Returns the last whole millisecond that is not after `time`: it rounds
/// towards the past, before 1970 too. `time` may be of any precision.
template <typename Duration>
constexpr Timestamp ToTimestamp(
    std::chrono::time_point<std::chrono::system_clock, Duration> time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

/// A moment of the steady clock. Only differences of two have a meaning.
using SteadyTime = std::chrono::steady_clock::time_point;

}  // namespace tickerhub

#endif  // TICKERHUB_TIMESTAMP_H_
