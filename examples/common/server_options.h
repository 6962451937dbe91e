#ifndef TICKERHUB_EXAMPLES_COMMON_SERVER_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_SERVER_OPTIONS_H_

// The options that both servers have.

#include <cstdint>
#include <optional>
#include <string>

#include "common/command_line.h"
#include "common/identity_options.h"
#include "common/limits_options.h"
#include "common/listen_options.h"
#include "common/operator_options.h"
#include "common/proxy_options.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct ServerOptions {
  ListenOptions listen;
  std::uint64_t threads = 1;
  bool compression = false;
  OperatorOptions operation;
  IdentityOptions identity;
  LimitsOptions limits;
  ProxyOptions proxy;
  std::string pages;  ///< a directory; empty: the pages that are built in
};

/// Adds the options of IdentityOptions, ListenOptions, OperatorOptions,
/// LimitsOptions and ProxyOptions, --threads, --compression, --pages, --config,
/// --help and --version. The values in `*options` are the defaults.
void AddServerOptions(CommandLine* line, ServerOptions* options);

/// Throws UsageError for values that make no sense together.
void CheckServerOptions(const CommandLine& line, ServerOptions* options);

/// Returns the library's options. The log goes to spdlog's default logger.
Server::Options ToLibraryOptions(const ServerOptions& options);

/// Serves the directory of --pages, if there is one. Returns the exit status,
/// and writes a sentence to standard error, if it cannot be used.
std::optional<int> ServeOwnPages(Server& server, const ServerOptions& options,
                                 const char* program);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_SERVER_OPTIONS_H_
