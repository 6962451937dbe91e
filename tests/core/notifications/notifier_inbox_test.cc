// Users that are away, their devices, their marks, and names by trust.

#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NotifierInboxTest : public NotifierTest {
 protected:
  /// Names a session, with the secret if there is one; returns the new secret.
  std::string Name(SessionId session, const std::string& name,
                   const std::string& secret = "") {
    Say(session, R"({"type":"set-identifier","identifier":")" + name +
                     R"(","secret":")" + secret + "\"}");
    const auto answers = Messages(session, "identified");
    if (answers.empty()) return "";
    return answers.back().Has("secret") ? answers.back().Text("secret") : "";
  }
  void Ask(SessionId session, const std::string& type,
           const std::string& fields) {
    Say(session, R"({"type":")" + type + "\"," + fields + "}");
  }
};

TEST_F(NotifierInboxTest, WhatComesWhileAUserIsAwayWaits) {
  notifier().OnOpen(kA, {});
  const std::string secret = Name(kA, "ann");
  EXPECT_THAT(secret, SizeIs(32));
  notifier().OnClose(kA);
  Open(kB, "bob");
  SendNotification(kB, "Ann", "one");
  EXPECT_EQ(Last(kB).Text("type"), "sent");
  EXPECT_EQ(Last(kB).Number("delivered"), 0);
  EXPECT_EQ(Last(kB).Number("queued"), 1);
  EXPECT_EQ(notifier().counters().queued, 1u);
  notifier().OnOpen(kC, {});
  EXPECT_EQ(Name(kC, "ann", secret), secret);
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("one"));
  EXPECT_EQ(Last(kC).Number("unread"), 1);
}

TEST_F(NotifierInboxTest, WhoMerelyTakesTheNameGetsNothingPersonalOfBefore) {
  Open(kA, "bob");
  SendNotification(kA, "bob", "mine");
  SendNotification(kA, "all", "everybody's");
  notifier().OnClose(kA);
  Open(kB, "bob");
  Resume(kB, "e1", 0);
  EXPECT_THAT(Notified(kB), ElementsAre("everybody's"));
  Ask(kB, "inbox", R"("limit":10)");
  EXPECT_EQ(Last(kB)["data"].Size(), 1u) << Last(kB).text();
  notifier().OnOpen(kC, {});
  Name(kC, "bob", "00000000000000000000000000000000");
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("everybody's"));
}

TEST_F(NotifierInboxTest, ASecretIsGoodForWhatCameSinceItsVisit) {
  Open(kA, "bob");
  SendNotification(kA, "bob", "before");
  notifier().OnOpen(kB, {});
  const std::string secret = Name(kB, "bob");
  SendNotification(kA, "bob", "after");
  notifier().OnOpen(kC, {});
  Name(kC, "bob", secret);
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("after"));
}

TEST_F(NotifierInboxTest, WhoProvesTheNameReadsEverything) {
  options_.identity_from_admission = true;
  SessionInfo ann;
  ann.identity = "ann";
  notifier().OnOpen(kA, ann);
  SendNotification(kA, "ann", "one");
  notifier().OnClose(kA);
  notifier().OnOpen(kB, ann);
  EXPECT_FALSE(Messages(kB, "identified").at(0).Has("secret"));
  Resume(kB, "e1", 0);
  EXPECT_THAT(Notified(kB), ElementsAre("one"));
  EXPECT_EQ(log_.users(), 1u);
  EXPECT_EQ(log_.last_id(), 2u) << "a user that is known visits once";
}

TEST_F(NotifierInboxTest, NobodyWritesToWhoWasNeverHere) {
  Open(kA);
  SendNotification(kA, "zoe", "x");
  ExpectError(kA, "unknown-recipient");
  notifier_.reset();
  options_.unknown_users = Notifier::Options::UnknownUsers::kQueue;
  Open(kB);
  SendNotification(kB, "zoe", "x");
  EXPECT_EQ(Last(kB).Number("queued"), 1);
}

