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
#include <memory>
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

// A key with a token and its parts.
struct Case {
  std::string text;
  std::string signature;
  std::string token;
  std::string key;  // as libjwt wants it
  TokenVerifier verifier{Settings()};

  static TokenVerifier::Options Settings() {
    TokenVerifier::Options options;
    options.audience = "tickerhub";
    return options;
  }
  void Finish() { token = text + "." + Base64Url(signature); }
};

Case& Hs256() {
  static Case* const made = [] {
    auto* const c = new Case;
    c->text = SignedText("HS256");
    c->signature = testing::SignWithSecret(c->text, kSecret);
    c->key = kSecret;
    (void)c->verifier.AddSecret(kSecret).ok();
    c->Finish();
    return c;
  }();
  return *made;
}

Case& ByKey(const char* kind, const char* algorithm) {
  auto* const c = new Case;
  const KeyPair key(kind);
  c->text = SignedText(algorithm);
  c->signature = key.Sign(c->text);
  c->key = key.PublicPem();
  (void)c->verifier.AddPublicKey(c->key).ok();
  c->Finish();
  return *c;
}
Case& Es256() {
  static Case& made = ByKey("P-256", "ES256");
  return made;
}
Case& Rs256() {
  static Case& made = ByKey("RSA", "RS256");
  return made;
}
Case& EdDsa() {
  static Case& made = ByKey("Ed25519", "EdDSA");
  return made;
}

void BM_Verify(benchmark::State& state, Case& (*of)()) {
  Case& c = of();
  for (auto _ : state) {
    if (!c.verifier.Verify(c.token).ok()) state.SkipWithError("refused");
  }
}
BENCHMARK_CAPTURE(BM_Verify, HS256, &Hs256);
BENCHMARK_CAPTURE(BM_Verify, ES256, &Es256);
BENCHMARK_CAPTURE(BM_Verify, RS256, &Rs256);
BENCHMARK_CAPTURE(BM_Verify, EdDSA, &EdDsa);

// It checks the signature and reads the claims, but looks at none of them.
void BM_LibjwtDecode(benchmark::State& state, Case& (*of)()) {
  Case& c = of();
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
BENCHMARK_CAPTURE(BM_LibjwtDecode, HS256, &Hs256);
BENCHMARK_CAPTURE(BM_LibjwtDecode, ES256, &Es256);
BENCHMARK_CAPTURE(BM_LibjwtDecode, RS256, &Rs256);

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The signature alone.
void BM_BareHmac(benchmark::State& state) {
  const Case& c = Hs256();
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
  const std::string text = SignedText(kind);
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
