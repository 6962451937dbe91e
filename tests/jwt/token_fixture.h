#ifndef TICKERHUB_TESTS_JWT_TOKEN_FIXTURE_H_
#define TICKERHUB_TESTS_JWT_TOKEN_FIXTURE_H_

// Tokens for tests, at a moment that the test sets.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/jwt/token_verifier.h"
#include "token_maker.h"

namespace tickerhub::testing {

using std::chrono::seconds;

inline constexpr char kSecret[] = "a secret of thirty-two bytes, or a few more";
inline constexpr std::int64_t kNow = 1'800'000'000;  // seconds

inline const KeyPair& Rsa() {
  static const auto* const key = new KeyPair("RSA");
  return *key;
}
inline const KeyPair& P256() {
  static const auto* const key = new KeyPair("P-256");
  return *key;
}
inline const KeyPair& Ed25519() {
  static const auto* const key = new KeyPair("Ed25519");
  return *key;
}

// What signs a token: by a secret or by a key.
using Signer = std::function<std::string(std::string_view)>;
inline Signer By(const std::string& secret) {
  return
      [secret](std::string_view text) { return SignWithSecret(text, secret); };
}
inline Signer By(const KeyPair& key) {
  return [&key](std::string_view text) { return key.Sign(text); };
}

inline std::string Token(const std::string& header, const std::string& claims,
                         const Signer& sign) {
  const std::string text = Base64Url(header) + "." + Base64Url(claims);
  return text + "." + Base64Url(sign(text));
}

// {"sub":"ann","exp":…} and `more`, such as R"(,"nbf":1)".
inline std::string Claims(const std::string& more = "") {
  return R"({"sub":"ann","exp":)" + std::to_string(kNow + 60) + more + "}";
}
inline std::string Header(const std::string& algorithm,
                          const std::string& more = "") {
  return R"({"alg":")" + algorithm + R"(","typ":"JWT")" + more + "}";
}
inline std::string Good(const std::string& more = "") {
  return Token(Header("HS256"), Claims(more), By(kSecret));
}

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() {
    options_.now = [this] { return now_; };
  }
  TokenVerifier& verifier() {
    if (!verifier_) verifier_.emplace(options_);
    return *verifier_;
  }
  void UseSecret(std::string_view kid = "") {
    ASSERT_TRUE(verifier().AddSecret(kSecret, kid).ok());
  }
  TokenError Check(const std::string& token) {
    return verifier().Verify(token).error;
  }
  TokenError CheckClaims(const std::string& claims) {
    return Check(Token(Header("HS256"), claims, By(kSecret)));
  }

  Timestamp now_{seconds(kNow)};
  TokenVerifier::Options options_;
  std::optional<TokenVerifier> verifier_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_JWT_TOKEN_FIXTURE_H_
