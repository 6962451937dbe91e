// The check of a token, and what others take for it: libjwt's jwt_decode(), and
// the signature alone, by OpenSSL with a key that is ready. The bar of the
// project: at most 1.2 times the library's bare verify, and no time of the hub.

#include <benchmark/benchmark.h>
#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "jwt/token_maker.h"
#include "tickerhub/jwt/token_verifier.h"

namespace tickerhub {
namespace {

using testing::Base64Url;
using testing::KeyPair;

constexpr char kSecret[] = "a secret of thirty-two bytes, or a few more";

std::string SignedText(const char* algorithm) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string header =
      std::string(R"({"alg":")") + algorithm + R"(","typ":"JWT"})";
  const std::string claims = R"({"sub":"ann","aud":"tickerhub","exp":)" +
                             std::to_string(now.count() + 3'600) +
                             R"(,"scope":"read send-users send-all"})";
  return Base64Url(header) + "." + Base64Url(claims);
}

const char* AlgorithmOf(std::string_view kind) {
  if (kind == "RSA") return "RS256";
  return kind == "P-256" ? "ES256" : kind == "Ed25519" ? "EdDSA" : "HS256";
}

// A key of a kind with a token. The kind "secret" is one that both sides have.
struct Case {
  explicit Case(const char* kind) {
    text = SignedText(AlgorithmOf(kind));
    if (std::string_view(kind) == "secret") {
      key = kSecret;
      token = text + "." + Base64Url(testing::SignWithSecret(text, key));
      (void)verifier.AddSecret(key).ok();
    } else {
      const KeyPair pair(kind);
      key = pair.PublicPem();
      token = text + "." + Base64Url(pair.Sign(text));
      (void)verifier.AddPublicKey(key).ok();
    }
  }
  static TokenVerifier::Options Settings() {
    TokenVerifier::Options options;
    options.audience = "tickerhub";
    return options;
  }
  std::string text;  // that is signed
  std::string token;
  std::string key;  // as libjwt wants it
  TokenVerifier verifier{Settings()};
};

void BM_Verify(benchmark::State& state, const char* kind) {
  Case c(kind);
  for (auto _ : state) {
    if (!c.verifier.Verify(c.token).ok()) state.SkipWithError("refused");
  }
}
BENCHMARK_CAPTURE(BM_Verify, HS256, "secret");
BENCHMARK_CAPTURE(BM_Verify, ES256, "P-256");
BENCHMARK_CAPTURE(BM_Verify, RS256, "RSA");
BENCHMARK_CAPTURE(BM_Verify, EdDSA, "Ed25519");

// It checks the signature and reads the claims, but looks at none of them.
void BM_LibjwtDecode(benchmark::State& state, const char* kind) {
  const Case c(kind);
  for (auto _ : state) {
    jwt_t* token = nullptr;
    if (jwt_decode(&token, c.token.c_str(),
                   reinterpret_cast<const unsigned char*>(c.key.data()),
                   static_cast<int>(c.key.size())) != 0) {
      state.SkipWithError("refused");
    }
    jwt_free(token);
  }
}
BENCHMARK_CAPTURE(BM_LibjwtDecode, HS256, "secret");
BENCHMARK_CAPTURE(BM_LibjwtDecode, ES256, "P-256");
BENCHMARK_CAPTURE(BM_LibjwtDecode, RS256, "RSA");

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The signature alone.
void BM_BareHmac(benchmark::State& state) {
  const Case c("secret");
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  for (auto _ : state) {
    HMAC(EVP_sha256(), kSecret, sizeof kSecret - 1, Bytes(c.text),
         c.text.size(), mac.data(), &size);
    benchmark::DoNotOptimize(mac);
  }
}
BENCHMARK(BM_BareHmac);

std::string Der(const std::string& raw) {
  ECDSA_SIG* const pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(Bytes(raw), 32, nullptr),
                 BN_bin2bn(Bytes(raw) + 32, 32, nullptr));
  std::string der(80, '\0');
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(pair, &end)));
  ECDSA_SIG_free(pair);
  return der;
}

void BM_BareSignature(benchmark::State& state, const char* kind) {
  const KeyPair key(kind);
  const std::string text = SignedText(AlgorithmOf(kind));
  const bool is_ecdsa = std::string_view(kind) == "P-256";
  const std::string raw = key.Sign(text);
  const std::string signature = is_ecdsa ? Der(raw) : raw;
  for (auto _ : state) {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(
        context, nullptr,
        std::string_view(kind) == "Ed25519" ? nullptr : EVP_sha256(), nullptr,
        key.handle());
    if (EVP_DigestVerify(context, Bytes(signature), signature.size(),
                         Bytes(text), text.size()) != 1) {
      state.SkipWithError("refused");
    }
    EVP_MD_CTX_free(context);
  }
}
BENCHMARK_CAPTURE(BM_BareSignature, ES256, "P-256");
BENCHMARK_CAPTURE(BM_BareSignature, RS256, "RSA");
BENCHMARK_CAPTURE(BM_BareSignature, EdDSA, "Ed25519");

}  // namespace
}  // namespace tickerhub
