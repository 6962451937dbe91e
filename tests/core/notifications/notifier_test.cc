#include "tickerhub/notifier.h"

#include <set>
#include <string>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Connecting -----------------------------------------------------------------

TEST_F(NotifierTest, GreetsWithIdAndThenUsers) {
  notifier().OnOpen(kA, {});
  const auto messages = Messages(kA);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].Text("type"), "id");
  EXPECT_EQ(messages[0].Text("clientId"), ClientId(kA));
  EXPECT_EQ(messages[0].Text("epoch"), "e1");
  EXPECT_EQ(messages[0].Number("lastId"), 0);
  EXPECT_EQ(messages[1].Text("type"), "users");
  EXPECT_EQ(messages[1].Number("total"), 1);
  const auto& self = messages[1]["data"][0];
  EXPECT_EQ(self["identifier"].GetString(), ClientId(kA));
  EXPECT_TRUE(self["anonymous"].GetBool());
}

TEST_F(NotifierTest, TellsANewClientTheNewestId) {
  notifier().Announce("one");
  notifier().Announce("two");
  notifier().OnOpen(kA, {});
  EXPECT_EQ(Messages(kA, "id").at(0).Number("lastId"), 2);
}

TEST_F(NotifierTest, GoesOnWithTheIdsOfTheLogItIsGiven) {
  log_.Append(Notification{}, nullptr);
  notifier().OnOpen(kA, {});
  EXPECT_EQ(Messages(kA, "id").at(0).Number("lastId"), 1);
}

TEST_F(NotifierTest, ClientIdsAreTenLettersAndDigits) {
  std::set<std::string> ids;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    notifier().OnOpen({i}, {});
    const std::string id = ClientId({i});
    EXPECT_EQ(id.size(), 10u);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"),
              std::string::npos);
    ids.insert(id);
  }
  EXPECT_THAT(ids, SizeIs(200));
}

TEST_F(NotifierTest, ClientIdsAreRepeatedForTheSameSeedOnly) {
  const auto first_id = [this](std::uint64_t seed) {
    Notifier::Options options;
    options.client_id_seed = seed;
    Notifier notifier(out_, scheduler_, log_, options);
    notifier.OnOpen(kA, {});
    return *notifier.router().ClientIdOf(kA);
  };
  EXPECT_EQ(first_id(1), first_id(1));
  EXPECT_NE(first_id(1), first_id(2));
  EXPECT_NE(first_id(0), first_id(0));
}

TEST_F(NotifierTest, NeverGivesAClientIdThatSomebodyHasAsIdentifier) {
  // The second id of this seed, found by asking another notifier.
  Notifier::Options options;
  options.client_id_seed = 7;
  std::string second;
  {
    Notifier other(out_, scheduler_, log_, options);
    other.OnOpen(kA, {});
    other.OnOpen(kB, {});
    second = *other.router().ClientIdOf(kB);
  }
  Open(kA, second);
  Open(kB);
  EXPECT_NE(ClientId(kB), second);
}

TEST_F(NotifierTest, KnowsWhoIsConnected) {
  Open(kA);
  Open(kB);
  EXPECT_EQ(notifier().router().connection_count(), 2u);
  notifier().OnClose(kA);
  notifier().OnClose(kA);
  EXPECT_EQ(notifier().router().connection_count(), 1u);
}

TEST_F(NotifierTest, ListsNoMoreUsersThanItMay) {
  EXPECT_EQ(options_.max_listed_users, 500u);
  options_.max_listed_users = 1;
  Open(kA, "ann");
  EXPECT_EQ(notifier().counters().user_lists_cut, 0u);
  Open(kB, "bob");
  const ParsedJson users(notifier().Users().text());
  EXPECT_EQ(users.Number("total"), 2);
  ASSERT_EQ(users["data"].Size(), 1u);
  EXPECT_STREQ(users["data"][0]["identifier"].GetString(), "ann");
  EXPECT_GT(notifier().counters().user_lists_cut, 0u);
}

TEST_F(NotifierTest, BoundsTheBytesOfTheUsersMessage) {
  EXPECT_EQ(options_.max_users_bytes, 32u * 1024);
  options_.max_users_bytes = 100;
  Open(kA, "ann");
  Open(kB, "bob");
  EXPECT_LE(notifier().Users().text().size(), 100u);
  EXPECT_EQ(ParsedJson(notifier().Users().text())["data"].Size(), 1u);
  EXPECT_GT(notifier().counters().user_lists_cut, 0u);
}

TEST_F(NotifierTest, UsersAreThoseOfThisMoment) {
  EXPECT_EQ(ParsedJson(notifier().Users().text()).Number("total"), 0);
  Open(kA, "ann");
  const ParsedJson users(notifier().Users().text());
  EXPECT_EQ(users.Number("total"), 1);
  EXPECT_STREQ(users["data"][0]["identifier"].GetString(), "ann");
  EXPECT_EQ(users["data"][0]["clientIds"][0].GetString(), ClientId(kA));
  notifier().OnClose(kA);
  EXPECT_EQ(ParsedJson(notifier().Users().text()).Number("total"), 0);
}

