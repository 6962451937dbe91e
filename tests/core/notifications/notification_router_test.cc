#include "tickerhub/notification_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Result = NotificationRouter::IdentifyResult;

constexpr SessionId kA{1};
constexpr SessionId kB{2};
constexpr SessionId kC{3};
constexpr SessionId kNobody{99};

class NotificationRouterTest : public ::testing::Test {
 protected:
  NotificationRouterTest() {
    router_.Connect(kA, "client-a");
    router_.Connect(kB, "client-b");
    router_.Connect(kC, "client-c");
  }

  tickerhub::testing::RecordingBroadcaster out_;
  NotificationRouter router_{out_};
};

TEST_F(NotificationRouterTest, SendsToAllWhoAreConnected) {
  EXPECT_EQ(router_.SendToAll(Payload("hello")), 3u);
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("hello"));
  EXPECT_THAT(out_.TextsTo(kB), ElementsAre("hello"));
  EXPECT_THAT(out_.TextsTo(kC), ElementsAre("hello"));
  EXPECT_EQ(out_.publication_count(), 1u);
}

TEST_F(NotificationRouterTest, SendsToEveryConnectionOfAUserAndToNobodyElse) {
  ASSERT_EQ(router_.Identify(kA, "ann"), Result::kIdentified);
  ASSERT_EQ(router_.Identify(kC, "ann"), Result::kIdentified);
  EXPECT_EQ(router_.SendToUser("ann", Payload("hi")), 2u);
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("hi"));
  EXPECT_THAT(out_.TextsTo(kB), IsEmpty());
  EXPECT_THAT(out_.TextsTo(kC), ElementsAre("hi"));
}

TEST_F(NotificationRouterTest, KnowsTheConnectionsOfARecipient) {
  router_.Identify(kC, "ann");
  router_.Identify(kA, "ann");
  EXPECT_THAT(router_.SessionsOf("ann"), ElementsAre(kC, kA));
  EXPECT_THAT(router_.SessionsOf("client-a"), ElementsAre(kA));
  EXPECT_THAT(router_.SessionsOf("client-b"), ElementsAre(kB));
  EXPECT_THAT(router_.SessionsOf("bob"), IsEmpty());
  EXPECT_THAT(router_.SessionsOf(""), IsEmpty());
}

TEST_F(NotificationRouterTest, ListsConnectionsUpToALimit) {
  router_.Identify(kC, "bob");
  router_.Identify(kB, "ann");
  EXPECT_THAT(router_.Sessions(9), ElementsAre(kB, kC, kA));
  EXPECT_THAT(router_.Sessions(2), ElementsAre(kB, kC));
  EXPECT_THAT(router_.Sessions(1), ElementsAre(kB));
  EXPECT_THAT(router_.Sessions(0), IsEmpty());
}

TEST_F(NotificationRouterTest, SendsToOneConnectionByItsClientId) {
  router_.Identify(kA, "ann");
  router_.Identify(kB, "ann");
  EXPECT_EQ(router_.SendToClient("client-b", Payload("psst")), 1u);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_THAT(out_.TextsTo(kB), ElementsAre("psst"));
}

TEST_F(NotificationRouterTest, DeliversEverythingAsEvery) {
  router_.SendToAll(Payload("1"));
  router_.SendToClient("client-a", Payload("2"));
  ASSERT_THAT(out_.MessagesTo(kA), SizeIs(2));
  EXPECT_EQ(out_.MessagesTo(kA)[0].delivery, Delivery::kEvery);
  EXPECT_EQ(out_.MessagesTo(kA)[1].delivery, Delivery::kEvery);
}

TEST_F(NotificationRouterTest, SendToTakesAnIdentifierOrAClientId) {
  router_.Identify(kA, "ann");
  router_.Identify(kB, "ann");
  EXPECT_EQ(router_.SendTo("ann", Payload("x")), 2u);
  EXPECT_EQ(router_.SendTo("client-a", Payload("x")), 1u);
  EXPECT_EQ(router_.SendTo("client-c", Payload("x")), 1u);
  EXPECT_EQ(router_.SendTo("zoe", Payload("x")), 0u);
  EXPECT_EQ(router_.CountOf("ann"), 2u);
  EXPECT_EQ(router_.CountOf("client-a"), 1u);
  EXPECT_EQ(router_.CountOf("zoe"), 0u);
}

