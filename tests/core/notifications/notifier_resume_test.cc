// Coming back: what was missed, and nothing twice.

#include <set>
#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NotifierResumeTest : public NotifierTest {
 protected:
  NotifierResumeTest() { options_.identity_from_admission = true; }

  void Open(SessionId session, const std::string& name = "") {
    SessionInfo info;
    info.identity = name;
    notifier().OnOpen(session, info);
  }

  void SubmitTo(const std::string& recipient, const std::string& message) {
    Notification notification;
    notification.audience = AudienceOf(recipient);
    notification.message = message;
    notifier().Submit(notification, [](const Notifier::SubmitResult& result) {
      EXPECT_TRUE(result.ok()) << result.rejection->message;
    });
  }

  // Ids 2 to 4, behind her visit: to all, to ann, to all. Then ann is gone.
  void AnnWasHere() {
    Open(kA, "ann");
    SubmitTo("all", "one");
    SubmitTo("ann", "two");
    SubmitTo("all", "three");
    notifier().OnClose(kA);
    Settle();
  }

  void ExpectResumed(SessionId session, std::int64_t last_id,
                     std::int64_t count, bool complete, bool more = false) {
    const ParsedJson last = Last(session);
    EXPECT_EQ(last.Text("type"), "resumed") << last.text();
    EXPECT_EQ(last.Text("epoch"), used_log_->epoch());
    EXPECT_EQ(last.Number("lastId"), last_id);
    EXPECT_EQ(last.Number("count"), count);
    EXPECT_EQ(last.IsTrue("complete"), complete);
    EXPECT_EQ(last.IsFalse("complete"), !complete);
    EXPECT_EQ(last.IsTrue("more"), more);
    EXPECT_EQ(last.Has("more"), more);
  }
};

TEST_F(NotifierResumeTest, SendsAgainWhatWasMissedInOrder) {
  AnnWasHere();
  Open(kB, "ann");
  out_.ClearMessages();
  Resume(kB, "e1", 2);
  EXPECT_THAT(Notified(kB), ElementsAre("two", "three"));
  EXPECT_THAT(Notified(kB, "scope"), ElementsAre("personal", "all"));
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(3, 4));
  ExpectResumed(kB, 4, 2, true);
  for (const auto& message : out_.MessagesTo(kB)) {
    EXPECT_EQ(message.delivery, Delivery::kEvery);
  }
  EXPECT_EQ(notifier().counters().deliveries, 3u + 2u);
  EXPECT_EQ(notifier().counters().resumes_cut, 0u);
}

TEST_F(NotifierResumeTest, SendsNobodyElseWhatIsPersonal) {
  AnnWasHere();
  Open(kB, "bob");
  Resume(kB, "e1", 0);
  EXPECT_THAT(Notified(kB), ElementsAre("one", "three"));
  Open(kC);
  Resume(kC, "e1", 0);
  EXPECT_THAT(Notified(kC), ElementsAre("one", "three"));
}

TEST_F(NotifierResumeTest, SaysWhenNothingWasMissed) {
  AnnWasHere();
  Open(kB, "ann");
  Resume(kB, "e1", 4);
  EXPECT_THAT(Notified(kB), IsEmpty());
  ExpectResumed(kB, 4, 0, true);
}

TEST_F(NotifierResumeTest, PutsAClientRightThatKnowsTooMuch) {
  AnnWasHere();
  Open(kB);
  Resume(kB, "e1", 1'000);
  ExpectResumed(kB, 4, 0, true);
}

TEST_F(NotifierResumeTest, AnotherEpochGetsAllThereIs) {
  AnnWasHere();
  Open(kB, "ann");
  Resume(kB, "an older one", 2);
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(2, 3, 4));
  ExpectResumed(kB, 4, 3, false);
}

TEST_F(NotifierResumeTest, SaysWhenSomeAreGoneForGood) {
  InMemoryNotificationLog::Options options = Epoch("e2");
  options.max_notifications = 2;
  InMemoryNotificationLog small(options);
  used_log_ = &small;
  for (int i = 0; i < 4; ++i) SubmitTo("all", "x");
  Open(kB);
  Resume(kB, "e2", 1);
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(3, 4));
  ExpectResumed(kB, 4, 2, false);
  Resume(kB, "e2", 2);
  ExpectResumed(kB, 4, 2, true);
  notifier_.reset();  // before its log
}

TEST_F(NotifierResumeTest, AsksForItsFields) {
  Open(kA);
  Say(kA, R"({"type":"resume","epoch":"e1","requestId":1})");
  ExpectError(kA, "missing-field");
  EXPECT_EQ(Last(kA).Number("requestId"), 1);
  Say(kA, R"({"type":"resume","after":1})");
  ExpectError(kA, "missing-field");
  Say(kA, R"({"type":"resume","epoch":"e1","after":-1})");
  ExpectError(kA, "invalid-field");
}

TEST_F(NotifierResumeTest, CarriesTheRequestIdBack) {
  Open(kA);
  Say(kA, R"({"type":"resume","epoch":"e1","after":0,"requestId":"q"})");
  EXPECT_EQ(Last(kA).Text("requestId"), "q");
}

// In pages -------------------------------------------------------------------