// set-identifier -------------------------------------------------------------

TEST_F(NotifierTest, SetsAnIdentifier) {
  Open(kA);
  Say(kA, R"({"type":"set-identifier","identifier":"ann","requestId":"r"})");
  const ParsedJson answer = Last(kA);
  EXPECT_EQ(answer.Text("type"), "identified");
  EXPECT_EQ(answer.Text("identifier"), "ann");
  EXPECT_EQ(answer.Text("requestId"), "r");
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "ann");
}

TEST_F(NotifierTest, SettingTheSameIdentifierAgainIsFine) {
  Open(kA, "ann");
  out_.ClearMessages();
  Say(kA, R"({"type":"set-identifier","identifier":"ann"})");
  EXPECT_EQ(Last(kA).Text("type"), "identified");
  EXPECT_EQ(notifier().counters().errors, 0u);
}

TEST_F(NotifierTest, RefusesInvalidAndReservedIdentifiers) {
  Open(kA);
  Say(kA, R"({"type":"set-identifier","identifier":" ann"})");
  ExpectError(kA, "invalid-identifier");
  Say(kA, R"({"type":"set-identifier","identifier":""})");
  ExpectError(kA, "invalid-identifier");
  Say(kA, R"({"type":"set-identifier","identifier":")" + std::string(65, 'x') +
              "\"}");
  ExpectError(kA, "invalid-identifier");
  Say(kA, R"({"type":"set-identifier","identifier":"ALL"})");
  ExpectError(kA, "reserved-identifier");
  Say(kA, R"({"type":"set-identifier","identifier":")" + ClientId(kA) + "\"}");
  ExpectError(kA, "reserved-identifier");
  EXPECT_EQ(notifier().counters().identifiers_refused, 5u);
  EXPECT_EQ(notifier().counters().errors, 5u);
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "");
}

TEST_F(NotifierTest, RefusesAUserTooManyConnections) {
  options_.router.max_connections_per_user = 1;
  Open(kA, "ann");
  Open(kB);
  Say(kB, R"({"type":"set-identifier","identifier":"ann"})");
  ExpectError(kB, "too-many-connections");
  EXPECT_EQ(notifier().counters().connections_refused, 1u);
}

TEST_F(NotifierTest, AsksForTheIdentifier) {
  Open(kA);
  Say(kA, R"({"type":"set-identifier","requestId":3})");
  ExpectError(kA, "missing-field");
  EXPECT_EQ(Last(kA).Number("requestId"), 3);
}

// What can't be understood ---------------------------------------------------

TEST_F(NotifierTest, AnswersWhatItCannotAccept) {
  Open(kA);
  notifier().OnMessage(kA, InboundMessage{"{}", true});
  ExpectError(kA, "binary");
  Say(kA, "not json");
  ExpectError(kA, "invalid-json");
  Say(kA, "[]");
  ExpectError(kA, "invalid-json");
  Say(kA, "\xff");
  ExpectError(kA, "invalid-json");
  Say(kA, "{}");
  ExpectError(kA, "missing-field");
  Say(kA, R"({"type":"set-identifier","identifier":5})");
  ExpectError(kA, "invalid-field");
  Say(kA, R"({"type":"dance"})");
  ExpectError(kA, "unknown-type");
  Say(kA, R"({"type":"add-stock","stock":"AAPL","requestId":"q"})");
  ExpectError(kA, "unknown-type");
  EXPECT_EQ(Last(kA).Text("requestId"), "q");
  EXPECT_EQ(notifier().counters().requests, 8u);
  EXPECT_EQ(notifier().counters().errors, 8u);
  EXPECT_EQ(log_.last_id(), 0u);
}

TEST_F(NotifierTest, DisturbsNobodyElseWithAnError) {
  Open(kA);
  Open(kB);
  Settle();
  Say(kA, "not json");
  EXPECT_THAT(out_.TextsTo(kB), IsEmpty());
}

TEST_F(NotifierTest, IgnoresSessionsThatItDoesNotKnow) {
  Say(kA, R"({"type":"set-identifier","identifier":"ann"})");
  notifier().OnClose(kA);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_EQ(notifier().counters().requests, 0u);
}

TEST_F(NotifierTest, StampsWithTheWallClock) {
  Open(kA);
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(1));
  notifier().Announce("x");
  EXPECT_EQ(Last(kA).Number("time"),
            scheduler_.Now().time_since_epoch().count());
}

TEST_F(NotifierTest, ClosesNobodyForAnError) {
  Open(kA);
  for (int i = 0; i < 10; ++i) Say(kA, "x");
  EXPECT_EQ(out_.ClosedOf(kA), nullptr);
}

}  // namespace
}  // namespace tickerhub
