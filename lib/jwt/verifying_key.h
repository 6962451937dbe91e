#ifndef TICKERHUB_LIB_JWT_VERIFYING_KEY_H_
#define TICKERHUB_LIB_JWT_VERIFYING_KEY_H_

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "tickerhub/status.h"

namespace tickerhub::internal {

/// A key with the one algorithm that it is for. OpenSSL is inside. Any thread
/// may call Verifies().
class VerifyingKey {
 public:
  virtual ~VerifyingKey() = default;

  /// "HS256", "RS256", "ES256" or "EdDSA" (RFC 7518 §3.1, RFC 8037).
  virtual std::string_view algorithm() const = 0;
  /// Returns whether `signature` is that of `text` by this key.
  virtual bool Verifies(std::string_view text,
                        std::string_view signature) const = 0;
};

using MadeKey = std::variant<std::unique_ptr<VerifyingKey>, Status>;

/// See TokenVerifier::AddSecret() and AddPublicKey().
MadeKey MakeSecretKey(std::string_view secret);
MadeKey MakePublicKey(std::string_view pem);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_JWT_VERIFYING_KEY_H_
