#ifndef TICKERHUB_EXAMPLES_COMMON_PROXY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_PROXY_OPTIONS_H_

// What is in front of the server: the options that both servers have
// (docs/security.md, docs/operations/).

#include <cstdint>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct ProxyOptions {
  /// See Server::Options::trusted_proxies.
  std::vector<std::string> trusted;
  /// "x-forwarded-for" or "forwarded".
  std::string header = "x-forwarded-for";
  /// Listener::proxy_protocol of the first listener.
  bool proxy_protocol = false;
  /// Server::Options::hsts_max_age in seconds.
  std::uint64_t hsts_max_age = 0;
};

/// Adds --trusted-proxy, --forwarded-header, --proxy-protocol and --hsts.
void AddProxyOptions(CommandLine* line, ProxyOptions* options);

/// Throws UsageError for values that make no sense together.
void CheckProxyOptions(const ProxyOptions& options);

void ApplyProxyOptions(const ProxyOptions& options, Server::Options* server);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_PROXY_OPTIONS_H_
