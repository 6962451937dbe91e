#include "verifying_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "tickerhub/jwt/token_verifier.h"

namespace tickerhub::internal {
namespace {

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freeing<Free>>;

using Digest = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Mac = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Status Wrong(std::string sentence) {
  return {StatusCode::kInvalidArgument, std::move(sentence)};
}

// HMAC with SHA-256.
class SecretKey final : public VerifyingKey {
 public:
  // Ready for a text.
  explicit SecretKey(Mac keyed) : keyed_(std::move(keyed)) {}

  std::string_view algorithm() const override { return "HS256"; }

  bool Verifies(std::string_view text,
                std::string_view signature) const override {
    std::array<unsigned char, 32> expected{};
    std::size_t size = 0;
    Mac mac = Take();
    const bool is_good =
        mac != nullptr && EVP_MAC_init(mac.get(), nullptr, 0, nullptr) == 1 &&
        EVP_MAC_update(mac.get(), Bytes(text), text.size()) == 1 &&
        EVP_MAC_final(mac.get(), expected.data(), &size, expected.size()) ==
            1 &&
        size == expected.size() && signature.size() == size &&
        CRYPTO_memcmp(expected.data(), signature.data(), size) == 0;
    GiveBack(std::move(mac));
    return is_good;
  }

 private:
  // A copy of the keyed one takes as long as the rest, so copies are kept: as
  // many as threads have checked at once.
  Mac Take() const {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!free_.empty()) {
        Mac mac = std::move(free_.back());
        free_.pop_back();
        return mac;
      }
    }
    return Mac(EVP_MAC_CTX_dup(keyed_.get()));
  }
  void GiveBack(Mac mac) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (mac != nullptr) free_.push_back(std::move(mac));
  }

  const Mac keyed_;
  mutable std::mutex mutex_;
  mutable std::vector<Mac> free_;
};

class PublicKey : public VerifyingKey {
 public:
  PublicKey(std::string_view algorithm, const EVP_MD* digest, Key key)
      : algorithm_(algorithm), digest_(digest), key_(std::move(key)) {}

  std::string_view algorithm() const override { return algorithm_; }

  bool Verifies(std::string_view text,
                std::string_view signature) const override {
    const Digest context(EVP_MD_CTX_new());
    const bool is_good =
        context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, digest_, nullptr,
                             key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                         Bytes(text), text.size()) == 1;
    if (!is_good) ERR_clear_error();  // the thread's, which TLS reads too
    return is_good;
  }

 private:
  const std::string_view algorithm_;
  const EVP_MD* const digest_;  // null: the algorithm has its own
  const Key key_;
};

// A token has both numbers of the signature side by side, 32 bytes each (RFC
// 7518 §3.4). OpenSSL wants them as DER.
class P256Key final : public PublicKey {
 public:
  using PublicKey::PublicKey;

  bool Verifies(std::string_view text,
                std::string_view signature) const override {
    constexpr int kHalf = 32;
    if (signature.size() != std::size_t{2} * kHalf) return false;
    const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
    BIGNUM* const r = BN_bin2bn(Bytes(signature), kHalf, nullptr);
    BIGNUM* const s = BN_bin2bn(Bytes(signature) + kHalf, kHalf, nullptr);
    if (pair == nullptr || r == nullptr || s == nullptr ||
        ECDSA_SIG_set0(pair.get(), r, s) != 1) {
      BN_free(r);
      BN_free(s);
      return false;
    }
    std::array<unsigned char, 80> der{};  // 72 at most
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), &end);
    return size > 0 &&
           PublicKey::Verifies(text, {reinterpret_cast<const char*>(der.data()),
                                      static_cast<std::size_t>(size)});
  }
};

bool IsP256(const EVP_PKEY* key) {
  std::array<char, 80> name{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1 &&
         std::string_view(name.data(), size) == SN_X9_62_prime256v1;
}

}  // namespace

MadeKey MakeSecretKey(std::string_view secret) {
  if (secret.size() < TokenVerifier::kMinSecretBytes) {
    return Wrong("the secret has " + std::to_string(secret.size()) +
                 " bytes; take " +
                 std::to_string(TokenVerifier::kMinSecretBytes) +
                 " random ones or more");
  }
  // Whoever has the public key could sign with it.
  if (secret.find("-----BEGIN") != std::string_view::npos) {
    return Wrong("the secret is a key in PEM; give it as a public key");
  }
  const Owned<EVP_MAC, EVP_MAC_free> hmac(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  Mac keyed(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac.get()));
  char digest[] = "SHA256";
  const std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  if (keyed == nullptr || EVP_MAC_init(keyed.get(), Bytes(secret),
                                       secret.size(), parameters.data()) != 1) {
    return Status(StatusCode::kUnavailable,
                  "OpenSSL cannot compute HMAC with SHA-256");
  }
  return std::unique_ptr<VerifyingKey>(new SecretKey(std::move(keyed)));
}

MadeKey MakePublicKey(std::string_view pem) {
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return Wrong(
        "that is a private key; give the public one, which 'openssl pkey "
        "-pubout' makes of it");
  }
  constexpr std::size_t kMost = 1 << 20;
  const Owned<BIO, BIO_free> source(
      pem.size() > kMost
          ? nullptr
          : BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(source == nullptr
              ? nullptr
              : PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return Wrong(
        "that is no public key in PEM, which begins with '-----BEGIN PUBLIC "
        "KEY-----'");
  }
  constexpr int kFewestRsaBits = 2'048;
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key.get()) < kFewestRsaBits) {
        return Wrong("the RSA key is too short; take one of 2048 bits or more");
      }
      return std::unique_ptr<VerifyingKey>(
          new PublicKey("RS256", EVP_sha256(), std::move(key)));
    case EVP_PKEY_EC:
      if (!IsP256(key.get())) {
        return Wrong("the curve of the key is another than P-256");
      }
      return std::unique_ptr<VerifyingKey>(
          new P256Key("ES256", EVP_sha256(), std::move(key)));
    case EVP_PKEY_ED25519:
      return std::unique_ptr<VerifyingKey>(
          new PublicKey("EdDSA", nullptr, std::move(key)));
    default:
      return Wrong("the key is neither RSA nor P-256 nor Ed25519");
  }
}

}  // namespace tickerhub::internal
