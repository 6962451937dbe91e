#ifndef TICKERHUB_TESTS_JWT_TOKEN_MAKER_H_
#define TICKERHUB_TESTS_JWT_TOKEN_MAKER_H_

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace tickerhub::testing {

std::string Base64Url(std::string_view bytes);

/// HMAC with SHA-256.
std::string SignWithSecret(std::string_view text, std::string_view secret);

/// A pair of keys as who signs users in has it.
class KeyPair {
 public:
  /// "RSA", "RSA-1024", "P-256", "P-384" or "Ed25519".
  explicit KeyPair(const std::string& kind);
  ~KeyPair();

  EVP_PKEY* handle() const;
  std::string PublicPem() const;
  std::string PrivatePem() const;
  /// As tokens have it: of P-256 both numbers, 64 bytes.
  std::string Sign(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_JWT_TOKEN_MAKER_H_
