#include "tickerhub/jwt/token_verifier.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <variant>
#include <vector>

#include "base64url.h"
#include "text/ascii.h"
#include "threads/system_time.h"
#include "token_claims.h"
#include "verifying_key.h"

namespace tickerhub {
namespace {

using internal::VerifyingKey;

// What a web page offers besides its token, because it fails if the server
// chooses none, and the token is no name of a protocol.
constexpr char kSubprotocol[] = "tickerhub";
constexpr std::string_view kTokenPrefix = "token.";

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

constexpr char kNoRightToRead[] = "the token has no right to read";

// "HEADER.CLAIMS.SIGNATURE".
struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;  // the first two, with the dot
};

std::optional<Parts> Split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos ||
      token.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return Parts{token.substr(0, first),
               token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

}  // namespace

std::string_view Describe(TokenError error) {
  switch (error) {
    case TokenError::kNone:
      return "the token is good";
    case TokenError::kMissing:
      return "show a token";
    case TokenError::kTooLong:
      return "the token is too long";
    case TokenError::kMalformed:
      return "that is no token";
    case TokenError::kAlgorithm:
      return "tokens with this algorithm are not accepted";
    case TokenError::kUnknownKey:
      return "the key of the token is not known here";
    case TokenError::kSignature:
      return "the signature of the token is wrong";
    case TokenError::kExpired:
      return "the token has expired; get a new one";
    case TokenError::kNotYetValid:
      return "the token is not valid yet";
    case TokenError::kAudience:
      return "the token is for somebody else than this server";
    case TokenError::kIssuer:
      return "tokens of this issuer are not accepted";
    case TokenError::kClaims:
      return "the token does not say who you are and how long it is valid";
  }
  return "";
}

class TokenVerifier::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}

  Status Add(internal::MadeKey made, std::string_view kid);
  Result Verify(std::string_view token) const;
  std::string_view Find(const ConnectRequest& request) const;
  void Admit(const ConnectRequest& request, const AdmissionReply& reply) const;
  Counters counters() const { return {accepted_, refused_}; }

 private:
  struct NamedKey {
    std::string kid;
    std::unique_ptr<VerifyingKey> key;
  };

  TokenError CheckSignature(const Parts& parts) const;
  TokenError CheckClaims(const internal::TokenClaims& claims) const;
  Result Check(std::string_view token) const;

  const Options options_;
  std::vector<NamedKey> keys_;
  mutable std::atomic<std::uint64_t> accepted_{0};
  mutable std::atomic<std::uint64_t> refused_{0};
};

Status TokenVerifier::Impl::Add(internal::MadeKey made, std::string_view kid) {
  if (const auto* status = std::get_if<Status>(&made)) return *status;
  if (keys_.size() == kMaxKeys) {
    return {StatusCode::kInvalidArgument,
            "there are more than " + std::to_string(kMaxKeys) + " keys"};
  }
  keys_.push_back({std::string(kid), std::move(std::get<0>(made))});
  return {};
}

// The token says only which of the keys to try. A key has one algorithm.
TokenError TokenVerifier::Impl::CheckSignature(const Parts& parts) const {
  std::string json;
  if (!internal::DecodeBase64Url(parts.header, &json)) {
    return TokenError::kMalformed;
  }
  const auto header = internal::ReadTokenHeader(json);
  std::string signature;
  if (!header || !internal::DecodeBase64Url(parts.signature, &signature)) {
    return TokenError::kMalformed;
  }
  TokenError error = TokenError::kAlgorithm;
  for (const auto& [kid, key] : keys_) {
    if (key->algorithm() != header->algorithm) continue;
    if (header->key_id && !kid.empty() && kid != *header->key_id) {
      if (error == TokenError::kAlgorithm) error = TokenError::kUnknownKey;
      continue;
    }
    if (key->Verifies(parts.signed_text, signature)) return TokenError::kNone;
    error = TokenError::kSignature;
  }
  return error;
}

TokenError TokenVerifier::Impl::CheckClaims(
    const internal::TokenClaims& claims) const {
  const Timestamp now = options_.now ? options_.now() : internal::SystemTime();
  if (claims.expires + options_.leeway <= now) return TokenError::kExpired;
  if (claims.not_before && *claims.not_before - options_.leeway > now) {
    return TokenError::kNotYetValid;
  }
  const auto& audience = claims.audience;
  const bool is_for_us = options_.audience.empty()
                             ? audience.empty()
                             : std::find(audience.begin(), audience.end(),
                                         options_.audience) != audience.end();
  if (!is_for_us) return TokenError::kAudience;
  if (!options_.issuer.empty() && claims.issuer != options_.issuer) {
    return TokenError::kIssuer;
  }
  return TokenError::kNone;
}

