#ifndef TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_

// Who may speak to the server: the options that both servers have
// (docs/security.md).

#include <string>
#include <vector>

#include "common/command_line.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct IdentityOptions {
  /// See Server::Options::allowed_origins.
  std::vector<std::string> allowed_origins;
};

/// Adds --allow-origin.
void AddIdentityOptions(CommandLine* line, IdentityOptions* options);

/// Throws UsageError for values that make no sense.
void CheckIdentityOptions(const IdentityOptions& options);

/// Sets what the server itself looks at.
void ApplyIdentityOptions(const IdentityOptions& options,
                          Server::Options* server);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_
