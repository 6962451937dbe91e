#ifndef TICKERHUB_EXAMPLES_COMMON_SERVICE_MANAGER_H_
#define TICKERHUB_EXAMPLES_COMMON_SERVICE_MANAGER_H_

// Tells systemd that the program is ready, that it lives, and that it stops
// (sd_notify(3)): a few words in a datagram, so no library is needed.

#include <chrono>
#include <string>
#include <string_view>

#include "tickerhub/scheduler.h"

namespace tickerhub::examples {

class ServiceManager {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Without them nothing
  /// is told to anybody.
  ServiceManager();

  /// "READY=1", "STOPPING=1".
  void Tell(std::string_view state) const;

  /// From now on tells twice in each watchdog interval that the program lives,
  /// by a timer of the hub: systemd restarts a program whose hub hangs. Does
  /// nothing if the unit has no WatchdogSec. `scheduler` must outlive this.
  void KeepWatchdogQuiet(Scheduler& scheduler) const;

 private:
  std::string socket_;
  std::chrono::milliseconds watchdog_{0};
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_SERVICE_MANAGER_H_
