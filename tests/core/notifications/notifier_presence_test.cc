// Who is online, and what others hear of it.

#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr SessionId kWatcher{1000};

class NotifierPresenceTest : public NotifierTest {
 protected:
  // Somebody who was there before, to whom everything is told.
  void Watch() {
    Open(kWatcher, "watcher");
    Settle();
  }

  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }

  // What the watcher hears of the interval that ends now.
  std::vector<std::string> Heard() {
    PassInterval();
    return Notified(kWatcher);
  }
  std::size_t UserLists() const { return Messages(kWatcher, "users").size(); }
};

TEST_F(NotifierPresenceTest, TellsWhenSomebodyJoins) {
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Notified(kWatcher), IsEmpty());
  EXPECT_THAT(Heard(), ElementsAre("ann joined"));
  const ParsedJson told = Messages(kWatcher, "notification").at(0);
  EXPECT_EQ(told.Text("event"), "joined");
  EXPECT_EQ(told.Text("subject"), "ann");
  EXPECT_EQ(told.Text("from"), "server");
  EXPECT_EQ(told.Text("scope"), "all");
  EXPECT_EQ(told.Number("id"), static_cast<std::int64_t>(log_.last_id()));
  ASSERT_EQ(UserLists(), 1u);
  const ParsedJson users = Messages(kWatcher, "users").at(0);
  EXPECT_EQ(users.Number("total"), 2);
  EXPECT_STREQ(users["data"][0]["identifier"].GetString(), "ann");
}

TEST_F(NotifierPresenceTest, TellsWhenSomebodyLeaves) {
  Open(kA, "ann");
  Watch();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), ElementsAre("ann left"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("left"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre("ann"));
  EXPECT_EQ(Messages(kWatcher, "users").at(0).Number("total"), 1);
}

TEST_F(NotifierPresenceTest, TellsAtTheEndOfTheInterval) {
  EXPECT_EQ(options_.presence_interval, std::chrono::milliseconds(250));
  Watch();
  Open(kA, "ann");
  scheduler_.Advance(std::chrono::milliseconds(200));
  Open(kB, "bob");  // does not put it off
  scheduler_.Advance(std::chrono::milliseconds(49));
  EXPECT_THAT(out_.TextsTo(kWatcher), IsEmpty());
  scheduler_.Advance(std::chrono::milliseconds(1));
  EXPECT_THAT(Notified(kWatcher), ElementsAre("ann joined", "bob joined"));
  EXPECT_EQ(UserLists(), 1u);
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(NotifierPresenceTest, WhoLeavesAndReturnsWasNeverAway) {
  Open(kA, "ann");
  Watch();
  notifier().OnClose(kA);
  Open(kB, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);  // the client id is another
}

TEST_F(NotifierPresenceTest, WhoComesAndLeavesWasNeverHere) {
  Watch();
  Open(kA, "ann");
  Open(kB);
  notifier().OnClose(kA);
  notifier().OnClose(kB);
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 0u);
}

TEST_F(NotifierPresenceTest,
       AUserJoinsWithTheFirstConnectionAndLeavesWithTheLast) {
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Heard(), ElementsAre("ann joined"));
  out_.ClearMessages();
  Open(kB, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);  // it shows the second connection
  out_.ClearMessages();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);
  notifier().OnClose(kB);
  EXPECT_THAT(Heard(), ElementsAre("ann left"));
}

TEST_F(NotifierPresenceTest, AGuestIsToldOfByClientId) {
  Watch();
  Open(kA);
  const std::string id = ClientId(kA);
  EXPECT_THAT(Heard(), ElementsAre("Guest " + id + " joined"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre(id));
  out_.ClearMessages();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), ElementsAre("Guest " + id + " left"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre(id));
}

