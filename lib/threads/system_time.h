#ifndef TICKERHUB_LIB_THREADS_SYSTEM_TIME_H_
#define TICKERHUB_LIB_THREADS_SYSTEM_TIME_H_

#include <chrono>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Returns the time of the wall clock. Who has a Scheduler asks that.
inline Timestamp SystemTime() {
  return ToTimestamp(std::chrono::system_clock::now());
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_THREADS_SYSTEM_TIME_H_
