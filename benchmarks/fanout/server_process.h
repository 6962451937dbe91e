#ifndef TICKERHUB_BENCHMARKS_FANOUT_SERVER_PROCESS_H_
#define TICKERHUB_BENCHMARKS_FANOUT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "fanout/peers.h"

namespace tickerhub::fanout {

/// A peer in a process of its own, which gets commands over a pipe. What it
/// costs is read from outside, so that it is the cost of all of its threads.
///
/// Threads: use each on one thread.
class ServerProcess {
 public:
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
  std::string Ask(const char* command);
  /// Microseconds in user mode, as the kernel samples them.
  double AskUserTime() { return std::atof(Ask("usage").c_str()); }

  /// Nanoseconds that all its threads have run, exactly.
  double CpuNanoseconds() const;
  double ResidentBytes() const;

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
