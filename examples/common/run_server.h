#ifndef TICKERHUB_EXAMPLES_COMMON_RUN_SERVER_H_
#define TICKERHUB_EXAMPLES_COMMON_RUN_SERVER_H_

// From a server that is set up to the exit status of the program.

#include "common/server_options.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

/// Listens, prints `listening on URL` on standard output for each listener and
/// serves until SIGINT or SIGTERM. Returns 0, or 1 if it could not listen; then
/// a sentence is on standard error.
int RunServer(Server& server, const ServerOptions& options,
              const char* program);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_RUN_SERVER_H_