TEST_F(NotificationRouterTest, ReachesNobodyUnderAnUnknownName) {
  EXPECT_EQ(router_.SendToUser("client-a", Payload("x")), 0u);
  EXPECT_EQ(router_.SendToClient("ann", Payload("x")), 0u);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
}

TEST_F(NotificationRouterTest, ForgetsAConnectionThatLeft) {
  router_.Identify(kA, "ann");
  router_.Identify(kB, "ann");
  router_.Disconnect(kA);
  EXPECT_EQ(router_.SendTo("ann", Payload("x")), 1u);
  EXPECT_EQ(router_.SendToAll(Payload("y")), 2u);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_FALSE(out_.IsSubscribed(kA, NotificationRouter::kEverybody));
  EXPECT_FALSE(router_.IsTaken("client-a"));
  EXPECT_EQ(router_.ClientIdOf(kA), nullptr);
  EXPECT_EQ(router_.NameOf(kA), nullptr);
  EXPECT_EQ(router_.IdentifierOf(kA), "");
  router_.Disconnect(kB);
  EXPECT_FALSE(router_.IsTaken("ann"));
  EXPECT_EQ(router_.online_count(), 1u);
}

TEST_F(NotificationRouterTest, LeavingTwiceOrUnknownDoesNothing) {
  router_.Disconnect(kA);
  router_.Disconnect(kA);
  router_.Disconnect(kNobody);
  EXPECT_EQ(router_.connection_count(), 2u);
}

TEST_F(NotificationRouterTest, KnowsTheNamesOfAConnection) {
  EXPECT_EQ(*router_.ClientIdOf(kA), "client-a");
  EXPECT_EQ(*router_.NameOf(kA), "client-a");
  EXPECT_EQ(router_.IdentifierOf(kA), "");
  router_.Identify(kA, "ann");
  EXPECT_EQ(*router_.ClientIdOf(kA), "client-a");
  EXPECT_EQ(*router_.NameOf(kA), "ann");
  EXPECT_EQ(router_.IdentifierOf(kA), "ann");
}

TEST_F(NotificationRouterTest, AnIdentifierReplacesTheOneBefore) {
  router_.Identify(kA, "ann");
  EXPECT_EQ(router_.Identify(kA, "bob"), Result::kIdentified);
  EXPECT_FALSE(router_.IsTaken("ann"));
  EXPECT_EQ(router_.CountOf("bob"), 1u);
  EXPECT_EQ(router_.online_count(), 3u);
}

TEST_F(NotificationRouterTest, SaysWhenAnIdentifierStaysTheSame) {
  router_.Identify(kA, "ann");
  EXPECT_EQ(router_.Identify(kA, "ann"), Result::kUnchanged);
  EXPECT_EQ(router_.CountOf("ann"), 1u);
}

TEST_F(NotificationRouterTest, RefusesAnIdentifierForAStranger) {
  EXPECT_EQ(router_.Identify(kNobody, "ann"), Result::kNotConnected);
  EXPECT_FALSE(router_.IsTaken("ann"));
}

TEST_F(NotificationRouterTest, RefusesReservedIdentifiers) {
  for (const char* name :
       {"all", "ALL", "All", "server", "Server", "client-b", "client-a"}) {
    EXPECT_EQ(router_.Identify(kA, name), Result::kReserved) << name;
  }
  EXPECT_EQ(*router_.NameOf(kA), "client-a");
  EXPECT_EQ(router_.Identify(kA, "allison"), Result::kIdentified);
}

TEST_F(NotificationRouterTest, ARefusedIdentifierLeavesTheOldOne) {
  router_.Identify(kA, "ann");
  EXPECT_EQ(router_.Identify(kA, ""), Result::kInvalid);
  EXPECT_EQ(router_.Identify(kA, "all"), Result::kReserved);
  EXPECT_EQ(*router_.NameOf(kA), "ann");
}

