#ifndef TICKERHUB_BENCHMARKS_FANOUT_SERVER_PROCESS_H_
#define TICKERHUB_BENCHMARKS_FANOUT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fanout/command.h"

namespace tickerhub::fanout {

/// A peer in a process of its own, told what to do over a pipe. Its costs are
/// read from outside, so that they are those of the whole process, whatever
/// threads it has.
///
/// Threads: none of its own; use each on one thread.
class ServerProcess {
 public:
  /// Microseconds, as the kernel samples them at each tick of its clock: the
  /// split is rough, the sum is not.
  struct Usage {
    double user = 0;
    double system = 0;
  };

  ServerProcess() = default;
  /// Ends the server.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Starts a program and waits until it listens. Returns a sentence if it does
  /// not.
  std::string Start(const std::vector<std::string>& arguments);

  int port() const { return port_; }
  bool Send(const Command& command) const;
  /// Returns the line that it answers; empty if none comes in 20 s.
  std::string Ask(const Command& command);
  Usage AskUsage();

  /// Nanoseconds that all its threads have run, exactly.
  std::int64_t CpuNanoseconds() const;
  std::int64_t ResidentBytes() const;

 private:
  std::string ReadLine();

  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  int port_ = 0;
  std::string answers_;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_SERVER_PROCESS_H_
