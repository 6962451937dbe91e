#ifndef TICKERHUB_BENCHMARKS_FANOUT_CROWD_PROCESS_H_
#define TICKERHUB_BENCHMARKS_FANOUT_CROWD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fanout/round.h"

namespace tickerhub::fanout {

/// A Crowd in a process of its own: so that each peer's ten thousand clients
/// have their own descriptors, all peers can be connected at the same time, and
/// rounds of different peers can follow each other at once.
class CrowdProcess {
 public:
  /// REQUIRES: this process has no other thread (it forks).
  CrowdProcess(const std::vector<std::string>& server, bool compression,
               std::uint32_t clients, bool subset);
  /// Ends it with its server.
  ~CrowdProcess();
  CrowdProcess(const CrowdProcess&) = delete;
  CrowdProcess& operator=(const CrowdProcess&) = delete;

  /// A sentence if the server or its clients could not be started, else empty.
  const std::string& error() const { return error_; }

  /// Nothing if that process has ended. REQUIRES: error() is empty.
  std::optional<RoundResult> Run(const RoundRequest& request) const;

 private:
  pid_t process_ = -1;
  int socket_ = -1;
  std::string error_;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_CROWD_PROCESS_H_
