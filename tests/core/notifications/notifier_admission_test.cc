#include <string>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Sessions that an admission has let in.
class NotifierAdmissionTest : public NotifierTest {
 protected:
  NotifierAdmissionTest() { options_.identity_from_admission = true; }

  void Admit(SessionId session, const std::string& identity,
             const char* address = "203.0.113.7") {
    SessionInfo info;
    info.identity = identity;
    info.request.remote_address = *RemoteAddress::Parse(address, 4711);
    notifier().OnOpen(session, info);
  }

  std::vector<std::string> Types(SessionId session) {
    std::vector<std::string> types;
    for (const ParsedJson& message : Messages(session)) {
      types.push_back(message.Text("type"));
    }
    return types;
  }

  void ExpectClosed(SessionId session, CloseCode code) {
    const auto* closed = out_.ClosedOf(session);
    ASSERT_NE(closed, nullptr);
    EXPECT_EQ(closed->code, code);
    EXPECT_NE(closed->reason, "");
    EXPECT_THAT(out_.TextsTo(session), IsEmpty());
    EXPECT_EQ(notifier().router().ClientIdOf(session), nullptr);
  }
};

// Identity -------------------------------------------------------------------

TEST_F(NotifierAdmissionTest, KnowsAClientByItsIdentityFromTheStart) {
  Admit(kA, "ann");
  EXPECT_THAT(Types(kA), ElementsAre("id", "identified", "users"));
  EXPECT_EQ(Messages(kA, "identified")[0].Text("identifier"), "ann");
  EXPECT_EQ(Messages(kA, "users")[0].Number("total"), 1);
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "ann");
  Admit(kB, "bob");
  SendNotification(kB, "ann", "hi");
  EXPECT_THAT(Notified(kA), ElementsAre("hi"));
  EXPECT_THAT(Notified(kA, "from"), ElementsAre("bob"));
}

TEST_F(NotifierAdmissionTest, ShowsAKnownClientAsOneThatJoined) {
  Admit(kA, "ann");
  PassInterval();
  const auto presence = Messages(kA, "presence");
  ASSERT_THAT(presence, SizeIs(1));
  EXPECT_STREQ(presence[0]["joined"]["data"][0].GetString(), "ann");
  EXPECT_FALSE(presence[0].Has("renamed"));
}

TEST_F(NotifierAdmissionTest, LetsNobodyChooseAName) {
  Admit(kA, "ann");
  Admit(kB, "");
  for (const SessionId session : {kA, kB}) {
    Say(session, R"({"type":"set-identifier","identifier":"bob"})");
    ExpectError(session, "identity-is-fixed");
  }
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "ann");
  EXPECT_EQ(notifier().router().IdentifierOf(kB), "");
  EXPECT_EQ(notifier().counters().errors, 2u);
}

TEST_F(NotifierAdmissionTest, TakesAClientWithoutAnIdentityForAGuest) {
  Admit(kA, "");
  EXPECT_THAT(Types(kA), ElementsAre("id", "users"));
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "");
  SendNotification(kA, "all", "hi");
  EXPECT_THAT(Notified(kA), ElementsAre("hi"));
}

TEST_F(NotifierAdmissionTest, ClosesAClientWhoseIdentityIsNoName) {
  std::uint64_t session = 10;
  for (const std::string& identity :
       {std::string("ALL"), std::string("server"), std::string(" ann"),
        std::string("a\nb"), std::string("\xff"), std::string(65, 'x')}) {
    Admit({++session}, identity);
    ExpectClosed({session}, CloseCode::kUnusableIdentity);
  }
  EXPECT_EQ(notifier().counters().identifiers_refused, 6u);
  EXPECT_EQ(notifier().counters().errors, 0u);
  PassInterval();
  Admit(kA, "ann");
  EXPECT_EQ(Messages(kA, "users")[0].Number("total"), 1);
  EXPECT_THAT(Messages(kA, "presence"), IsEmpty());
}

TEST_F(NotifierAdmissionTest, ClosesAClientOfAUserWithTooManyConnections) {
  options_.router.max_connections_per_user = 1;
  Admit(kA, "ann");
  Admit(kB, "ann");
  ExpectClosed(kB, CloseCode::kTooManyConnections);
  EXPECT_EQ(notifier().counters().connections_refused, 1u);
  EXPECT_EQ(notifier().router().CountOf("ann"), 1u);
}

TEST_F(NotifierAdmissionTest, IgnoresTheIdentityUnlessAnOptionSaysSo) {
  options_.identity_from_admission = false;
  Admit(kA, "ann");
  EXPECT_THAT(Types(kA), ElementsAre("id", "users"));
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "");
  Say(kA, R"({"type":"set-identifier","identifier":"bob"})");
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "bob");
}

TEST_F(NotifierAdmissionTest, ResumesWhatCameForTheIdentity) {
  Admit(kA, "ann");
  Admit(kB, "bob");
  SendNotification(kB, "ann", "one");
  notifier().OnClose(kA);
  Admit(kC, "ann");
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("one"));
}

// What clients may send ------------------------------------------------------