TEST_F(NotifierPresenceTest, AGuestThatWasToldOfTakesAName) {
  Watch();
  Open(kA);
  const std::string id = ClientId(kA);
  Settle();
  Name(kA, "ann");
  EXPECT_THAT(Heard(), ElementsAre("Guest " + id + " is now ann"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("joined"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre("ann"));
}

TEST_F(NotifierPresenceTest, AGuestThatBecomesSomebodyHereIsOneFewer) {
  Watch();
  Open(kA, "ann");
  Open(kB);
  const std::string id = ClientId(kB);
  Settle();
  Name(kB, "ann");
  EXPECT_THAT(Heard(), ElementsAre("Guest " + id + " is now ann"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("left"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre(id));
}

TEST_F(NotifierPresenceTest, TwoGuestsMayTakeOneName) {
  Watch();
  Open(kA);
  Open(kB);
  Settle();
  Name(kA, "ann");
  Name(kB, "ann");
  EXPECT_THAT(Heard(), ElementsAre("Guest " + ClientId(kA) + " is now ann",
                                   "Guest " + ClientId(kB) + " is now ann"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("joined", "left"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre("ann", ClientId(kB)));
}

TEST_F(NotifierPresenceTest, AUserMayChangeTheName) {
  Watch();
  Open(kA, "ann");
  Settle();
  Name(kA, "bob");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("joined"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre("bob"));
}

TEST_F(NotifierPresenceTest, AUserMayMergeWithAnother) {
  Watch();
  Open(kA, "ann");
  Open(kB, "bob");
  Settle();
  Name(kA, "bob");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("left"));
  EXPECT_THAT(Notified(kWatcher, "subject"), ElementsAre("ann"));
}

TEST_F(NotifierPresenceTest, OneConnectionOfAUserMayChangeTheName) {
  Watch();
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  Name(kB, "bob");
  EXPECT_THAT(Heard(), ElementsAre("bob joined"));
}

TEST_F(NotifierPresenceTest, TwoConnectionsOfAUserMayPart) {
  Watch();
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  Name(kA, "bob");
  Name(kB, "carl");
  EXPECT_THAT(Heard(), UnorderedElementsAre("ann is now bob", "carl joined"));
}

TEST_F(NotifierPresenceTest, ANameTakenAndGivenBackIsNotTold) {
  Watch();
  Open(kA, "ann");
  Settle();
  Name(kA, "bob");
  Name(kA, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 0u);
}

TEST_F(NotifierPresenceTest, ARefusedNameChangesNothing) {
  Watch();
  Name(kWatcher, "all");
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(NotifierPresenceTest, TellsManyAsANumber) {
  EXPECT_EQ(options_.max_named_in_presence, 5u);
  Watch();
  for (std::uint64_t i = 1; i <= 5; ++i) Open({i}, "user" + std::to_string(i));
  EXPECT_THAT(Heard(), SizeIs(5));
  EXPECT_EQ(notifier().stats().presence_counted, 0u);
  out_.ClearMessages();
  for (std::uint64_t i = 11; i <= 47; ++i) {
    Open({i}, "user" + std::to_string(i));
  }
  EXPECT_THAT(Heard(), ElementsAre("37 people joined"));
  EXPECT_THAT(Notified(kWatcher, "event"), ElementsAre("joined"));
  EXPECT_FALSE(Messages(kWatcher, "notification").at(0).Has("subject"));
  EXPECT_EQ(notifier().stats().presence_counted, 1u);
}

TEST_F(NotifierPresenceTest, CountsJoinsLeavesAndNamesEachForItself) {
  options_.max_named_in_presence = 1;
  Watch();
  for (std::uint64_t i = 1; i <= 4; ++i) Open({i});
  Settle();
  const std::uint64_t before = notifier().stats().presence_counted;
  notifier().OnClose({1});
  notifier().OnClose({2});
  Name({3}, "ann");
  Name({4}, "bob");
  Open({5}, "carl");
  EXPECT_THAT(Heard(), ElementsAre("carl joined", "2 people took a name",
                                   "2 people left"));
  EXPECT_THAT(Notified(kWatcher, "event"),
              ElementsAre("joined", "joined", "left"));
  EXPECT_EQ(notifier().stats().presence_counted - before, 2u);
}

TEST_F(NotifierPresenceTest, MayNameNobody) {
  options_.max_named_in_presence = 0;
  Watch();
  out_.ClearMessages();
  Open(kA, "ann");
  EXPECT_THAT(Heard(), ElementsAre("1 person joined"));
}

TEST_F(NotifierPresenceTest, MayTellOnlyTheList) {
  EXPECT_TRUE(options_.announce_presence);
  options_.announce_presence = false;
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);
  EXPECT_EQ(log_.last_id(), 0u);
}

TEST_F(NotifierPresenceTest, GoesIntoTheLogThoughNobodyIsLeft) {
  Open(kA, "ann");
  Settle();
  const std::uint64_t before = log_.last_id();
  notifier().OnClose(kA);
  PassInterval();
  EXPECT_EQ(log_.last_id(), before + 1);
}

TEST_F(NotifierPresenceTest, TellsNothingOnceItIsGone) {
  Open(kA, "ann");
  out_.ClearMessages();
  notifier_.reset();
  PassInterval();
  EXPECT_EQ(scheduler_.pending(), 0u);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
}

}  // namespace
}  // namespace tickerhub
