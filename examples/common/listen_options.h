#ifndef TICKERHUB_EXAMPLES_COMMON_LISTEN_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_LISTEN_OPTIONS_H_

// Where a server listens: the options that both servers have.

#include <cstdint>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "common/tls_options.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint64_t port = 0;
  bool reuse_port = false;
  /// If there is one, they count instead of `address` and `port`.
  std::vector<std::string> listeners;
  TlsOptions tls;
};

/// Adds --listen, --address, --port, --reuse-port and those of TlsOptions.
void AddListenOptions(CommandLine* line, ListenOptions* options);

/// Throws UsageError for values that make no sense, alone or together.
void CheckListenOptions(const CommandLine& line, const ListenOptions& options);

/// One listener at least. Throws UsageError for what is none.
std::vector<Listener> ListenersOf(const ListenOptions& options);

/// Whether no other machine can connect, but to admin listeners.
bool IsForThisMachineOnly(const ListenOptions& options);

/// Sets the first listener and the certificate.
void ApplyListenOptions(const ListenOptions& options, Server::Options* server);

/// Adds the other listeners.
void AddMoreListeners(Server& server, const ListenOptions& options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_LISTEN_OPTIONS_H_
