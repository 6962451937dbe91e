// What a client may after it has shown a new token.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A good token is a user and rights: "ann send-all".
class NotifierRefreshTest : public NotifierTest {
 protected:
  NotifierRefreshTest() {
    options_.identity_from_admission = true;
    options_.may_send_to_all = ClientsWith(kMaySendToAll);
    options_.may_send_to_users = ClientsWith(kMaySendToUsers);
    options_.may_send_to_groups = ClientsWith(kMaySendToGroups);
    options_.may_join_groups = ClientsWith(kMayJoinGroups);
    options_.may_list_members = ClientsWith("list");
    options_.refresh.check = [this](std::string_view token) {
      TokenAnswer answer;
      answer.identity = IdentityOf(token);
      return answer;
    };
  }

  Identity IdentityOf(std::string_view token) const {
    Identity identity;
    std::istringstream words{std::string(token)};
    words >> identity.user;
    for (std::string right; words >> right;) identity.rights.push_back(right);
    identity.expires = scheduler_.Now() + std::chrono::hours(1);
    return identity;
  }

  void Admit(SessionId session, const std::string& token) {
    const Identity identity = IdentityOf(token);
    SessionInfo info;
    info.identity = identity.user;
    info.rights = identity.rights;
    info.expires = identity.expires;
    notifier().OnOpen(session, info);
  }

  void Refresh(SessionId session, const std::string& token) {
    scheduler_.Advance(options_.refresh.interval);
    Say(session, R"({"type":"refresh","token":")" + token + "\"}");
  }

  // Tries all that needs a right. Returns what was done.
  std::vector<std::string> Done(SessionId session) {
    std::vector<std::string> done;
    const auto attempt = [&](const char* what, const std::string& request) {
      Say(session, request);
      if (Last(session).Text("type") != "error") done.emplace_back(what);
    };
    const auto send = [](const std::string& recipient) {
      return R"({"type":"send-notification",)" + recipient +
             R"(,"message":"m"})";
    };
    attempt("join", R"({"type":"join","group":"#g"})");
    attempt("all", send(R"("recipientId":"all")"));
    attempt("user", send(R"("recipientId":"bob")"));
    attempt("group", send(R"("recipientId":"#g")"));
    attempt("members", R"({"type":"members","group":"#g"})");
    return done;
  }

  static constexpr char kAllRights[] =
      "ann send-all send-users send-groups join-groups list";
};

TEST_F(NotifierRefreshTest, FewerRightsCountFromTheNextRequestOn) {
  Admit(kB, "bob");
  Admit(kA, kAllRights);
  ASSERT_THAT(Done(kA), ElementsAre("join", "all", "user", "group", "members"));
  Refresh(kA, "ann send-users");
  EXPECT_EQ(Last(kA).Text("type"), "refreshed");
  EXPECT_THAT(Done(kA), ElementsAre("user", "members"));  // it is one itself
  Refresh(kA, "ann");
  EXPECT_THAT(Done(kA), ElementsAre("members"));
}

TEST_F(NotifierRefreshTest, MoreRightsCountFromTheNextRequestOn) {
  Admit(kB, "bob");
  Admit(kA, "ann");
  EXPECT_THAT(Done(kA), IsEmpty());
  Refresh(kA, "ann join-groups list");
  EXPECT_THAT(Done(kA), ElementsAre("join", "members"));
  Refresh(kA, kAllRights);
  EXPECT_THAT(Done(kA), SizeIs(5));
}

TEST_F(NotifierRefreshTest, ATokenOfAnotherUserChangesNothing) {
  Admit(kB, "bob");
  Admit(kA, "ann send-users");
  Refresh(kA, "eve send-all");
  ExpectError(kA, "token-refused");
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "ann");
  EXPECT_THAT(Done(kA), ElementsAre("user"));
}

TEST_F(NotifierRefreshTest, MembershipIsNoRightOfTheToken) {
  Admit(kB, "bob send-groups");
  Admit(kA, "ann join-groups");
  Say(kA, R"({"type":"join","group":"#g"})");
  Refresh(kA, "ann");
  Say(kA, R"({"type":"leave","group":"#g"})");
  EXPECT_EQ(Last(kA).Text("type"), "error");
  out_.ClearMessages();
  Say(kB,
      R"({"type":"send-notification","recipientId":"#g","message":"to the group"})");
  EXPECT_THAT(Notified(kA), ElementsAre("to the group"));
}

TEST_F(NotifierRefreshTest, OneSessionHasTheRightsOfItsOwnToken) {
  Admit(kA, "ann send-all");
  Admit(kB, "ann send-all");
  Refresh(kA, "ann");
  EXPECT_THAT(Done(kA), IsEmpty());
  EXPECT_THAT(Done(kB), ElementsAre("all"));
}

}  // namespace
}  // namespace tickerhub
