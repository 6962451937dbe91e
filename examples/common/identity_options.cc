#include "common/identity_options.h"

#include <cctype>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "tickerhub/websocketpp/http.h"

namespace tickerhub::examples {
namespace {

// The head of a request, which has the token in it, has no more.
constexpr std::uint64_t kLongestToken = 16'000;

// "KID=FILE" or "FILE". A path that has a '=' needs a KID before it.
std::pair<std::string, std::string> SplitKey(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string ReadKeyFile(const std::string& option, const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream content;
  if (file.is_open()) content << file.rdbuf();
  if (!file.is_open() || content.str().empty()) {
    throw UsageError(option + ": cannot read a key from the file " +
                     (name.empty() ? "\"\"" : name));
  }
  return content.str();
}

// An editor ends a file with a line feed, which is no part of the secret.
std::string WithoutLineEnd(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

void ThrowIfWrong(const std::string& option, const std::string& name,
                  const Status& status) {
  if (!status.ok()) {
    throw UsageError(option + " " + name + ": " + status.message());
  }
}

void ReadKeys(IdentityOptions* options) {
  TokenVerifier::Options settings;
  settings.audience = options->audience;
  settings.issuer = options->issuer;
  settings.cookie = options->cookie;
  settings.max_token_bytes = options->max_token_bytes;
  options->tokens = std::make_shared<TokenVerifier>(settings);
  for (const std::string& text : options->secret_files) {
    const auto [kid, name] = SplitKey(text);
    const std::string option = "--auth-secret-file";
    ThrowIfWrong(option, name,
                 options->tokens->AddSecret(
                     WithoutLineEnd(ReadKeyFile(option, name)), kid));
  }
  for (const std::string& text : options->public_keys) {
    const auto [kid, name] = SplitKey(text);
    const std::string option = "--auth-public-key";
    ThrowIfWrong(option, name,
                 options->tokens->AddPublicKey(ReadKeyFile(option, name), kid));
  }
}

HttpResponse Refused(int status, std::string_view sentence) {
  constexpr int kUnauthorized = 401;
  HttpResponse response;
  response.status = status;
  response.body = std::string(sentence) + "\n";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (status == kUnauthorized) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

// A request with the API token, which is no JWT, goes on to the API, which
// compares it.
bool MayHaveApiToken(const HttpRequest& request, const std::string& api_token,
                     std::string_view token) {
  return !api_token.empty() && request.method == "POST" &&
         token.find('.') == std::string_view::npos;
}

}  // namespace

void AddIdentityOptions(CommandLine* line, IdentityOptions* options) {
  line->BeginGroup("Who may speak");
  line->AddTexts("--allow-origin", "ORIGIN", "", &options->allowed_origins,
                 "Web pages of this origin may connect and use /api too, "
                 "repeatable; others than the server's own may not");
  line->AddTexts("--auth-secret-file", "[KID=]FILE", "", &options->secret_files,
                 "Clients must show a token (JWT) that is signed with the "
                 "secret in this file (HS256), repeatable");
  line->AddTexts("--auth-public-key", "[KID=]FILE", "", &options->public_keys,
                 "The same with a public key in PEM: RSA (RS256), P-256 "
                 "(ES256) or Ed25519 (EdDSA), repeatable");
  line->AddText("--auth-audience", "NAME", &options->audience,
                "What the tokens must name as their audience (aud)");
  line->AddText("--auth-issuer", "NAME", &options->issuer,
                "What the tokens must name as their issuer (iss)");
  line->AddText("--auth-cookie", "NAME", &options->cookie,
                "The cookie in which a browser may have its token");
  line->AddWholeNumber("--auth-max-token-bytes", 1, kLongestToken,
                       &options->max_token_bytes,
                       "Bytes of a token; a longer one is refused");
}

void CheckIdentityOptions(const CommandLine& line, IdentityOptions* options) {
  for (const std::string& origin : options->allowed_origins) {
    if (IsOrigin(origin)) continue;
    throw UsageError(
        "--allow-origin must be an origin as browsers write it, such as "
        "https://example.com or http://localhost:3000, not \"" +
        origin + "\"");
  }
  if (!options->secret_files.empty() || !options->public_keys.empty()) {
    return ReadKeys(options);
  }
  for (const char* name : {"--auth-audience", "--auth-issuer", "--auth-cookie",
                           "--auth-max-token-bytes"}) {
    if (line.WasGiven(name)) {
      throw UsageError(std::string(name) +
                       " needs --auth-secret-file or --auth-public-key");
    }
  }
}

void ApplyIdentityOptions(const IdentityOptions& options,
                          Server::Options* server) {
  server->allowed_origins = options.allowed_origins;
}

void AskForTokens(const IdentityOptions& options, const std::string& api_token,
                  Server& server, Channel& channel) {
  if (options.tokens == nullptr) return;
  channel.SetAdmission(options.tokens->Admission());
  const HttpGuard guard =
      [tokens = options.tokens,
       api_token](HttpRequest& request) -> std::optional<HttpResponse> {
    constexpr int kUnauthorized = 401;
    constexpr int kForbidden = 403;
    ConnectRequest shown;
    shown.headers = request.headers;
    const std::string_view token = tokens->Find(shown);
    if (MayHaveApiToken(request, api_token, token)) return std::nullopt;
    TokenVerifier::Result result = tokens->Verify(token);
    if (!result.ok()) return Refused(kUnauthorized, Describe(result.error));
    if (request.method == "GET" && !result.identity.Has(kMayRead)) {
      return Refused(kForbidden, "the token has no right to read");
    }
    request.identity = std::move(result.identity);
    return std::nullopt;
  };
  server.Guard("/api/*", guard);
  server.Guard("/", guard);  // the page has in it what the channel says
}

}  // namespace tickerhub::examples
