// Who is let in by a token, and from which place of the request.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/admission.h"
#include "token_fixture.h"

namespace tickerhub::testing {
namespace {

// What an admission answers.
struct Answered : AdmissionReply::Target {
  void Answer(Admission&& given) override { admission = std::move(given); }
  std::optional<Admission> admission;
};

class TokenAdmissionTest : public TokenVerifierTest {
 protected:
  Admission Ask(const ConnectRequest& request) {
    const auto answered = std::make_shared<Answered>();
    verifier().Admission()(request, AdmissionReply(answered));
    return answered->admission.value();
  }
  static ConnectRequest With(std::string_view name, const std::string& value) {
    ConnectRequest request;
    request.headers.Append(name, value);
    return request;
  }
};

TEST_F(TokenAdmissionTest, AClientShowsItsTokenInOneOfThreePlaces) {
  UseSecret();
  const std::string token = Good();
  for (const ConnectRequest& request :
       {With("Authorization", "Bearer " + token),
        With("Cookie", "a=b; tickerhub_token=" + token),
        With("Sec-WebSocket-Protocol", "tickerhub, token." + token)}) {
    const Admission admission = Ask(request);
    EXPECT_TRUE(admission.accepted());
    EXPECT_EQ(admission.identity(), "ann");
    EXPECT_EQ(admission.who().expires, Timestamp(seconds(kNow + 90)));
  }
  EXPECT_EQ(
      Ask(With("Sec-WebSocket-Protocol", "token." + token + ", tickerhub"))
          .subprotocol(),
      "tickerhub");
}

TEST_F(TokenAdmissionTest, TheFirstPlaceCounts) {
  UseSecret();
  ConnectRequest request = With("Authorization", "Bearer x");
  request.headers.Append("Cookie", "tickerhub_token=" + Good());
  EXPECT_EQ(Ask(request).status(), 401);
}

TEST_F(TokenAdmissionTest, ATokenThatMayNotReadExtendsNoSession) {
  UseSecret();
  const TokenCheck check = verifier().Check();
  const TokenAnswer reader = check(Good(R"(,"scope":"read add-stock")"));
  EXPECT_EQ(reader.refusal, "");
  EXPECT_EQ(reader.identity.rights,
            (std::vector<std::string>{"read", "add-stock"}));
  EXPECT_EQ(check(Good(R"(,"scope":"add-stock")")).refusal,
            "the token has no right to read");
  EXPECT_EQ(check("x").refusal, "that is no token");
}

TEST_F(TokenAdmissionTest, OthersAreRefusedWithASentenceThatHasNoToken) {
  UseSecret();
  EXPECT_EQ(Ask({}).status(), 401);
  EXPECT_EQ(Ask({}).body(), "show a token\n");
  EXPECT_EQ(Ask(With("Authorization", "Bearer secret-thing")).body(),
            "that is no token\n");
  const Admission no_right =
      Ask(With("Authorization", "Bearer " + Good(R"(,"scope":"send-all")")));
  EXPECT_EQ(no_right.status(), 403);
  EXPECT_EQ(verifier().counters().refused, 3U);
}

}  // namespace
}  // namespace tickerhub::testing
