#ifndef TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_

// Who may speak to the server: the options that both servers have
// (docs/security.md).

#include <memory>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "tickerhub/jwt/token_verifier.h"
#include "tickerhub/websocketpp/channel.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct IdentityOptions {
  /// See Server::Options::allowed_origins.
  std::vector<std::string> allowed_origins;
  /// Files with keys, each FILE or KID=FILE.
  std::vector<std::string> secret_files;
  std::vector<std::string> public_keys;
  std::string audience;
  std::string issuer;
  std::string cookie = "tickerhub_token";
  std::uint64_t max_token_bytes = TokenVerifier::Options().max_token_bytes;
  /// Made of these by CheckIdentityOptions(); null: nobody shows a token.
  std::shared_ptr<TokenVerifier> tokens;
};

/// Adds --allow-origin and --auth-….
void AddIdentityOptions(CommandLine* line, IdentityOptions* options);

/// Reads the files with keys. Throws UsageError for values that make no sense.
void CheckIdentityOptions(const CommandLine& line, IdentityOptions* options);

/// Sets what the server itself looks at.
void ApplyIdentityOptions(const IdentityOptions& options,
                          Server::Options* server);

/// With keys: asks each client of `channel`, of /api and of the page for its
/// token. `api_token`: a program that has it needs no other; empty: none.
void AskForTokens(const IdentityOptions& options, const std::string& api_token,
                  Server& server, Channel& channel);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_IDENTITY_OPTIONS_H_