TEST_F(NotifierResumeTest, SendsNoMoreAtATimeThanItMay) {
  EXPECT_EQ(options_.max_resumed, 1'000u);
  options_.max_resumed = 2;
  for (int i = 0; i < 5; ++i) SubmitTo("all", "x");
  Open(kA);
  Resume(kA, "e1", 0);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1, 2));
  ExpectResumed(kA, 2, 2, true, true);
  Resume(kA, "e1", 2);
  ExpectResumed(kA, 4, 2, true, true);
  Resume(kA, "e1", 4);
  ExpectResumed(kA, 5, 1, true, false);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(notifier().counters().resumes_cut, 2u);
}

TEST_F(NotifierResumeTest, SendsNoMoreBytesAtATimeThanItMay) {
  EXPECT_EQ(options_.max_resumed_bytes, 128u * 1024);
  options_.max_resumed_bytes = 700;
  for (int i = 0; i < 5; ++i) SubmitTo("all", std::string(200, 'x'));
  Open(kA);
  out_.ClearMessages();
  Resume(kA, "e1", 0);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1, 2));
  ExpectResumed(kA, 2, 2, true, true);
  std::size_t bytes = 0;
  for (const ParsedJson& n : Messages(kA, "notification")) {
    bytes += n.text().size();
  }
  EXPECT_LE(bytes, 700u);
  EXPECT_EQ(notifier().counters().resumes_cut, 1u);
}

TEST_F(NotifierResumeTest, SendsAtLeastOneAtATime) {
  options_.max_resumed = 0;
  options_.max_resumed_bytes = 0;
  for (int i = 0; i < 3; ++i) SubmitTo("all", "x");
  Open(kA);
  std::int64_t after = 0;
  for (int page = 0; page < 3; ++page) {
    Resume(kA, "e1", static_cast<std::uint64_t>(after));
    after = Last(kA).Number("lastId");
    EXPECT_EQ(after, page + 1);
  }
  EXPECT_FALSE(Last(kA).Has("more"));
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1, 2, 3));
}

TEST_F(NotifierResumeTest, SkippingWhatWasDeliveredTakesNoPages) {
  options_.max_resumed = 2;
  SubmitTo("all", "1");
  SubmitTo("all", "2");
  Open(kA);
  for (int i = 3; i <= 9; ++i) SubmitTo("all", "x");
  out_.ClearMessages();
  Resume(kA, "e1", 0);
  ExpectResumed(kA, 2, 2, true, true);
  Resume(kA, "e1", 2);
  ExpectResumed(kA, 9, 0, true, false);
}

// Nothing twice --------------------------------------------------------------

TEST_F(NotifierResumeTest, DoesNotRepeatWhatThisConnectionGotAlready) {
  AnnWasHere();
  Open(kB, "ann");
  SubmitTo("all", "four");
  SubmitTo("ann", "five");
  Resume(kB, "e1", 0);
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(5, 6, 2, 3, 4));
  ExpectResumed(kB, 6, 3, true);
}

TEST_F(NotifierResumeTest, BringsWhatCameForTheNameBeforeItWasTaken) {
  options_.identity_from_admission = false;
  NotifierTest::Open(kA, "ann");
  const std::string secret = Last(kA).Text("secret");
  Open(kB);
  SubmitTo("ann", "one");
  SubmitTo("all", "two");
  Say(kB, R"({"type":"set-identifier","identifier":"ann","secret":")" + secret +
              "\"}");
  SubmitTo("ann", "three");
  Resume(kB, "e1", 0);
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(3, 4, 2));
  ExpectResumed(kB, 4, 1, true);
}

TEST_F(NotifierResumeTest, WhatIsForAConnectionIsInNobodysInbox) {
  Open(kA);
  Notification notification;
  notification.audience = Audience::Connection(ClientId(kA));
  notification.message = "one";
  notifier().Submit(notification, nullptr);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1));
  Resume(kA, "e1", 0);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1));
  ExpectResumed(kA, 1, 0, true);
}

class NotifierLateResumeTest : public NotifierResumeTest {
 protected:
  NotifierLateResumeTest() { used_log_ = &late_log_; }

  void Complete(int number) {
    for (int i = 0; i < number; ++i) late_log_.CompleteOne();
  }
};

TEST_F(NotifierLateResumeTest, DoesNotRepeatWhatTheLogHasButWasNotDelivered) {
  SubmitTo("all", "one");
  Complete(1);
  Open(kA);
  SubmitTo("all", "two");  // in the log, not yet delivered
  Resume(kA, late_log_.epoch(), 0);
  Complete(2);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(2, 1));
  ExpectResumed(kA, 2, 1, true);
}

TEST_F(NotifierLateResumeTest, DoesNotClaimWhatIsYetToBeDelivered) {
  Open(kA);
  Resume(kA, late_log_.epoch(), 0);
  SubmitTo("all", "one");
  Complete(1);  // the reading, which finds it in the log
  EXPECT_THAT(NotifiedIds(kA), IsEmpty());
  ExpectResumed(kA, 0, 0, true);
  Complete(1);
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(1));
}

TEST_F(NotifierLateResumeTest, AClientThatLeftGetsNoAnswer) {
  SubmitTo("all", "one");
  Complete(1);
  Open(kA);
  out_.ClearMessages();
  Resume(kA, late_log_.epoch(), 0);
  notifier().OnClose(kA);
  Complete(1);
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_EQ(notifier().counters().deliveries, 0u);
}

}  // namespace
}  // namespace tickerhub
