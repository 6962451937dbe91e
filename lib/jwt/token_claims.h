#ifndef TICKERHUB_LIB_JWT_TOKEN_CLAIMS_H_
#define TICKERHUB_LIB_JWT_TOKEN_CLAIMS_H_

// The two JSON objects of a token. Of a name that is there twice, readers might
// take different ones, so such a token is malformed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

struct TokenHeader {
  std::string algorithm;
  std::optional<std::string> key_id;
};

/// Returns nothing if it is malformed, or if it has an extension that must be
/// understood (`crit`, RFC 7515 §4.1.11).
std::optional<TokenHeader> ReadTokenHeader(std::string& json);

struct TokenClaims {
  std::string subject;
  std::optional<std::string> issuer;
  std::vector<std::string> audience;
  std::optional<std::vector<std::string>> scope;
  Timestamp expires{};
  std::optional<Timestamp> not_before;
};

enum class ClaimsError { kNone, kMalformed, kClaims };

/// `kClaims`: `sub` or `exp` is missing, or a claim has a wrong type.
ClaimsError ReadTokenClaims(std::string& json, TokenClaims* claims);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_JWT_TOKEN_CLAIMS_H_
