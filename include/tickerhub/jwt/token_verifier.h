#ifndef TICKERHUB_JWT_TOKEN_VERIFIER_H_
#define TICKERHUB_JWT_TOKEN_VERIFIER_H_

// Checks the tokens that clients show (JSON Web Tokens, RFC 7519), and lets in
// those who have a good one. OpenSSL does the cryptography. The server makes no
// tokens: whoever signs your users in does.
//
//     tickerhub::TokenVerifier tokens;
//     tickerhub::Status status = tokens.AddPublicKey(pem, "2026-11");
//     if (status.ok()) channel.SetAdmission(tokens.Admission());
//
// A client shows its token in one of three places; the first one counts:
//   Authorization: Bearer TOKEN          programs
//   Sec-WebSocket-Protocol: token.TOKEN  web pages; they offer a second
//                                        protocol too, "tickerhub"
//   Cookie: tickerhub_token=TOKEN        web pages of this server's own origin
//
// The claim `sub` is the user and `exp` ends the session; both must be there.
// `scope` has the rights, apart by blanks, or as a list (see identity.h); a
// token without it may read only. `nbf`, `aud` and `iss` are checked if they
// are there or asked for.
//
// A key belongs to one algorithm: a secret to HS256, an RSA key to RS256, a
// P-256 key to ES256, an Ed25519 key to EdDSA. A token that names another one
// is refused, whatever its signature is; `none` is no algorithm (RFC 8725
// §3.1). Without a key every token is refused.
//
// Threads: add keys before the first check. Then any thread may call.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/admission.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/export.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/identity.h"
#include "tickerhub/status.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Why a token is refused.
enum class TokenError : std::uint8_t {
  kNone,
  kMissing,      ///< the request has none
  kTooLong,      ///< TokenVerifier::Options::max_token_bytes
  kMalformed,    ///< not three parts of base64url, not JSON, or a part twice
  kAlgorithm,    ///< `none`, or one that no key has
  kUnknownKey,   ///< no key has this `kid`
  kSignature,    ///< it was not signed with the key, or was changed
  kExpired,      ///< `exp`
  kNotYetValid,  ///< `nbf`
  kAudience,     ///< `aud` is not Options::audience
  kIssuer,       ///< `iss` is not Options::issuer
  kClaims,       ///< `sub` or `exp` is missing, a claim has a wrong type, or
                 ///< `sub`, `aud` or `iss` is empty or longer than 256 bytes
};

/// Returns a sentence for the client. It has nothing of the token.
TICKERHUB_EXPORT std::string_view Describe(TokenError error);

class TICKERHUB_EXPORT TokenVerifier {
 public:
  /// Most keys. Each may cost a check if a token names none.
  static constexpr std::size_t kMaxKeys = 16;
  /// Fewest bytes of a secret (RFC 7518 §3.2).
  static constexpr std::size_t kMinSecretBytes = 32;

  struct Options {
    /// What `aud` must be or contain. Empty: tokens with an `aud` are refused,
    /// because they are for somebody else (RFC 7519 §4.1.3).
    std::string audience;
    /// What `iss` must be. Empty: any.
    std::string issuer;
    /// How far the clocks of this machine and of the signer may differ. A
    /// session ends so long after `exp`.
    std::chrono::seconds leeway{30};
    /// Longest token. Beyond: kTooLong, before anything of it is looked at.
    std::size_t max_token_bytes = 4'096;
    /// The cookie with the token. Empty: none.
    std::string cookie = "tickerhub_token";
    /// The clock, for tests. Null: the machine's.
    std::function<Timestamp()> now;
  };

  struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;  ///< of all kinds, and of missing tokens
  };

  /// What a token says if it is good.
  struct Result {
    TokenError error = TokenError::kNone;
    Identity identity;

    bool ok() const { return error == TokenError::kNone; }
  };

  TokenVerifier() : TokenVerifier(Options()) {}
  explicit TokenVerifier(Options options);
  ~TokenVerifier();
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;

  /// Adds a key for HS256. `kid`: the id by which tokens name it; empty: it is
  /// tried for every token. Fails with a sentence if it is shorter than
  /// kMinSecretBytes or if there are kMaxKeys already.
  Status AddSecret(std::string_view secret, std::string_view kid = {});
  /// Adds a public key in PEM: RSA of 2,048 bits or more, P-256 or Ed25519.
  /// Fails with a sentence if it is none, if it is a private one, or if there
  /// are kMaxKeys already.
  Status AddPublicKey(std::string_view pem, std::string_view kid = {});

  /// Checks a token. Takes as long as its signature, up to kMaxKeys of them.
  Result Verify(std::string_view token) const;

  /// Finds the token of a request; empty if it has none.
  std::string_view Find(const ConnectRequest& request) const;

  /// Lets in who has a good token with the right to read. Refuses others with
  /// 401 (the token) or 403 (the right). May outlive this. It runs on the
  /// loops' threads and never waits.
  AdmissionFunction Admission() const;

  /// For RefreshOptions::check of the services: refuses what Admission()
  /// refuses. May outlive this.
  TokenCheck Check() const;

  /// The figures of this moment, of Verify(), Admission() and Check() together.
  Counters counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_JWT_TOKEN_VERIFIER_H_
