// Tokens: any bytes, and any header and claims under a good signature.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <string_view>

#include "fuzz/expect.h"
#include "tickerhub/jwt/token_verifier.h"

using tickerhub::fuzz::Expect;

namespace {

constexpr std::string_view kSecret = "thirty-two bytes and a few more..";
const tickerhub::Timestamp kNow{std::chrono::seconds(1'767'364'200)};

std::string Base64Url(std::string_view bytes) {
  std::string encoded(4 * (bytes.size() / 3 + 1) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));
  while (!encoded.empty() && encoded.back() == '=') encoded.pop_back();
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded;
}

std::string Signed(std::string_view header, std::string_view claims) {
  std::string token = Base64Url(header) + '.' + Base64Url(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
       reinterpret_cast<const unsigned char*>(token.data()), token.size(),
       mac.data(), &size);
  return token + '.' +
         Base64Url({reinterpret_cast<const char*>(mac.data()), size});
}

const tickerhub::TokenVerifier& Verifier() {
  static auto* const verifier = [] {
    tickerhub::TokenVerifier::Options options;
    options.now = [] { return kNow; };
    auto* const made = new tickerhub::TokenVerifier(options);
    Expect(made->AddSecret(kSecret).ok(), "the secret is long enough");
    return made;
  }();
  return *verifier;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const std::uint8_t choice = tickerhub::fuzz::TakeByte(&input);
  const bool is_whole = choice % 3 == 0;
  const std::string token =
      is_whole          ? std::string(input)
      : choice % 3 == 1 ? Signed(R"({"alg":"HS256","typ":"JWT"})", input)
                        : Signed(input, R"({"sub":"ann","exp":4000000000})");
  const tickerhub::TokenVerifier::Result result = Verifier().Verify(token);
  Expect(!result.ok() || !is_whole, "nobody guesses a signature");
  if (!result.ok()) {
    Expect(!tickerhub::Describe(result.error).empty(), "it says why");
    return 0;
  }
  Expect(!result.identity.user.empty(), "a good token names its user");
  Expect(result.identity.expires && *result.identity.expires > kNow,
         "a good token ends later");
  return 0;
}
