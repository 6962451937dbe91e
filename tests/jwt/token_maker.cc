#include "token_maker.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>

namespace tickerhub::testing {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <typename Write>
std::string Written(Write write) {
  BIO* const out = BIO_new(BIO_s_mem());
  write(out);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

// From DER to both numbers side by side.
std::string RawPair(const std::string& der) {
  const unsigned char* begin = Bytes(der);
  ECDSA_SIG* const pair =
      d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size()));
  std::string raw(64, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
  ECDSA_SIG_free(pair);
  return raw;
}

}  // namespace

std::string Base64Url(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) {
      text += kDigits[bits >> (count - 6) & 63];
    }
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  return text;
}

std::string SignWithSecret(std::string_view text, std::string_view secret) {
  std::array<unsigned char, 32> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       Bytes(text), text.size(), mac.data(), &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

struct KeyPair::Impl {
  EVP_PKEY* key = nullptr;
};

KeyPair::KeyPair(const std::string& kind) : impl_(std::make_unique<Impl>()) {
  if (kind == "RSA") {
    impl_->key = EVP_RSA_gen(2'048);
  } else if (kind == "RSA-1024") {
    impl_->key = EVP_RSA_gen(1'024);
  } else if (kind == "Ed25519") {
    impl_->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  } else {
    impl_->key = EVP_EC_gen(kind.c_str());
  }
}

KeyPair::~KeyPair() { EVP_PKEY_free(impl_->key); }

EVP_PKEY* KeyPair::handle() const { return impl_->key; }

std::string KeyPair::PublicPem() const {
  return Written([&](BIO* out) { PEM_write_bio_PUBKEY(out, impl_->key); });
}

std::string KeyPair::PrivatePem() const {
  return Written([&](BIO* out) {
    PEM_write_bio_PrivateKey(out, impl_->key, nullptr, nullptr, 0, nullptr,
                             nullptr);
  });
}

std::string KeyPair::Sign(std::string_view text) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const int kind = EVP_PKEY_get_base_id(impl_->key);
  EVP_DigestSignInit(context, nullptr,
                     kind == EVP_PKEY_ED25519 ? nullptr : EVP_sha256(), nullptr,
                     impl_->key);
  std::size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, Bytes(text), text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()),
                 &size, Bytes(text), text.size());
  signature.resize(size);
  EVP_MD_CTX_free(context);
  return kind == EVP_PKEY_EC ? RawPair(signature) : signature;
}

}  // namespace tickerhub::testing
