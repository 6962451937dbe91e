// Which tokens are good, and why the others are not.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "token_fixture.h"

namespace tickerhub::testing {
namespace {

TEST_F(TokenVerifierTest, AGoodTokenSaysWhoItIsAndWhatItMay) {
  UseSecret();
  const auto result =
      verifier().Verify(Good(R"(,"scope":"read send-users  add-stock")"));
  ASSERT_EQ(result.error, TokenError::kNone);
  EXPECT_EQ(result.identity.user, "ann");
  EXPECT_EQ(result.identity.rights,
            (std::vector<std::string>{"read", "send-users", "add-stock"}));
  EXPECT_EQ(result.identity.expires, Timestamp(seconds(kNow + 90)))
      << "with the leeway";
  EXPECT_TRUE(result.identity.Has(kMaySendToUsers));
  EXPECT_FALSE(result.identity.Has(kMaySendToAll));
  EXPECT_EQ(verifier().Verify(Good()).identity.rights,
            std::vector<std::string>{"read"});
  EXPECT_EQ(verifier().Verify(Good(R"(,"scope":["a","b"])")).identity.rights,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(verifier().Verify(Good(R"(,"scope":"")")).identity.rights.size(),
            0U);
  EXPECT_EQ(verifier().counters().accepted, 4U);
}

TEST_F(TokenVerifierTest, KnowsFourAlgorithms) {
  UseSecret();
  const std::pair<const char*, const KeyPair*> kinds[] = {
      {"RS256", &Rsa()}, {"ES256", &P256()}, {"EdDSA", &Ed25519()}};
  for (const auto& [algorithm, key] : kinds) {
    ASSERT_TRUE(verifier().AddPublicKey(key->PublicPem()).ok()) << algorithm;
  }
  EXPECT_EQ(Check(Good()), TokenError::kNone);
  for (const auto& [algorithm, key] : kinds) {
    const std::string token = Token(Header(algorithm), Claims(), By(*key));
    EXPECT_EQ(Check(token), TokenError::kNone) << algorithm;
  }
}

// RFC 7515 A.1: made by others. It has no `sub`, which is the last check.
TEST_F(TokenVerifierTest, TakesTheSignatureOfTheStandardsExample) {
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
      "bS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const std::string secret =
      "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3"
      "\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf\xd3\xfb\x5a\x92"
      "\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22\x3d\x2e\x21\x72\x05\x2e"
      "\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3";
  ASSERT_TRUE(verifier().AddSecret(secret).ok());
  EXPECT_EQ(Check(token), TokenError::kClaims);
}

TEST_F(TokenVerifierTest, NoneIsNoAlgorithm) {
  UseSecret();
  ASSERT_TRUE(verifier().AddPublicKey(Rsa().PublicPem()).ok());
  const auto unsigned_by = [](std::string_view) { return std::string(); };
  for (const char* name : {"none", "None", "NONE", "nOnE", "", "HS256 "}) {
    const std::string token = Token(Header(name), Claims(), unsigned_by);
    EXPECT_NE(Check(token), TokenError::kNone) << name;
    EXPECT_NE(Check(Token(Header(name), Claims(), By(kSecret))),
              TokenError::kNone)
        << name;
  }
  EXPECT_EQ(Check(Token(Header("none"), Claims(), unsigned_by)),
            TokenError::kAlgorithm);
}

// The public key is known to everybody. A server that takes it for a secret
// would take their tokens.
TEST_F(TokenVerifierTest, APublicKeyIsNoSecret) {
  ASSERT_TRUE(verifier().AddPublicKey(Rsa().PublicPem()).ok());
  const std::string token =
      Token(Header("HS256"), Claims(), By(Rsa().PublicPem()));
  EXPECT_EQ(Check(token), TokenError::kAlgorithm);
  UseSecret();
  EXPECT_EQ(Check(token), TokenError::kSignature);
  EXPECT_FALSE(verifier().AddSecret(Rsa().PublicPem()).ok());
}

TEST_F(TokenVerifierTest, AnAlgorithmThatTheKeyDoesNotHaveIsRefused) {
  ASSERT_TRUE(verifier().AddPublicKey(P256().PublicPem()).ok());
  for (const char* name :
       {"HS256", "RS256", "ES384", "ES512", "HS512", "PS256", "EdDSA"}) {
    EXPECT_EQ(Check(Token(Header(name), Claims(), By(P256()))),
              TokenError::kAlgorithm)
        << name;
  }
}

TEST_F(TokenVerifierTest, ATamperedTokenIsRefused) {
  UseSecret();
  ASSERT_TRUE(verifier().AddPublicKey(P256().PublicPem()).ok());
  for (const std::string& good :
       {Good(), Token(Header("ES256"), Claims(), By(P256()))}) {
    ASSERT_EQ(Check(good), TokenError::kNone);
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string changed = good;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_NE(Check(changed), TokenError::kNone) << i;
    }
    EXPECT_EQ(Check(good.substr(0, good.rfind('.') + 1)),
              TokenError::kSignature)
        << "without the signature";
  }
  EXPECT_EQ(Check(Token(Header("HS256"), Claims(),
                        By("another secret that is long enough, too"))),
            TokenError::kSignature);
}

// Zeros were a good ECDSA signature of anything for a Java in 2022.
TEST_F(TokenVerifierTest, AnEcdsaSignatureOfOddNumbersIsRefused) {
  ASSERT_TRUE(verifier().AddPublicKey(P256().PublicPem()).ok());
  for (const std::string& signature :
       {std::string(64, '\0'), std::string(64, '\xFF'), std::string(63, 'x'),
        std::string(65, 'x'), std::string(72, '0')}) {
    EXPECT_EQ(Check(Token(Header("ES256"), Claims(),
                          [&](std::string_view) { return signature; })),
              TokenError::kSignature);
  }
}

TEST_F(TokenVerifierTest, TimesAreCheckedWithALeeway) {
  UseSecret();
  const std::string token = Good(R"(,"nbf":)" + std::to_string(kNow));
  const auto at = [&](std::int64_t second) {
    now_ = Timestamp(seconds(second));
    return Check(token);
  };
  EXPECT_EQ(at(kNow - 31), TokenError::kNotYetValid);
  EXPECT_EQ(at(kNow - 30), TokenError::kNone);
  EXPECT_EQ(at(kNow + 89), TokenError::kNone);
  EXPECT_EQ(at(kNow + 90), TokenError::kExpired);
  now_ = Timestamp(seconds(kNow));
  EXPECT_EQ(CheckClaims(R"({"sub":"ann","exp":1800000000.5})"),
            TokenError::kNone);
}

TEST_F(TokenVerifierTest, ATokenIsForThisServer) {
  options_.audience = "tickerhub";
  options_.issuer = "https://login.example";
  UseSecret();
  const std::string issuer = R"(,"iss":"https://login.example")";
  EXPECT_EQ(Check(Good(issuer + R"(,"aud":"tickerhub")")), TokenError::kNone);
  EXPECT_EQ(Check(Good(issuer + R"(,"aud":["a","tickerhub"])")),
            TokenError::kNone);
  EXPECT_EQ(Check(Good(issuer)), TokenError::kAudience);
  EXPECT_EQ(Check(Good(issuer + R"(,"aud":"other")")), TokenError::kAudience);
  EXPECT_EQ(Check(Good(issuer + R"(,"aud":[])")), TokenError::kAudience);
  EXPECT_EQ(Check(Good(R"(,"aud":"tickerhub","iss":"https://evil.example")")),
            TokenError::kIssuer);
  EXPECT_EQ(Check(Good(R"(,"aud":"tickerhub")")), TokenError::kIssuer);
}

TEST_F(TokenVerifierTest, ATokenForSomebodyElseIsRefusedByDefault) {
  UseSecret();
  EXPECT_EQ(Check(Good(R"(,"aud":"other")")), TokenError::kAudience);
}

TEST_F(TokenVerifierTest, ClaimsThatMakeNoSenseAreRefused) {
  UseSecret();
  const std::string exp = R"("exp":1800000060)";
  for (const std::string& claims :
       {std::string("{}"), std::string(R"({"sub":"ann"})"), "{" + exp + "}",
        R"({"sub":"",)" + exp + "}", R"({"sub":7,)" + exp + "}",
        R"({"sub":")" + std::string(257, 'a') + "\"," + exp + "}",
        std::string(R"({"sub":"ann","exp":"1800000060"})"),
        std::string(R"({"sub":"ann","exp":-1})"),
        std::string(R"({"sub":"ann","exp":1e300})"),
        std::string(R"({"sub":"ann","exp":null})"), Claims(R"(,"nbf":"0")"),
        Claims(R"(,"aud":7)"), Claims(R"(,"aud":[7])"), Claims(R"(,"iss":7)"),
        Claims(R"(,"scope":7)"), Claims(R"(,"scope":[""])"),
        R"({"sub":"\udc00",)" + exp + "}"}) {
    EXPECT_EQ(CheckClaims(claims), TokenError::kClaims) << claims;
  }
}

TEST_F(TokenVerifierTest, WhatIsNoTokenIsRefused) {
  UseSecret();
  const std::string good = Good();
  const std::string text = Base64Url(Header("HS256"));
  for (const std::string& token :
       {std::string("x"), std::string("."), std::string(".."),
        std::string("..."), good + ".", "." + good, good + "=", " " + good,
        good + "\n", text + "." + Base64Url(Claims()),
        Token("", Claims(), By(kSecret)), Token("[]", Claims(), By(kSecret)),
        Token("7", Claims(), By(kSecret)), Token("{}", Claims(), By(kSecret)),
        Token(R"({"alg":7})", Claims(), By(kSecret)),
        Token(Header("HS256", R"(,"kid":7)"), Claims(), By(kSecret)),
        Token(Header("HS256", R"(,"alg":"HS256")"), Claims(), By(kSecret)),
        Token(Header("HS256", R"(,"crit":["exp"])"), Claims(), By(kSecret)),
        // Ends inside a character.
        Token("\"" + std::string(30, 'C') + "\xE0", Claims(), By(kSecret)),
        Token(Header("HS256") + "x", Claims(), By(kSecret)),
        Token(Header("HS256") + std::string(1, '\0'), Claims(), By(kSecret))}) {
    EXPECT_EQ(Check(token), TokenError::kMalformed) << token;
  }
  for (const std::string& claims :
       {std::string(), std::string("[]"), std::string("{"), Claims() + "x",
        Claims(R"(,"sub":"bob")"), Claims(R"(,"exp":1)"),
        Claims() + std::string(1, '\0'), std::string("{\"sub\":\"\xFF\"}"),
        "\"" + std::string(30, 'C') + "\xE0", std::string(2'000, '[')}) {
    EXPECT_EQ(CheckClaims(claims), TokenError::kMalformed) << claims;
  }
  EXPECT_EQ(Check(""), TokenError::kMissing);
}

TEST_F(TokenVerifierTest, ATokenThatIsTooLongIsRefusedUnseen) {
  UseSecret();
  const std::string fits = Good(R"(,"x":")" + std::string(2'900, 'x') + "\"");
  ASSERT_LE(fits.size(), options_.max_token_bytes);
  EXPECT_EQ(Check(fits), TokenError::kNone);
  EXPECT_EQ(Check(Good(R"(,"x":")" + std::string(3'100, 'x') + "\"")),
            TokenError::kTooLong);
  EXPECT_EQ(Check(std::string(1'000'000, '.')), TokenError::kTooLong);
  for (const std::size_t more : {0U, 1U}) {
    options_.max_token_bytes = Good().size() - more;
    TokenVerifier exact(options_);
    ASSERT_TRUE(exact.AddSecret(kSecret).ok());
    EXPECT_EQ(exact.Verify(Good()).error,
              more == 0 ? TokenError::kNone : TokenError::kTooLong);
  }
}

TEST_F(TokenVerifierTest, AKeyIsFoundByItsId) {
  const std::string other = "another secret that is long enough, too";
  UseSecret("old");
  ASSERT_TRUE(verifier().AddSecret(other, "new").ok());
  const auto token = [](const char* kid, const std::string& secret) {
    return Token(Header("HS256", std::string(R"(,"kid":")") + kid + "\""),
                 Claims(), By(secret));
  };
  EXPECT_EQ(Check(token("old", kSecret)), TokenError::kNone);
  EXPECT_EQ(Check(token("new", other)), TokenError::kNone);
  EXPECT_EQ(Check(token("new", kSecret)), TokenError::kSignature);
  EXPECT_EQ(Check(token("gone", kSecret)), TokenError::kUnknownKey);
  EXPECT_EQ(Check(Good()), TokenError::kNone) << "without a kid all are tried";
}

TEST_F(TokenVerifierTest, AKeyWithoutAnIdIsTriedForEveryToken) {
  UseSecret();
  EXPECT_EQ(
      Check(Token(Header("HS256", R"(,"kid":"any")"), Claims(), By(kSecret))),
      TokenError::kNone);
}

TEST_F(TokenVerifierTest, AKeyThatIsNoneIsASentence) {
  const auto sentence = [](const Status& status) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    return status.message();
  };
  EXPECT_EQ(sentence(verifier().AddSecret("short")),
            "the secret has 5 bytes; take 32 random ones or more");
  EXPECT_NE(sentence(verifier().AddPublicKey("x")).find("no public key"),
            std::string::npos);
  EXPECT_NE(sentence(verifier().AddPublicKey(P256().PrivatePem()))
                .find("a private key; give the public one"),
            std::string::npos);
  EXPECT_NE(sentence(verifier().AddPublicKey(KeyPair("P-384").PublicPem()))
                .find("another than P-256"),
            std::string::npos);
  EXPECT_NE(sentence(verifier().AddPublicKey(KeyPair("RSA-1024").PublicPem()))
                .find("too short"),
            std::string::npos);
  for (std::size_t i = 0; i < TokenVerifier::kMaxKeys; ++i) {
    EXPECT_TRUE(verifier().AddSecret(kSecret).ok());
  }
  EXPECT_EQ(sentence(verifier().AddSecret(kSecret)),
            "there are more than 16 keys");
}

}  // namespace
}  // namespace tickerhub::testing
