#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_OPTIONS_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "load/client_pool.h"

namespace tickerhub::load {

struct LoadOptions {
  std::string url = "ws://127.0.0.1:8080/stocks";
  std::size_t clients = 1000;
  /// Connections a second, of all processes together.
  std::size_t ramp = 2000;
  /// Seconds, from when all are connected.
  double duration = 30;
  /// Seconds that a client then gets to prove that it missed nothing.
  double settle = 20;
  /// Percent of the clients that read slowly, spread evenly.
  double slow_readers = 0;
  /// Bytes a second that those read.
  std::uint32_t slow_rate = 0;
  /// 0 on the command line: as few as do.
  std::size_t processes = 0;
  bool compression = false;  ///< offer it
  bool json = false;

  ClientPool::Target target;  ///< of `url`
};

/// Returns the exit status if the program is to end now: 0 after --help, 2
/// after a usage error, which was told in one sentence on standard error.
std::optional<int> ReadLoadOptions(int argc, char** argv, LoadOptions* options);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_OPTIONS_H_