TEST_F(NotificationRouterTest, RefusesIdentifiersThatAreNotPlainNames) {
  const std::vector<std::string> invalid = {
      "",
      std::string("a\0b", 3),
      "a\tb",
      "a\nb",
      "a\x7f",
      "a\xc2\x80z",      // U+0080, C1
      "a\xc2\x9fz",      // U+009F, C1
      "a\xe2\x80\xa8z",  // U+2028, line separator
      "a\xe2\x80\xaez",  // U+202E, right-to-left override
      "a\xe2\x81\xa6z",  // U+2066, isolate
      " a",
      "a ",
      "\xc2\xa0"
      "a",              // U+00A0
      "a\xe2\x80\x80",  // U+2000
      "a\xe2\x80\x8a",  // U+200A
      "a\xe2\x80\x8b",  // U+200B, of no width
      "\xe3\x80\x80"
      "a",  // U+3000
      "\xef\xbb\xbf"
      "a",                 // U+FEFF
      "\xff",              // no UTF-8
      "a\xc0\xaf",         // overlong
      "\xed\xa0\x80",      // surrogate
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "a\xe2\x82",         // cut off
  };
  for (const std::string& name : invalid) {
    EXPECT_EQ(router_.Identify(kA, name), Result::kInvalid)
        << ::testing::PrintToString(name);
  }
}

TEST_F(NotificationRouterTest, AcceptsNamesOfAllScripts) {
  const std::vector<std::string> valid = {
      "ann",
      "Ann Lee",
      "a",
      "\xc2\xa1"
      "a",
      "J\xc3\xb6rg",
      "\xe5\xb1\xb1\xe7\x94\xb0 \xe5\xa4\xaa\xe9\x83\x8e",
      "\xf0\x9f\x99\x82",
      "a\xc2\xa0z",
      "<b>",
      "a\"b"};
  for (const std::string& name : valid) {
    EXPECT_EQ(router_.Identify(kA, name), Result::kIdentified) << name;
  }
}

TEST_F(NotificationRouterTest, BoundsTheBytesOfAnIdentifier) {
  EXPECT_EQ(NotificationRouter::Options().max_identifier_bytes, 64u);
  EXPECT_EQ(router_.Identify(kA, std::string(64, 'a')), Result::kIdentified);
  EXPECT_EQ(router_.Identify(kA, std::string(65, 'a')), Result::kInvalid);
  NotificationRouter::Options options;
  options.max_identifier_bytes = 3;
  NotificationRouter strict(out_, options);
  strict.Connect(kA, "client-a");
  EXPECT_EQ(strict.Identify(kA, "ann"), Result::kIdentified);
  EXPECT_EQ(strict.Identify(kA, "anna"), Result::kInvalid);
}

TEST_F(NotificationRouterTest, BoundsTheConnectionsOfAUser) {
  EXPECT_EQ(NotificationRouter::Options().max_connections_per_user, 100u);
  NotificationRouter::Options options;
  options.max_connections_per_user = 2;
  NotificationRouter router(out_, options);
  router.Connect(kA, "client-a");
  router.Connect(kB, "client-b");
  router.Connect(kC, "client-c");
  EXPECT_EQ(router.Identify(kA, "ann"), Result::kIdentified);
  EXPECT_EQ(router.Identify(kB, "ann"), Result::kIdentified);
  EXPECT_EQ(router.Identify(kC, "ann"), Result::kTooManyConnections);
  EXPECT_EQ(router.Identify(kB, "ann"), Result::kUnchanged);
  EXPECT_EQ(*router.NameOf(kC), "client-c");
  router.Disconnect(kA);
  EXPECT_EQ(router.Identify(kC, "ann"), Result::kIdentified);
}

TEST_F(NotificationRouterTest, ListsUsersThenGuestsWithTheirConnections) {
  router_.Identify(kC, "bob");
  router_.Identify(kA, "bob");
  const auto online = router_.Online(10);
  ASSERT_THAT(online, SizeIs(2));
  EXPECT_EQ(online[0].identifier, "bob");
  EXPECT_THAT(online[0].client_ids, ElementsAre("client-c", "client-a"));
  EXPECT_FALSE(online[0].anonymous);
  EXPECT_EQ(online[1].identifier, "client-b");
  EXPECT_THAT(online[1].client_ids, ElementsAre("client-b"));
  EXPECT_TRUE(online[1].anonymous);
  EXPECT_EQ(router_.online_count(), 2u);
  EXPECT_EQ(router_.connection_count(), 3u);
}

