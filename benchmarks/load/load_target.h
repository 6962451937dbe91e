#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_

#include <cstddef>
#include <string>

#include "load/client_pool.h"

namespace tickerhub::load {

/// Finds the server of ws://host:port/path. Returns a sentence if that fails.
std::string ResolveTarget(const std::string& url, ClientPool::Target* target);

bool IsIpv4Loopback(const ClientPool::Target& target);

/// Lets connections come from an address of this process, which has a full set
/// of ports. REQUIRES: IsIpv4Loopback(*target), and `process` is below 250.
void UseSourceOfProcess(std::size_t process, ClientPool::Target* target);

/// What this machine lets one process, and one source address, hold.
struct LoadRoom {
  std::size_t descriptors = 0;  ///< of a process, for clients
  std::size_t ports = 0;        ///< of a source address
};

/// Raises the descriptor limit as far as it may.
LoadRoom FindRoom();

/// How many processes `clients` need: `wanted`, or as few as do well if that is
/// 0. Returns 0 and a sentence if they do not fit.
std::size_t FitProcesses(std::size_t clients, std::size_t wanted,
                         bool source_for_each, const LoadRoom& room,
                         std::string* error);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_