TEST_F(NotifierInboxTest, AMarkIsSeenOnAllDevices) {
  Open(kA, "ann");
  Open(kB, "ann");
  Open(kC, "bob");
  SendNotification(kC, "ann", "one");
  SendNotification(kC, "all", "two");
  const std::int64_t one = NotifiedIds(kA).at(0);
  out_.ClearMessages();
  Ask(kA, "read", "\"requestId\":7,\"ids\":[" + std::to_string(one) + "]");
  for (const SessionId device : {kA, kB}) {
    const auto marks = Messages(device, "read");
    ASSERT_THAT(marks, SizeIs(1));
    EXPECT_EQ(marks[0]["ids"][0].GetInt64(), one);
  }
  EXPECT_THAT(out_.TextsTo(kC), IsEmpty());
  EXPECT_EQ(Last(kA).Text("type"), "kept");
  EXPECT_EQ(Last(kA).Number("requestId"), 7);
  Ask(kB, "inbox", R"("limit":10)");
  EXPECT_EQ(Last(kB).Number("unread"), 1);
  EXPECT_EQ(Last(kB)["data"].Size(), 2u);
  EXPECT_FALSE(Last(kB)["data"][0].HasMember("read"));
  EXPECT_TRUE(Last(kB)["data"][1]["read"].GetBool());
  Ask(kB, "read", "\"upTo\":" + std::to_string(one + 1));
  EXPECT_EQ(Messages(kA, "read").back().Number("upTo"), one + 1);
  Ask(kA, "inbox", R"("limit":0)");
  EXPECT_EQ(Last(kA).Number("unread"), 0);
  EXPECT_EQ(notifier().counters().marks, 2u);
  EXPECT_EQ(notifier().counters().inboxes, 2u);
}

TEST_F(NotifierInboxTest, ADeviceThatWasAwayHearsOfMarks) {
  Open(kC, "bob");
  notifier().OnOpen(kA, {});
  const std::string secret = Name(kA, "ann");
  SendNotification(kC, "ann", "one");
  SendNotification(kC, "ann", "two");
  const std::int64_t one = NotifiedIds(kA).at(0);
  Ask(kA, "read", "\"upTo\":" + std::to_string(one));
  Ask(kA, "delete", "\"id\":" + std::to_string(one + 1));
  notifier().OnOpen(kB, {});
  Name(kB, "ann", secret);
  out_.ClearMessages();
  Resume(kB, "e1", static_cast<std::uint64_t>(one + 1));
  EXPECT_EQ(Messages(kB, "read").at(0).Number("upTo"), one);
  EXPECT_EQ(Messages(kB, "deleted").at(0).Number("id"), one + 1);
  EXPECT_EQ(Last(kB).Number("count"), 0);
  out_.ClearMessages();
  Resume(kB, "e1", 0);
  EXPECT_THAT(Notified(kB), ElementsAre("one"));
  EXPECT_TRUE(Messages(kB, "notification").at(0).IsTrue("read"));
}

TEST_F(NotifierInboxTest, AGuestHasNoInbox) {
  Open(kA);
  Ask(kA, "read", R"("upTo":1)");
  ExpectError(kA, "name-needed");
  Ask(kA, "delete", R"("id":1)");
  ExpectError(kA, "name-needed");
  Ask(kA, "join", R"("group":"#ops")");
  ExpectError(kA, "name-needed");
  Ask(kA, "read", R"("requestId":1)");
  ExpectError(kA, "missing-field");
  Ask(kA, "delete", R"("requestId":1)");
  ExpectError(kA, "missing-field");
  Ask(kA, "inbox", R"("requestId":1)");
  EXPECT_EQ(Last(kA).Text("type"), "inbox");
}

// What a notification may have
// -------------------------------------------------

TEST_F(NotifierInboxTest, ANotificationHasActionsPriorityAndTag) {
  Open(kA, "ann");
  SendNotification(
      kA, "all", "x",
      R"(,"priority":"low","replaces":"build","ttl":10,)"
      R"("actions":[{"label":"Open","link":"/b"},{"label":"Go","link":"/c"}])");
  ASSERT_THAT(Notified(kA), SizeIs(1));
  const ParsedJson got = Messages(kA, "notification").at(0);
  EXPECT_EQ(got.Text("priority"), "low");
  EXPECT_EQ(got.Text("replaces"), "build");
  EXPECT_EQ(got.Number("expires"),
            (scheduler_.Now() + seconds(10)).time_since_epoch().count());
  EXPECT_STREQ(got["actions"][1]["label"].GetString(), "Go");
  SendNotification(kA, "all", "y", R"(,"replaces":"build")");
  Open(kB);
  Resume(kB, "e1", 0);
  EXPECT_THAT(Notified(kB), ElementsAre("y"));
}

TEST_F(NotifierInboxTest, RefusesExtrasThatAreNotRight) {
  Open(kA);
  const std::string action = R"({"label":"a","link":"/a"})";
  for (const std::string& extra :
       {std::string(R"("priority":"loud")"), std::string(R"("ttl":0)"),
        std::string(R"("deliverAt":253402300800001)"),
        std::string(R"("deliverAt":1999999999999)"),
        std::string(R"("actions":[{"label":"a","link":"javascript:x"}])"),
        std::string(R"("actions":[{"label":" ","link":"/a"}])"),
        std::string(R"("actions":[1])"), std::string(R"("actions":{})"),
        R"("actions":[)" + action + "," + action + "," + action + "," + action +
            "]",
        R"("actions":[{"link":"/a","label":")" + std::string(51, 'x') + "\"}]",
        R"("key":")" + std::string(129, 'k') + "\"",
        R"("replaces":")" + std::string(129, 't') + "\"",
        std::string(R"("key":"a\u0000")")}) {
    SendNotification(kA, "all", "x", "," + extra);
    ExpectError(kA, "invalid-field");
  }
  SendNotification(kA, "all", "x", R"(,"actions":[{"label":"a"}])");
  ExpectError(kA, "missing-field");
  EXPECT_EQ(log_.last_id(), 0u);
}

