// Who is online, and what others hear of it.

#include <algorithm>
#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

constexpr SessionId kWatcher{1000};

class NotifierPresenceTest : public NotifierTest {
 protected:
  // Somebody who was there before and hears of everything.
  void Watch() {
    Open(kWatcher, "watcher");
    Settle();
  }

  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }

  // What the watcher hears of the interval that ends now, one line for each
  // name, and one for those that are only counted.
  std::vector<std::string> Heard() {
    PassInterval();
    std::vector<std::string> lines;
    for (const ParsedJson& message : Messages(kWatcher, "presence")) {
      for (const char* list : {"joined", "left", "renamed"}) {
        if (message.Has(list)) AppendLines(message[list], list, &lines);
      }
    }
    EXPECT_THAT(Messages(kWatcher, "presence"), SizeIs(Le(1u)));
    return lines;
  }
  std::size_t UserLists() const { return Messages(kWatcher, "users").size(); }

 private:
  static void AppendLines(const rapidjson::Value& names, const char* list,
                          std::vector<std::string>* lines) {
    const auto& data = names["data"];
    for (const auto& name : data.GetArray()) {
      lines->push_back(
          name.IsString() ? std::string(list) + " " + name.GetString()
                          : name["from"].GetString() + std::string(" is now ") +
                                name["to"].GetString());
    }
    const auto total = names["total"].GetUint64();
    EXPECT_GT(total, 0u);
    EXPECT_LE(data.Size(), total);
    if (total > data.Size()) {
      lines->push_back(std::string(list) + " in all " + std::to_string(total));
    }
  }
};

TEST_F(NotifierPresenceTest, TellsWhenSomebodyJoins) {
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Messages(kWatcher), IsEmpty());
  EXPECT_THAT(Heard(), ElementsAre("joined ann"));
  ASSERT_EQ(UserLists(), 1u);
  const ParsedJson users = Messages(kWatcher, "users").at(0);
  EXPECT_EQ(users.Number("total"), 2);
  EXPECT_STREQ(users["data"][0]["identifier"].GetString(), "ann");
}

TEST_F(NotifierPresenceTest, TellsWhenSomebodyLeaves) {
  Open(kA, "ann");
  Watch();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), ElementsAre("left ann"));
  EXPECT_EQ(Messages(kWatcher, "users").at(0).Number("total"), 1);
}

TEST_F(NotifierPresenceTest, TheListComesBeforeWhatChanged) {
  Watch();
  Open(kA, "ann");
  PassInterval();
  const auto messages = Messages(kWatcher);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].Text("type"), "users");
  EXPECT_EQ(messages[1].Text("type"), "presence");
}

TEST_F(NotifierPresenceTest, TellsAtTheEndOfTheInterval) {
  EXPECT_EQ(options_.presence_interval, std::chrono::milliseconds(250));
  Watch();
  Open(kA, "ann");
  scheduler_.Advance(std::chrono::milliseconds(200));
  Open(kB, "bob");  // does not delay it
  scheduler_.Advance(std::chrono::milliseconds(49));
  EXPECT_THAT(out_.TextsTo(kWatcher), IsEmpty());
  scheduler_.Advance(std::chrono::milliseconds(1));
  EXPECT_THAT(Heard(), ElementsAre("joined ann", "joined bob"));
  EXPECT_EQ(UserLists(), 1u);
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(NotifierPresenceTest, TellsOnceInAnIntervalHoweverMuchChanges) {
  options_.names = {{0, 0}, {0, 0}, {0, 0}};
  Watch();
  Open(kA, "ann");
  const int intervals = 20;
  for (int i = 0; i < 100 * intervals; ++i) {
    Name(kA, "name" + std::to_string(i));
    if (i % 100 == 99) PassInterval();
  }
  EXPECT_EQ(UserLists(), intervals);
  EXPECT_THAT(Messages(kWatcher, "presence"), SizeIs(intervals));
}

TEST_F(NotifierPresenceTest, AWallClockThatIsSetBackDelaysNothing) {
  Watch();
  Open(kA, "ann");
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(1));
  EXPECT_THAT(Heard(), ElementsAre("joined ann"));
  out_.ClearMessages();
  Open(kB, "bob");
  EXPECT_THAT(Heard(), ElementsAre("joined bob"));
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
  EXPECT_THAT(Heard(), ElementsAre("joined ann"));
  out_.ClearMessages();
  Open(kB, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);  // it shows the second connection
  out_.ClearMessages();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);
  notifier().OnClose(kB);
  EXPECT_THAT(Heard(), ElementsAre("left ann"));
}

TEST_F(NotifierPresenceTest, AGuestIsNamedByClientId) {
  Watch();
  Open(kA);
  const std::string id = ClientId(kA);
  EXPECT_THAT(Heard(), ElementsAre("joined " + id));
  out_.ClearMessages();
  notifier().OnClose(kA);
  EXPECT_THAT(Heard(), ElementsAre("left " + id));
}

TEST_F(NotifierPresenceTest, AGuestThatWasToldOfTakesAName) {
  Watch();
  Open(kA);
  const std::string id = ClientId(kA);
  Settle();
  Name(kA, "ann");
  EXPECT_THAT(Heard(), ElementsAre(id + " is now ann"));
}

TEST_F(NotifierPresenceTest, AGuestMayTakeANameThatIsOnline) {
  Watch();
  Open(kA, "ann");
  Open(kB);
  const std::string id = ClientId(kB);
  Settle();
  Name(kB, "ann");
  EXPECT_THAT(Heard(), ElementsAre(id + " is now ann"));
}

