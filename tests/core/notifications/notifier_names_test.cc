// Names by trust: which are refused, which are the same, and who hears of it.

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

RemoteAddress FromHost(std::string_view address) {
  return RemoteAddress::Parse(address, 1).value();
}

class NotifierNamesTest : public NotifierTest {
 protected:
  void OpenFrom(std::string_view address, SessionId session) {
    SessionInfo info;
    info.request.remote_address = FromHost(address);
    notifier().OnOpen(session, info);
  }
  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }
};

TEST_F(NotifierNamesTest, WhatLooksLikeTheServersOwnIsRefused) {
  Open(kA);
  for (const char* name : {"api", "all", "Server", u8"serve\u200Br",
                           u8"\u0455erver", u8"\uFF41\uFF4C\uFF4C", "a11"}) {
    Name(kA, name);
    ExpectError(kA, "reserved-identifier");
  }
  EXPECT_EQ(notifier().counters().identifiers_refused, 7U);
}

TEST_F(NotifierNamesTest, ANameThatNobodySeesIsRefused) {
  Open(kA);
  for (const char* name :
       {"", u8"\u3164", u8"\u2800", u8"\u00AD", u8"\uFE0F"}) {
    Name(kA, name);
    ExpectError(kA, "invalid-identifier");
  }
}

TEST_F(NotifierNamesTest, AMessageThatNobodySeesIsRefused) {
  Open(kA, "ann");
  for (const char* message :
       {u8"\u3164", u8"\u2800 \u2800", u8"\uFE0F\u200B"}) {
    SendNotification(kA, "all", message);
    ExpectError(kA, "empty-message");
  }
}

TEST_F(NotifierNamesTest, TwoSpellingsAreOneUser) {
  Open(kA, u8"Ren\u00E9");
  Open(kB, u8"RENE\u0301");
  EXPECT_EQ(Last(kB).Text("identifier"), u8"Ren\u00E9");
  Open(kC, "bob");
  Settle();
  SendNotification(kC, u8"rene\u0301", "hi");
  EXPECT_EQ(Last(kC).Number("delivered"), 2);
  EXPECT_EQ(Notified(kA), Notified(kB));
}

TEST_F(NotifierNamesTest, AnotherSpellingGetsWhatWasMissed) {
  Open(kA, "Ann");
  const std::string secret = Last(kA).Text("secret");
  Open(kB, "bob");
  SendNotification(kB, "ANN", "one");
  notifier().OnClose(kA);
  Open(kC);
  Say(kC, R"({"type":"set-identifier","identifier":"ann","secret":")" + secret +
              "\"}");
  out_.ClearMessages();
  Resume(kC, "e1", 0);
  EXPECT_EQ(Notified(kC), std::vector<std::string>{"one"});
}

TEST_F(NotifierNamesTest, WhoIsAloneMaySpellItsNameAnew) {
  Open(kA, "ann");
  Open(kB);
  Settle();
  Name(kA, "Ann");
  EXPECT_EQ(Last(kA).Text("identifier"), "Ann");
  PassInterval();
  ASSERT_EQ(Messages(kB, "presence").size(), 1U);
  EXPECT_EQ(Messages(kB, "presence")[0].text(),
            R"({"type":"presence","renamed":{"total":1,"data":[)"
            R"({"from":"ann","to":"Ann"}]}})");
}

TEST_F(NotifierNamesTest, WhoHasANameHearsThatSomebodyElsewhereTakesIt) {
  OpenFrom("192.0.2.1", kA);
  OpenFrom("192.0.2.2", kB);
  Name(kA, "ann");
  out_.ClearMessages();
  Name(kB, "Ann");
  ASSERT_EQ(Messages(kA, "name-shared").size(), 1U);
  EXPECT_EQ(Last(kA).Text("identifier"), "ann");
  EXPECT_EQ(Last(kA).Text("clientId"), ClientId(kB));
  EXPECT_TRUE(Messages(kB, "name-shared").empty());
  EXPECT_EQ(notifier().counters().shared_names_told, 1U);
}

TEST_F(NotifierNamesTest, AnotherTabOfTheSameMachineIsNoNews) {
  OpenFrom("192.0.2.1", kA);
  OpenFrom("192.0.2.1", kB);
  Name(kA, "ann");
  Name(kB, "ann");
  OpenFrom("2001:db8::1", kC);
  Name(kC, "bob");
  constexpr SessionId kD{4};
  OpenFrom("2001:db8::ffff", kD);
  Name(kD, "bob");
  EXPECT_EQ(notifier().counters().shared_names_told, 0U);
  constexpr SessionId kE{5};
  OpenFrom("2001:db8:0:1::1", kE);
  Name(kE, "bob");
  EXPECT_EQ(notifier().counters().shared_names_told, 2U) << "another /64";
}

TEST_F(NotifierNamesTest, OneIsToldOfItOnlyNowAndThen) {
  options_.names = {{0, 0}, {0, 0}, {0, 0}};  // no limit
  OpenFrom("192.0.2.1", kA);
  OpenFrom("192.0.2.2", kB);
  Name(kA, "ann");
  for (int i = 0; i < 5; ++i) {
    Name(kB, "ann");
    Name(kB, "bob");
  }
  EXPECT_EQ(notifier().counters().shared_names_told, 1U);
  EXPECT_EQ(notifier().counters().shared_names_untold, 4U);
  scheduler_.Advance(options_.shared_name_interval);
  Name(kB, "ann");
  EXPECT_EQ(notifier().counters().shared_names_told, 2U);
}

TEST_F(NotifierNamesTest, WhereNamesAreProvenNobodyIsTold) {
  options_.identity_from_admission = true;
  SessionInfo info;
  info.identity = "ann";
  info.request.remote_address = FromHost("192.0.2.1");
  notifier().OnOpen(kA, info);
  info.request.remote_address = FromHost("192.0.2.2");
  notifier().OnOpen(kB, info);
  EXPECT_EQ(notifier().counters().shared_names_told, 0U);
}

}  // namespace
}  // namespace tickerhub
