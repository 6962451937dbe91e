#ifndef TICKERHUB_EXAMPLES_COMMON_TLS_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_TLS_OPTIONS_H_

// The certificate of a server: options that both servers have.

#include <cstdint>
#include <string>

#include "common/command_line.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct TlsOptions {
  std::string certificate;  ///< a file; empty: none
  std::string key;
  std::uint64_t max_handshakes = Server::Options().max_tls_handshakes;
};

/// Adds --tls-cert, --tls-key and --max-tls-handshakes.
void AddTlsOptions(CommandLine* line, TlsOptions* options);

/// Throws UsageError if the files and what listeners speak do not go together.
void CheckTlsOptions(const TlsOptions& options, bool a_listener_speaks_tls);

void ApplyTlsOptions(const TlsOptions& options, Server::Options* server);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_TLS_OPTIONS_H_
