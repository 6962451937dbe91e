#include "common/tls_options.h"

namespace tickerhub::examples {

void AddTlsOptions(CommandLine* line, TlsOptions* options) {
  line->AddText("--tls-cert", "FILE", &options->certificate,
                "Certificate in PEM form, the server's own first; without "
                "--listen, the server then speaks https:// and wss:// only; "
                "SIGHUP reads it again");
  line->AddText("--tls-key", "FILE", &options->key,
                "Its key in PEM form, without a password");
  line->AddWholeNumber("--max-tls-handshakes", 1, 1'000'000,
                       &options->max_handshakes,
                       "TLS handshakes under way on each event loop; others "
                       "wait for their turn");
}

void CheckTlsOptions(const TlsOptions& options, bool a_listener_speaks_tls) {
  if (options.certificate.empty() != options.key.empty()) {
    throw UsageError("--tls-cert and --tls-key must be given together");
  }
  if (a_listener_speaks_tls && options.certificate.empty()) {
    throw UsageError(
        "a --listen says tls, so --tls-cert and --tls-key must name a "
        "certificate and its key");
  }
  if (!a_listener_speaks_tls && !options.certificate.empty()) {
    throw UsageError("--tls-cert is given, but no --listen says tls");
  }
}

void ApplyTlsOptions(const TlsOptions& options, Server::Options* server) {
  server->tls_certificate_file = options.certificate;
  server->tls_key_file = options.key;
  server->max_tls_handshakes = static_cast<std::size_t>(options.max_handshakes);
}

}  // namespace tickerhub::examples
