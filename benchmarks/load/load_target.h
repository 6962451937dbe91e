#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "load/client_pool.h"

namespace tickerhub::load {

/// The parts of ws://host:port/path.
struct LoadUrl {
  std::string host;  ///< without the brackets of an IPv6 address
  std::string port = "80";
  std::string path = "/";
  std::string authority;  ///< as it stands in the URL
};

/// Returns a sentence if `text` is not such a URL, else an empty string.
std::string ParseLoadUrl(std::string_view text, LoadUrl* url);

/// Looks the host up; the same return.
std::string ResolveTarget(const LoadUrl& url, ClientPool::Target* target);

bool IsIpv4Loopback(const ClientPool::Target& target);

/// Connections of a process of its own come from an address of its own, so that
/// each has a full set of ports. REQUIRES: IsIpv4Loopback(*target), and
/// `process` is below 250.
void UseSourceOfProcess(std::size_t process, ClientPool::Target* target);

/// What this machine lets one process, and one source address, hold.
struct LoadRoom {
  std::size_t descriptors = 0;  ///< of a process, for clients
  std::size_t ports = 0;        ///< of a source address
};

/// Raises the descriptor limit as far as it may.
LoadRoom FindRoom();

/// How many processes `clients` need: `wanted`, or as few as do well if that is
/// 0.
/// Returns 0 and a sentence if they don't fit.
std::size_t FitProcesses(std::size_t clients, std::size_t wanted,
                         bool source_for_each, const LoadRoom& room,
                         std::string* error);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_TARGET_H_