TEST_F(NotifierPresenceTest, TwoGuestsMayTakeOneName) {
  Watch();
  Open(kA);
  Open(kB);
  std::vector<std::string> ids = {ClientId(kA), ClientId(kB)};
  std::sort(ids.begin(), ids.end());
  Settle();
  Name(kA, "ann");
  Name(kB, "ann");
  EXPECT_THAT(Heard(),
              ElementsAre(ids[0] + " is now ann", ids[1] + " is now ann"));
}

TEST_F(NotifierPresenceTest, AUserMayChangeTheName) {
  Watch();
  Open(kA, "ann");
  Settle();
  Name(kA, "bob");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob"));
}

TEST_F(NotifierPresenceTest, ARenamingIsToldOnceForAllConnections) {
  Watch();
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  Name(kA, "bob");
  Name(kB, "bob");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob"));
}

TEST_F(NotifierPresenceTest, TellsTheNamesAtTheEndsOfTheIntervalOnly) {
  Watch();
  Open(kA, "ann");
  Settle();
  Name(kA, "bob");
  Name(kA, "cid");
  EXPECT_THAT(Heard(), ElementsAre("ann is now cid"));
}

TEST_F(NotifierPresenceTest, AUserMayMergeWithAnother) {
  Watch();
  Open(kA, "ann");
  Open(kB, "bob");
  Settle();
  Name(kA, "bob");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob"));
}

TEST_F(NotifierPresenceTest, TwoUsersMaySwapTheirNames) {
  Watch();
  Open(kA, "ann");
  Open(kB, "bob");
  Settle();
  Name(kA, "bob");
  Name(kB, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);
}

TEST_F(NotifierPresenceTest, ANameThatWasGivenUpMayBeTakenByAnother) {
  Watch();
  Open(kA, "ann");
  Settle();
  Name(kA, "bob");
  Open(kB, "ann");
  EXPECT_THAT(Heard(), ElementsAre("joined bob"));
}

TEST_F(NotifierPresenceTest, OneConnectionOfAUserMayChangeTheName) {
  Watch();
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  Name(kB, "bob");
  EXPECT_THAT(Heard(), ElementsAre("joined bob"));
}

TEST_F(NotifierPresenceTest, TwoConnectionsOfAUserMayPart) {
  Watch();
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  Name(kA, "bob");
  Name(kB, "carl");
  EXPECT_THAT(Heard(), ElementsAre("ann is now bob", "ann is now carl"));
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

TEST_F(NotifierPresenceTest, CountsThoseBeyondTheNamesThatItMayHave) {
  EXPECT_EQ(options_.max_named_in_presence, 5u);
  Watch();
  for (std::uint64_t i = 1; i <= 5; ++i) Open({i}, "user" + std::to_string(i));
  EXPECT_THAT(Heard(), SizeIs(5));
  EXPECT_EQ(notifier().counters().presence_cut, 0u);
  out_.ClearMessages();
  for (std::uint64_t i = 11; i <= 47; ++i) {
    Open({i}, "user" + std::to_string(i));
  }
  EXPECT_THAT(Heard(), ElementsAre("joined user11", "joined user12",
                                   "joined user13", "joined user14",
                                   "joined user15", "joined in all 37"));
  EXPECT_EQ(notifier().counters().presence_cut, 1u);
}

TEST_F(NotifierPresenceTest, BoundsEachListForItself) {
  options_.max_named_in_presence = 1;
  Watch();
  for (std::uint64_t i = 1; i <= 4; ++i) Open({i}, "n" + std::to_string(i));
  Settle();
  const std::uint64_t before = notifier().counters().presence_cut;
  notifier().OnClose({1});
  notifier().OnClose({2});
  Name({3}, "ann");
  Name({4}, "bob");
  Open({5}, "carl");
  EXPECT_THAT(Heard(), ElementsAre("joined carl", "left n1", "left in all 2",
                                   "n3 is now ann", "renamed in all 2"));
  EXPECT_EQ(notifier().counters().presence_cut - before, 1u);
}

TEST_F(NotifierPresenceTest, IsOfBoundedBytesWhateverTheNames) {
  Watch();
  const std::string widest(options_.router.max_identifier_bytes - 4, '<');
  for (std::uint64_t i = 1; i <= 60; ++i) {
    Open({i}, widest + std::to_string(1000 + i));
  }
  Settle();
  for (std::uint64_t i = 1; i <= 20; ++i) notifier().OnClose({i});
  for (std::uint64_t i = 21; i <= 60; ++i) {
    Name({i}, widest + std::to_string(2000 + i));
  }
  for (std::uint64_t i = 61; i <= 90; ++i) {
    Open({i}, widest + std::to_string(3000 + i));
  }
  scheduler_.Advance(std::chrono::seconds(10));
  const auto presence = Messages(kWatcher, "presence");
  ASSERT_THAT(presence, SizeIs(1));
  // 20 names, in which each byte takes at most six, and what is around them.
  EXPECT_THAT(presence[0].text().size(), AllOf(Ge(5'000u), Le(8'192u)));
}

TEST_F(NotifierPresenceTest, MayNameNobody) {
  options_.max_named_in_presence = 0;
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Heard(), ElementsAre("joined in all 1"));
}

TEST_F(NotifierPresenceTest, MayTellOnlyTheList) {
  EXPECT_TRUE(options_.announce_presence);
  options_.announce_presence = false;
  Watch();
  Open(kA, "ann");
  EXPECT_THAT(Heard(), IsEmpty());
  EXPECT_EQ(UserLists(), 1u);
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
