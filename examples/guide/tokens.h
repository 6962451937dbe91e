#ifndef TICKERHUB_EXAMPLES_GUIDE_TOKENS_H_
#define TICKERHUB_EXAMPLES_GUIDE_TOKENS_H_

#include <tickerhub/tickerhub.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

using Request = tickerhub::ConnectRequest;
using Token = std::optional<std::string>;

// Where a client can put its token. A browser can do all but BearerToken.
inline Token InQuery(const Request& request) {  // ws://…/query?token=…
  return request.QueryParameter("token");
}
inline Token InCookie(const Request& request) {
  // Browsers send cookies for pages of other sites too. The server has refused
  // those: see Server::Options::allowed_origins.
  return Token(request.Cookie("token"));
}
inline Token InHeader(const Request& request) {  // Authorization: Bearer …
  return Token(request.BearerToken());
}
inline Token InSubprotocol(const Request& request) {
  constexpr std::string_view kPrefix = "token.";
  for (const std::string_view offered : request.Subprotocols()) {
    if (offered.substr(0, kPrefix.size()) == kPrefix)
      return Token(offered.substr(kPrefix.size()));
  }
  return {};
}

// Takes the same time wherever the first wrong character is.
inline bool SameSecret(std::string_view a, std::string_view b) {
  unsigned char differ = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    differ |= static_cast<unsigned char>(a[i] ^ b[i]);
  return differ == 0;
}

// Yours come from a file or a database.
inline constexpr std::pair<const char*, const char*> kTokens[] = {
    {"a-long-random-text", "ann"}, {"another-random-text", "bob"}};

inline std::string UserOf(const Token& token) {
  std::string user;
  for (const auto& [secret, name] : kTokens)
    if (token && SameSecret(*token, secret)) user = name;
  return user;
}

#endif  // TICKERHUB_EXAMPLES_GUIDE_TOKENS_H_