TEST_F(NotificationRouterTest, CutsTheListOfThoseOnline) {
  router_.Identify(kB, "ann");
  EXPECT_THAT(router_.Online(0), IsEmpty());
  ASSERT_THAT(router_.Online(1), SizeIs(1));
  EXPECT_EQ(router_.Online(1)[0].identifier, "ann");
  ASSERT_THAT(router_.Online(2), SizeIs(2));
  EXPECT_EQ(router_.Online(2)[1].identifier, "client-a");
}

TEST_F(NotificationRouterTest, KnowsWhichNamesAreOnline) {
  EXPECT_TRUE(router_.IsOnline("client-a"));
  EXPECT_FALSE(router_.IsOnline("ann"));
  router_.Identify(kA, "ann");
  EXPECT_TRUE(router_.IsOnline("ann"));
  EXPECT_FALSE(router_.IsOnline("client-a"));
  router_.Disconnect(kA);
  EXPECT_FALSE(router_.IsOnline("ann"));
}

// Writes down what it hears, and what the router says at that moment.
class Witness : public NotificationRouter::Observer {
 public:
  explicit Witness(const NotificationRouter& router) : router_(router) {}

  void OnConnect(SessionId session) override { Write("connect", session, ""); }
  void OnIdentify(SessionId session, const std::string& old_name) override {
    Write("identify", session, old_name);
  }
  void OnDisconnect(SessionId session, const std::string& old_name) override {
    Write("disconnect", session, old_name);
  }

  std::vector<std::string> heard;

 private:
  void Write(const std::string& what, SessionId session,
             const std::string& old_name) {
    const std::string* const name = router_.NameOf(session);
    heard.push_back(what + " " + std::to_string(session.value) + ": " +
                    old_name + " -> " + (name == nullptr ? "" : *name));
  }

  const NotificationRouter& router_;
};

TEST_F(NotificationRouterTest, TellsAnObserverWhatChangedAfterItChanged) {
  Witness witness(router_);
  router_.SetObserver(&witness);
  router_.Connect({4}, "client-d");
  router_.Identify({4}, "ann");
  router_.Identify({4}, "bob");
  router_.Disconnect({4});
  router_.Disconnect(kA);
  EXPECT_THAT(
      witness.heard,
      ElementsAre("connect 4:  -> client-d", "identify 4: client-d -> ann",
                  "identify 4: ann -> bob", "disconnect 4: bob -> ",
                  "disconnect 1: client-a -> "));
}

TEST_F(NotificationRouterTest, TellsAnObserverNothingIfNothingChanged) {
  router_.Identify(kA, "ann");
  Witness witness(router_);
  router_.SetObserver(&witness);
  router_.Identify(kA, "ann");
  router_.Identify(kA, "all");
  router_.Identify(kA, " ");
  router_.Identify(kNobody, "bob");
  router_.Disconnect(kNobody);
  router_.SendToAll(Payload("x"));
  EXPECT_THAT(witness.heard, IsEmpty());
}

TEST_F(NotificationRouterTest, TellsTheLastObserverOnly) {
  Witness first(router_);
  Witness second(router_);
  router_.SetObserver(&first);
  router_.SetObserver(&second);
  router_.Identify(kA, "ann");
  router_.SetObserver(nullptr);
  router_.Identify(kA, "bob");
  EXPECT_THAT(first.heard, IsEmpty());
  EXPECT_THAT(second.heard, SizeIs(1));
}

TEST_F(NotificationRouterTest, KnowsWhichNamesAreTaken) {
  EXPECT_TRUE(router_.IsTaken("client-a"));
  EXPECT_FALSE(router_.IsTaken("ann"));
  router_.Identify(kA, "ann");
  EXPECT_TRUE(router_.IsTaken("ann"));
  EXPECT_TRUE(router_.IsTaken("client-a"));
}

}  // namespace
}  // namespace tickerhub