TEST_F(NotifierAdmissionTest, LetsClientsSendWhatTheRulesAllow) {
  options_.may_send_to_all = [](const SessionInfo& client) {
    return client.identity == "ann";
  };
  options_.may_send_to_users = IdentifiedClients;
  Admit(kA, "ann");
  Admit(kB, "bob");
  Admit(kC, "");
  SendNotification(kA, "all", "a1");
  SendNotification(kA, "bob", "a2");
  EXPECT_EQ(Last(kA).Text("type"), "sent");
  SendNotification(kB, "all", "b1");
  ExpectError(kB, "sending-disabled");
  SendNotification(kB, "ann", "b2");
  EXPECT_EQ(Last(kB).Text("type"), "sent");
  SendNotification(kC, "all", "c1");
  ExpectError(kC, "sending-disabled");
  SendNotification(kC, "ann", "c2");
  ExpectError(kC, "sending-disabled");
  // Who may not send does not learn whether somebody is online.
  SendNotification(kC, "nobody", "c3");
  ExpectError(kC, "sending-disabled");
  EXPECT_THAT(Notified(kA), ElementsAre("a1", "b2"));
  EXPECT_THAT(Notified(kB), ElementsAre("a1", "a2"));
  EXPECT_EQ(notifier().counters().errors, 4u);
}

TEST_F(NotifierAdmissionTest, LetsNobodySendWithoutARule) {
  options_.may_send_to_all = nullptr;
  options_.may_send_to_users = NoClients;
  Admit(kA, "ann");
  SendNotification(kA, "all", "x");
  ExpectError(kA, "sending-disabled");
  SendNotification(kA, "ann", "x");
  ExpectError(kA, "sending-disabled");
  notifier().Announce("noon");  // the program may
  EXPECT_THAT(Notified(kA), ElementsAre("noon"));
}

// Who is connected -----------------------------------------------------------

TEST_F(NotifierAdmissionTest, ListsItsClients) {
  Admit(kB, "bob", "2001:db8::1");
  scheduler_.Advance(std::chrono::milliseconds(10));
  Admit(kA, "ann");
  Admit(kC, "");
  const std::vector<Notifier::ClientInfo> clients = notifier().Clients(10);
  ASSERT_THAT(clients, SizeIs(3));
  EXPECT_EQ(clients[0].session, kA);
  EXPECT_EQ(clients[0].identifier, "ann");
  EXPECT_EQ(clients[0].client_id, ClientId(kA));
  EXPECT_EQ(clients[0].remote_address.ToString(), "203.0.113.7");
  EXPECT_EQ(clients[0].since - clients[1].since, std::chrono::milliseconds(10));
  EXPECT_EQ(clients[1].identifier, "bob");
  EXPECT_EQ(clients[1].remote_address.ToString(), "2001:db8::1");
  EXPECT_EQ(clients[2].session, kC);
  EXPECT_EQ(clients[2].identifier, "");
  EXPECT_THAT(notifier().Clients(2), SizeIs(2));
  EXPECT_THAT(notifier().Clients(0), IsEmpty());
}

TEST_F(NotifierAdmissionTest, KicksAllConnectionsOfAUser) {
  Admit(kA, "ann");
  Admit(kB, "ann");
  Admit(kC, "bob");
  Settle();
  EXPECT_EQ(notifier().Kick("ann"), 2u);
  for (const SessionId session : {kA, kB}) {
    ASSERT_NE(out_.ClosedOf(session), nullptr);
    EXPECT_EQ(out_.ClosedOf(session)->code, CloseCode::kKicked);
    EXPECT_EQ(out_.ClosedOf(session)->reason, "closed by the operator");
  }
  EXPECT_EQ(out_.ClosedOf(kC), nullptr);
  SendNotification(kA, "all", "too late");
  EXPECT_THAT(Notified(kC), IsEmpty());
  notifier().OnClose(kA);
  notifier().OnClose(kB);
  PassInterval();
  const auto presence = Messages(kC, "presence");
  ASSERT_THAT(presence, SizeIs(1));
  EXPECT_STREQ(presence[0]["left"]["data"][0].GetString(), "ann");
  EXPECT_EQ(notifier().Kick("ann"), 0u);
}

TEST_F(NotifierAdmissionTest, KicksOneConnectionByItsClientId) {
  Admit(kA, "ann");
  Admit(kB, "ann");
  const std::string& client_id = *notifier().router().ClientIdOf(kA);
  EXPECT_EQ(notifier().Kick(client_id, CloseCode::kPolicy, "be kind"), 1u);
  EXPECT_EQ(out_.ClosedOf(kA)->code, CloseCode::kPolicy);
  EXPECT_EQ(out_.ClosedOf(kA)->reason, "be kind");
  EXPECT_EQ(out_.ClosedOf(kB), nullptr);
}

TEST_F(NotifierAdmissionTest, ABatchIsFromWhoeverTheApiKnows) {
  Admit(kA, "bob");
  Settle();
  Identity ann;
  ann.user = "ann";
  // The API knows who it is, so the name beside it does not count.
  notifier().SubmitBatch(
      R"([{"recipientId":"all","message":"hello"}])", {"mallory", &ann},
      [](const std::optional<Rejection>& rejection, const auto& results) {
        EXPECT_FALSE(rejection);
        ASSERT_EQ(results.size(), 1U);
        EXPECT_TRUE(results[0].ok());
      });
  EXPECT_THAT(Notified(kA, "from"), ElementsAre("ann"));
}

}  // namespace
}  // namespace tickerhub