TEST_F(NotifierInboxTest, DeliversAtItsTime) {
  Open(kA, "ann");
  const std::int64_t due =
      (scheduler_.Now() + milliseconds(90'000)).time_since_epoch().count();
  SendNotification(kA, "ann", "later",
                   ",\"ttl\":60,\"deliverAt\":" + std::to_string(due));
  EXPECT_TRUE(Last(kA).IsTrue("scheduled"));
  EXPECT_FALSE(Last(kA).Has("id"));
  EXPECT_EQ(notifier().counters().scheduled, 1u);
  scheduler_.Advance(milliseconds(89'999));
  EXPECT_THAT(Notified(kA), IsEmpty());
  scheduler_.Advance(milliseconds(1));
  EXPECT_THAT(Notified(kA), ElementsAre("later"));
  EXPECT_EQ(Messages(kA, "notification").at(0).Number("expires"), due + 60'000);
}

TEST_F(NotifierInboxTest, TheSameKeyIsTheSameAnswer) {
  Open(kA, "ann");
  SendNotification(kA, "all", "x", R"(,"key":"k")");
  const ParsedJson first = Last(kA);
  EXPECT_EQ(first.Number("delivered"), 1);
  Open(kB);
  SendNotification(kA, "all", "x", R"(,"key":"k")");
  EXPECT_EQ(Last(kA).text(), first.text());
  EXPECT_THAT(Notified(kA), SizeIs(1));
  EXPECT_EQ(notifier().counters().duplicates, 1u);
  EXPECT_EQ(notifier().counters().notifications, 1u);
}

// Errors of the log -----------------------------------------------------------

TEST_F(NotifierInboxTest, TheSenderHearsThatItWasNotKept) {
  InMemoryNotificationLog::Options options = Epoch("e1");
  options.max_in_flight_bytes = 20;
  options.max_scheduled = 0;
  InMemoryNotificationLog small(options);
  used_log_ = &small;
  Open(kA);
  SendNotification(kA, "all", std::string(30, 'x'));
  ExpectError(kA, "busy");
  SendNotification(kA, "all", "x", R"(,"deliverAt":1767364300000)");
  ExpectError(kA, "not-kept");
  EXPECT_THAT(Notified(kA), IsEmpty());
  EXPECT_EQ(notifier().counters().busy, 1u);
  EXPECT_EQ(notifier().counters().not_kept, 1u);
  notifier_.reset();
}

TEST_F(NotifierInboxTest, ThoseThatWaitForTheLogKeepTheirOrderAndAreBounded) {
  used_log_ = &late_log_;
  options_.max_waiting = 2;
  Open(kA, "ann");
  Open(kB, "bob");
  notifier().OnClose(kB);
  out_.ClearMessages();
  notifier_.reset();
  Open(kA, "ann");
  SendNotification(kA, "bob", "waits for the log");
  SendNotification(kA, "all", "waits behind it");
  SendNotification(kA, "all", "too much");
  ExpectError(kA, "busy");
  late_log_.CompleteAll();
  ASSERT_THAT(Messages(kA, "sent"), SizeIs(2));
  EXPECT_LT(Messages(kA, "sent")[0].Number("id"),
            Messages(kA, "sent")[1].Number("id"));
}

TEST_F(NotifierInboxTest, WhatIsAskedBehindANameWaitsForIt) {
  used_log_ = &late_log_;
  Open(kB, "bob");
  notifier().OnOpen(kA, {});
  Say(kA, R"({"type":"set-identifier","identifier":"ann"})");
  late_log_.CompleteAll();
  const std::string secret = Messages(kA, "identified").at(0).Text("secret");
  notifier().OnClose(kA);
  SendNotification(kB, "ann", "one");
  late_log_.CompleteAll();
  notifier().OnOpen(kC, {});
  Say(kC, R"({"type":"set-identifier","identifier":"ann","secret":")" + secret +
              "\"}");
  Resume(kC, late_log_.epoch(), 0);
  late_log_.CompleteAll();
  EXPECT_THAT(Notified(kC), ElementsAre("one"));
}

// Groups ----------------------------------------------------------------------

TEST_F(NotifierInboxTest, AGroupIsWrittenToByItsName) {
  notifier().OnOpen(kA, {});
  const std::string secret = Name(kA, "Ann");
  Open(kB, "bob");
  Open(kC, "cid");
  for (const SessionId session : {kA, kB}) {
    Ask(session, "join", R"("group":"#Ops","requestId":1)");
    EXPECT_EQ(Last(session).Text("type"), "kept");
  }
  EXPECT_EQ(Messages(kA, "joined").back().Text("identifier"), "bob");
  EXPECT_EQ(Messages(kA, "joined").back().Text("group"), "#ops");
  EXPECT_THAT(Messages(kC, "joined"), IsEmpty());
  notifier().OnClose(kA);
  SendNotification(kC, "#OPS", "help");
  EXPECT_EQ(Last(kC).Number("delivered"), 1);
  EXPECT_EQ(Last(kC).Number("queued"), 1);
  EXPECT_EQ(Messages(kB, "notification").at(0).Text("scope"), "group");
  EXPECT_EQ(Messages(kB, "notification").at(0).Text("group"), "#ops");
  notifier().OnOpen(kA, {});
  Name(kA, "ann", secret);
  Resume(kA, "e1", 0);
  EXPECT_THAT(Notified(kA), ElementsAre("help"));
  Ask(kB, "leave", R"("group":"ops")");
  EXPECT_THAT(Messages(kB, "left"), SizeIs(1));
  SendNotification(kC, "#ops", "more");
  EXPECT_THAT(Notified(kB), ElementsAre("help"));
  EXPECT_EQ(notifier().counters().memberships, 3u);
}

TEST_F(NotifierInboxTest, MembersAreListedWithTheirDevices) {
  options_.may_list_members = NoClients;
  Open(kA, "ann");
  Ask(kA, "join", R"("group":"#ops")");
  scheduler_.Advance(milliseconds(5));
  Open(kB, "ann");
  Open(kC, "cid");
  Ask(kC, "join", R"("group":"#dev")");
  Ask(kC, "members", R"("group":"#ops")");
  ExpectError(kC, "not-allowed");
  Ask(kA, "members", R"("group":"#ops")");
  const ParsedJson members = Last(kA);
  EXPECT_EQ(members.Number("total"), 1);
  EXPECT_STREQ(members["data"][0]["identifier"].GetString(), "ann");
  EXPECT_EQ(members["data"][0]["devices"].GetInt(), 2);
  EXPECT_EQ(members["data"][0]["since"].GetInt64(),
            scheduler_.Now().time_since_epoch().count() - 5);
}

TEST_F(NotifierInboxTest, AUserIsToldItsGroups) {
  Open(kA, "ann");
  Ask(kA, "join", R"("group":"#ops")");
  Ask(kA, "join", R"("group":"#dev")");
  Open(kB, "ann");
  Ask(kB, "groups", R"("requestId":1)");
  EXPECT_EQ(Messages(kB, "groups").size(), 1u);
  EXPECT_EQ(Last(kB)["data"].Size(), 2u);
  EXPECT_STREQ(Last(kB)["data"][1].GetString(), "#ops");
  Ask(kA, "leave", R"("group":"#ops")");
  Ask(kB, "groups", R"("requestId":1)");
  EXPECT_EQ(Last(kB)["data"].Size(), 1u);
  Open(kC);
  Ask(kC, "groups", R"("requestId":1)");
  ExpectError(kC, "name-needed");
}

TEST_F(NotifierInboxTest, GroupsHaveRules) {
  options_.may_join_groups = NoClients;
  options_.may_send_to_groups = nullptr;
  Open(kA, "ann");
  Ask(kA, "join", R"("group":"#ops")");
  ExpectError(kA, "not-allowed");
  SendNotification(kA, "#ops", "x");
  ExpectError(kA, "sending-disabled");
  Ask(kA, "join", R"("group":"#")");
  ExpectError(kA, "invalid-group");
  Ask(kA, "join", R"("requestId":1)");
  ExpectError(kA, "missing-field");
  Say(kA, R"({"type":"set-identifier","identifier":"#ops"})");
  ExpectError(kA, "reserved-identifier");
}

}  // namespace
}  // namespace tickerhub
