// Names by trust: the secrets that prove who had a name before.

#include <cstdint>
#include <string>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;

class NotifierSecretsTest : public NotifierTest {
 protected:
  /// Names a session, with the secret if there is one; returns what its last
  /// answer has.
  std::string Name(SessionId session, const std::string& name,
                   const std::string& secret = "") {
    Say(session, R"({"type":"set-identifier","identifier":")" + name +
                     R"(","secret":")" + secret + "\"}");
    const ParsedJson answer = Last(session);
    return answer.Has("secret") ? answer.Text("secret") : "";
  }
};

TEST_F(NotifierSecretsTest, StrangersTakeNoBacklogFromWhoHadTheNameFirst) {
  notifier().OnOpen(kA, {});
  const std::string secret = Name(kA, "ann");
  notifier().OnClose(kA);
  Open(kB, "bob");
  SendNotification(kB, "ann", "for ann");
  for (std::uint64_t i = 100; i < 120; ++i) {
    notifier().OnOpen({i}, {});
    Name({i}, "ann");
    notifier().OnClose({i});
  }
  notifier().OnOpen(kC, {});
  EXPECT_EQ(Name(kC, "ann", secret), secret);
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("for ann"));
}

TEST_F(NotifierSecretsTest, WhoRepeatsItsNameGetsNoFurtherSecret) {
  options_.names.client = {0.001, 2};
  notifier().OnOpen(kA, {});
  const std::string secret = Name(kA, "ann");
  const std::uint64_t last_id = log_.last_id();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Name(kA, "ann"), secret);
  EXPECT_EQ(Name(kA, "ann", secret), secret);
  EXPECT_EQ(log_.last_id(), last_id);
  for (int i = 0; i < 20; ++i) Name(kA, "ann", "a guess");
  EXPECT_EQ(log_.last_id(), last_id + 2) << "guesses have the budget of names";
  EXPECT_EQ(notifier().counters().names_limited, 18u);
}

}  // namespace
}  // namespace tickerhub
