#ifndef TICKERHUB_LIB_WEBSOCKETPP_SERVER_TLS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SERVER_TLS_H_

#include <vector>

#include "hub/log_sink.h"
#include "streams/tls_context.h"
#include "tickerhub/status.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Reads the certificate of a server's options, at the start and again.
///
/// Threads: belongs to the hub's thread.
class ServerTls {
 public:
  ServerTls(const ServerOptions& options,
            const std::vector<Listener>& listeners, LogSink& log)
      : options_(options), listeners_(listeners), log_(log) {}

  /// Reads it if a listener speaks TLS. A server with an old certificate starts
  /// all the same, with a line in the log: its plain listeners work, and
  /// Reload() takes the new one.
  Status Load();
  /// Reads it again; see Server::ReloadTls().
  Status Reload();
  /// Reads it again and logs what came of it.
  void OnHangUp();

  TlsContext& context() { return context_; }

 private:
  bool IsSpoken() const;
  TlsFiles Files() const;

  const ServerOptions& options_;
  const std::vector<Listener>& listeners_;
  LogSink& log_;
  TlsContext context_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SERVER_TLS_H_
