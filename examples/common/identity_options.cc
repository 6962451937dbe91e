#include "common/identity_options.h"

#include "tickerhub/websocketpp/http.h"

namespace tickerhub::examples {

void AddIdentityOptions(CommandLine* line, IdentityOptions* options) {
  line->BeginGroup("Who may speak");
  line->AddTexts("--allow-origin", "ORIGIN", "", &options->allowed_origins,
                 "Web pages of this origin may connect and use /api too, "
                 "repeatable; others than the server's own may not");
}

void CheckIdentityOptions(const IdentityOptions& options) {
  for (const std::string& origin : options.allowed_origins) {
    if (IsOrigin(origin)) continue;
    throw UsageError(
        "--allow-origin must be an origin as browsers write it, such as "
        "https://example.com or http://localhost:3000, not \"" +
        origin + "\"");
  }
}

void ApplyIdentityOptions(const IdentityOptions& options,
                          Server::Options* server) {
  server->allowed_origins = options.allowed_origins;
}

}  // namespace tickerhub::examples