TokenVerifier::Result TokenVerifier::Impl::Check(std::string_view token) const {
  if (token.empty()) return {TokenError::kMissing, {}};
  if (token.size() > options_.max_token_bytes)
    return {TokenError::kTooLong, {}};
  const auto parts = Split(token);
  if (!parts) return {TokenError::kMalformed, {}};
  TokenError error = CheckSignature(*parts);
  if (error != TokenError::kNone) return {error, {}};
  // Nothing of the claims is looked at before.
  std::string json;
  internal::TokenClaims claims;
  if (!internal::DecodeBase64Url(parts->claims, &json)) {
    return {TokenError::kMalformed, {}};
  }
  switch (internal::ReadTokenClaims(json, &claims)) {
    case internal::ClaimsError::kMalformed:
      return {TokenError::kMalformed, {}};
    case internal::ClaimsError::kClaims:
      return {TokenError::kClaims, {}};
    case internal::ClaimsError::kNone:
      break;
  }
  error = CheckClaims(claims);
  if (error != TokenError::kNone) return {error, {}};
  Result result;
  result.identity.user = std::move(claims.subject);
  result.identity.rights = claims.scope ? std::move(*claims.scope)
                                        : std::vector<std::string>{kMayRead};
  result.identity.expires = claims.expires + options_.leeway;
  return result;
}

TokenVerifier::Result TokenVerifier::Impl::Verify(
    std::string_view token) const {
  Result result = Check(token);
  (result.ok() ? accepted_ : refused_).fetch_add(1, std::memory_order_relaxed);
  return result;
}

std::string_view TokenVerifier::Impl::Find(
    const ConnectRequest& request) const {
  if (const auto bearer = request.BearerToken()) return *bearer;
  for (const std::string_view offered : request.Subprotocols()) {
    if (internal::BeginsWith(offered, kTokenPrefix)) {
      return offered.substr(kTokenPrefix.size());
    }
  }
  if (options_.cookie.empty()) return {};
  return request.Cookie(options_.cookie).value_or(std::string_view());
}

void TokenVerifier::Impl::Admit(const ConnectRequest& request,
                                const AdmissionReply& reply) const {
  Result result = Verify(Find(request));
  if (!result.ok()) {
    return reply(tickerhub::Admission::Refuse(
        kUnauthorized, std::string(Describe(result.error)) + "\n"));
  }
  if (!result.identity.Has(kMayRead)) {
    return reply(tickerhub::Admission::Refuse(
        kForbidden, std::string(kNoRightToRead) + "\n"));
  }
  reply(tickerhub::Admission::Accept(
      std::move(result.identity), request.ChooseSubprotocol({kSubprotocol})));
}

TokenVerifier::TokenVerifier(Options options)
    : impl_(std::make_shared<Impl>(std::move(options))) {}

TokenVerifier::~TokenVerifier() = default;

Status TokenVerifier::AddSecret(std::string_view secret, std::string_view kid) {
  return impl_->Add(internal::MakeSecretKey(secret), kid);
}

Status TokenVerifier::AddPublicKey(std::string_view pem, std::string_view kid) {
  return impl_->Add(internal::MakePublicKey(pem), kid);
}

TokenVerifier::Result TokenVerifier::Verify(std::string_view token) const {
  return impl_->Verify(token);
}

std::string_view TokenVerifier::Find(const ConnectRequest& request) const {
  return impl_->Find(request);
}

AdmissionFunction TokenVerifier::Admission() const {
  return [impl = impl_](const ConnectRequest& request,
                        const AdmissionReply& reply) {
    impl->Admit(request, reply);
  };
}

TokenCheck TokenVerifier::Check() const {
  return [impl = impl_](std::string_view token) {
    Result result = impl->Verify(token);
    TokenAnswer answer;
    if (!result.ok()) {
      answer.refusal = Describe(result.error);
    } else if (!result.identity.Has(kMayRead)) {
      answer.refusal = kNoRightToRead;
    }
    answer.identity = std::move(result.identity);
    return answer;
  };
}

TokenVerifier::Counters TokenVerifier::counters() const {
  return impl_->counters();
}

}  // namespace tickerhub
