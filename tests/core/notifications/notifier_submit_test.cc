// Sending notifications: by clients, by programs, by the server itself.

#include <string>
#include <utility>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using SubmitResult = Notifier::SubmitResult;

class NotifierSubmitTest : public NotifierTest {
 protected:
  Notifier::SubmitCallback Keep() {
    return [this](const SubmitResult& result) { results_.push_back(result); };
  }

  SubmitResult Submit(Notification notification) {
    notifier().Submit(std::move(notification), Keep());
    return results_.back();
  }

  SubmitResult SubmitJson(std::string_view json) {
    notifier().SubmitJson(json, {"api"}, Keep());
    return results_.back();
  }

  // What a program hears if it submits `notification`; "" if it is accepted.
  static std::string CodeOf(const SubmitResult& result) {
    return result.ok() ? "" : Name(result.rejection->code);
  }

  static Notification With(const std::string& recipient, std::string message) {
    Notification notification;
    notification.audience = AudienceOf(recipient);
    notification.message = std::move(message);
    return notification;
  }

  std::vector<SubmitResult> results_;
};

TEST_F(NotifierSubmitTest, SendsToAllAndAnswersTheSenderAfterwards) {
  Open(kA, "ann");
  Open(kB);
  Settle();
  const std::int64_t id = static_cast<std::int64_t>(log_.last_id()) + 1;
  SendNotification(kA, "all", "hello", R"(,"requestId":"r9")");
  for (const SessionId session : {kA, kB}) {
    ASSERT_THAT(Notified(session), ElementsAre("hello"));
    const ParsedJson got = Messages(session, "notification").at(0);
    EXPECT_EQ(got.Number("id"), id);
    EXPECT_EQ(got.Text("scope"), "all");
    EXPECT_EQ(got.Text("from"), "ann");
    EXPECT_EQ(got.Text("level"), "info");
    EXPECT_EQ(got.Number("time"), scheduler_.Now().time_since_epoch().count());
    EXPECT_FALSE(got.Has("event"));
  }
  const ParsedJson sent = Last(kA);
  EXPECT_EQ(sent.Text("type"), "sent");
  EXPECT_EQ(sent.Number("id"), id);
  EXPECT_EQ(sent.Number("delivered"), 2);
  EXPECT_EQ(sent.Number("queued"), 0);
  EXPECT_EQ(sent.Text("requestId"), "r9");
  EXPECT_THAT(Messages(kB, "sent"), IsEmpty());
}

TEST_F(NotifierSubmitTest, DeliversEverythingAsEveryButChangesOfPresence) {
  Open(kA);
  SendNotification(kA, "all", "x");
  for (const auto& message : out_.MessagesTo(kA)) {
    EXPECT_EQ(message.delivery, Delivery::kEvery) << message.text;
  }
  out_.ClearMessages();
  PassInterval();
  EXPECT_FALSE(out_.MessagesTo(kA).empty());
  for (const auto& message : out_.MessagesTo(kA)) {
    EXPECT_EQ(message.delivery, Delivery::kLatest) << message.text;
  }
}

TEST_F(NotifierSubmitTest, SendsToEveryConnectionOfAUser) {
  Open(kA, "ann");
  Open(kB, "ann");
  Open(kC);
  Settle();
  SendNotification(kC, "ann", "for you",
                   R"(,"title":"T","level":"critical","link":"/x")");
  for (const SessionId session : {kA, kB}) {
    const ParsedJson got = Messages(session, "notification").at(0);
    EXPECT_EQ(got.Text("message"), "for you");
    EXPECT_EQ(got.Text("scope"), "personal");
    EXPECT_EQ(got.Text("from"), ClientId(kC));
    EXPECT_EQ(got.Text("title"), "T");
    EXPECT_EQ(got.Text("level"), "critical");
    EXPECT_EQ(got.Text("link"), "/x");
  }
  EXPECT_THAT(Notified(kC), IsEmpty());
  EXPECT_EQ(Last(kC).Number("delivered"), 2);
}

TEST_F(NotifierSubmitTest, SendsToOneConnectionByClientId) {
  Open(kA, "ann");
  Open(kB, "ann");
  Settle();
  SendNotification(kA, ClientId(kB), "psst");
  EXPECT_THAT(Notified(kA), IsEmpty());
  EXPECT_THAT(Notified(kB), ElementsAre("psst"));
}

TEST_F(NotifierSubmitTest, DeliversTextAsItWasGiven) {
  Open(kA);
  Settle();
  SendNotification(kA, "all", R"(  <b>\u0001\n\"\u00e9 )");
  EXPECT_THAT(Notified(kA), ElementsAre("  <b>\x01\n\"\xc3\xa9 "));
}

TEST_F(NotifierSubmitTest, RefusesWhatIsNotFitToBeSent) {
  Open(kA);
  Open(kB);
  Settle();
  SendNotification(kA, "all", " \\n ");
  ExpectError(kA, "empty-message");
  SendNotification(kA, "all", std::string(2'001, 'x'));
  ExpectError(kA, "message-too-long");
  SendNotification(kA, "all", "x",
                   R"(,"title":")" + std::string(201, 't') + "\"");
  ExpectError(kA, "invalid-field");
  SendNotification(kA, "all", "x",
                   R"(,"link":"/)" + std::string(500, 'l') + "\"");
  ExpectError(kA, "invalid-field");
  SendNotification(kA, "all", "x", R"(,"link":"//evil.example")");
  ExpectError(kA, "invalid-field");
  SendNotification(kA, "all", "x", R"(,"level":"loud")");
  ExpectError(kA, "invalid-field");
  SendNotification(kA, "zoe", "x", R"(,"requestId":4)");
  ExpectError(kA, "unknown-recipient");
  EXPECT_EQ(Last(kA).Number("requestId"), 4);
  SendNotification(kA, "", "x");
  ExpectError(kA, "unknown-recipient");
  Say(kA, R"({"type":"send-notification","message":"x"})");
  ExpectError(kA, "missing-field");
  Say(kA, R"({"type":"send-notification","recipientId":"all"})");
  ExpectError(kA, "missing-field");
  EXPECT_THAT(out_.TextsTo(kB), IsEmpty());
  EXPECT_EQ(notifier().counters().errors, 10u);
  EXPECT_EQ(notifier().counters().texts_refused, 3u);
}

TEST_F(NotifierSubmitTest, RefusesBeforeTheLogHasIt) {
  Open(kA);
  Settle();
  SendNotification(kA, "zoe", "x");
  SendNotification(kA, "all", "");
  EXPECT_EQ(log_.last_id(), 0u);
  EXPECT_EQ(notifier().counters().notifications, 0u);
}

TEST_F(NotifierSubmitTest, CountsNotificationsAndDeliveries) {
  Open(kA, "ann");
  Open(kB);
  SendNotification(kA, "all", "x");
  SendNotification(kB, "ann", "x");
  EXPECT_EQ(notifier().counters().notifications, 2u);
  EXPECT_EQ(notifier().counters().deliveries, 3u);
}

// Programs -------------------------------------------------------------------

TEST_F(NotifierSubmitTest, AProgramSubmitsToAllOrToOne) {
  Open(kA, "ann");
  Open(kB);
  Settle();
  const std::uint64_t last = log_.last_id();
  Notification notification = With("", "one");
  notification.from = "billing";
  notification.id = 77;  // not its to give
  const SubmitResult to_all = Submit(notification);
  EXPECT_TRUE(to_all.ok());
  EXPECT_EQ(to_all.id, last + 1);
  EXPECT_EQ(to_all.delivered, 2u);
  EXPECT_EQ(Submit(With("all", "two")).delivered, 2u);
  EXPECT_EQ(Submit(With("ann", "three")).delivered, 1u);
  EXPECT_THAT(Notified(kA), ElementsAre("one", "two", "three"));
  EXPECT_THAT(Notified(kA, "from"), ElementsAre("billing", "server", "server"));
  EXPECT_THAT(Notified(kA, "scope"), ElementsAre("all", "all", "personal"));
  EXPECT_THAT(Notified(kB), ElementsAre("one", "two"));
}

TEST_F(NotifierSubmitTest, AProgramHearsWhyNot) {
  const SubmitResult unknown = Submit(With("zoe", "x"));
  EXPECT_FALSE(unknown.ok());
  ASSERT_TRUE(unknown.rejection.has_value());
  EXPECT_EQ(unknown.rejection->code, ErrorCode::kUnknownRecipient);
  EXPECT_NE(unknown.rejection->message, "");
  EXPECT_EQ(unknown.id, 0u);
  EXPECT_EQ(CodeOf(Submit(With("", " "))), "empty-message");
  EXPECT_EQ(CodeOf(Submit(With("", std::string(2'001, 'x')))),
            "message-too-long");
  EXPECT_EQ(CodeOf(Submit(With("", "\xff"))), "invalid-field");
  EXPECT_EQ(log_.last_id(), 0u);
  EXPECT_EQ(notifier().counters().errors, 0u);  // those are of clients
  EXPECT_EQ(notifier().counters().texts_refused, 1u);
}

TEST_F(NotifierSubmitTest, AProgramNeedNotListen) {
  Open(kA);
  Settle();
  notifier().Submit(With("", "x"), nullptr);
  notifier().Submit(With("zoe", "x"), nullptr);
  notifier().SubmitJson("no", {"api"}, nullptr);
  EXPECT_THAT(Notified(kA), ElementsAre("x"));
}

TEST_F(NotifierSubmitTest, TakesJsonWithoutAType) {
  Open(kA, "ann");
  Settle();
  const SubmitResult result = SubmitJson(
      R"({"recipientId":"ann","message":"hi","title":"T","level":"warning"})");
  EXPECT_TRUE(result.ok()) << CodeOf(result);
  EXPECT_EQ(result.delivered, 1u);
  const ParsedJson got = Last(kA);
  EXPECT_EQ(got.Text("message"), "hi");
  EXPECT_EQ(got.Text("from"), "api");
  EXPECT_EQ(got.Text("title"), "T");
  EXPECT_EQ(got.Text("level"), "warning");
}

TEST_F(NotifierSubmitTest, RefusesJsonThatIsNoNotification) {
  EXPECT_EQ(CodeOf(SubmitJson("nonsense")), "invalid-json");
  EXPECT_EQ(CodeOf(SubmitJson("{}")), "missing-field");
  EXPECT_EQ(CodeOf(SubmitJson(R"({"recipientId":"all"})")), "missing-field");
  EXPECT_EQ(CodeOf(SubmitJson(R"({"message":"x"})")), "missing-field");
  EXPECT_EQ(CodeOf(SubmitJson(R"({"recipientId":5,"message":"x"})")),
            "invalid-field");
  EXPECT_EQ(CodeOf(SubmitJson(R"({"recipientId":"","message":"x"})")),
            "unknown-recipient");
  EXPECT_EQ(CodeOf(SubmitJson(R"({"recipientId":"all","message":""})")),
            "empty-message");
  EXPECT_THAT(results_, SizeIs(7));
  EXPECT_EQ(log_.last_id(), 0u);
}

TEST_F(NotifierSubmitTest, Announces) {
  Open(kA);
  Settle();
  notifier().Announce("Maintenance at noon", Keep());
  const ParsedJson got = Last(kA);
  EXPECT_EQ(got.Text("message"), "Maintenance at noon");
  EXPECT_EQ(got.Text("from"), "server");
  EXPECT_EQ(got.Text("event"), "announcement");
  EXPECT_EQ(got.Text("scope"), "all");
  EXPECT_EQ(results_.at(0).delivered, 1u);
}

TEST_F(NotifierSubmitTest, AnnouncesNothingThatIsEmptyOrTooLong) {
  Open(kA);
  Settle();
  notifier().Announce("");
  notifier().Announce(" \n", Keep());
  notifier().Announce(std::string(2'001, 'x'), Keep());
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  ASSERT_THAT(results_, SizeIs(2));
  EXPECT_EQ(CodeOf(results_[0]), "empty-message");
  EXPECT_EQ(CodeOf(results_[1]), "message-too-long");
}

TEST_F(NotifierSubmitTest, ACallbackMaySubmitAgain) {
  Open(kA);
  Settle();
  notifier().Submit(With("", "first"), [this](const SubmitResult&) {
    notifier().Submit(With("", "second"), Keep());
  });
  EXPECT_THAT(Notified(kA), ElementsAre("first", "second"));
  EXPECT_THAT(results_, SizeIs(1));
}

// Another hub of the same log, say.
TEST_F(NotifierSubmitTest, DeliversWhatSomebodyElseHasAppended) {
  Open(kA, "ann");
  Open(kB, "bob");
  Settle();
  Notification notification;
  notification.from = "elsewhere";
  notification.message = "to all";
  log_.Append(notification, nullptr);
  notifier().Announce("own");
  notification.audience = Audience::User("ann");
  notification.message = "to ann";
  log_.Append(notification, nullptr);
  EXPECT_THAT(Notified(kA), ElementsAre("to all", "own", "to ann"));
  EXPECT_THAT(Notified(kB), ElementsAre("to all", "own"));
  EXPECT_THAT(Notified(kA, "from"),
              ElementsAre("elsewhere", "server", "elsewhere"));
}

// A log that takes its time --------------------------------------------------

class NotifierLateLogTest : public NotifierSubmitTest {
 protected:
  NotifierLateLogTest() { used_log_ = &late_log_; }
};

TEST_F(NotifierLateLogTest, DeliversAndAnswersOnceTheLogHasIt) {
  Open(kA);
  Settle();
  SendNotification(kA, "all", "x");
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  late_log_.CompleteOne();
  const auto messages = Messages(kA);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].Text("type"), "notification");
  EXPECT_EQ(messages[1].Text("type"), "sent");
}

TEST_F(NotifierLateLogTest, ASenderThatLeftGetsNoAnswer) {
  Open(kA);
  Open(kB);
  Settle();
  SendNotification(kA, "all", "x");
  notifier().OnClose(kA);
  late_log_.CompleteOne();
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_THAT(Notified(kB), ElementsAre("x"));
}

TEST_F(NotifierLateLogTest, ARecipientThatLeftIsNotCounted) {
  Open(kA);
  Open(kB, "bob");
  Settle();
  SendNotification(kA, "bob", "x");
  notifier().OnClose(kB);
  late_log_.CompleteOne();
  EXPECT_EQ(Last(kA).Text("type"), "sent");
  EXPECT_EQ(Last(kA).Number("delivered"), 0);
}

TEST_F(NotifierLateLogTest, TellsNobodyAnIdThatWasNotDelivered) {
  Open(kA);
  SendNotification(kA, "all", "x");
  notifier().OnOpen(kB, {});
  EXPECT_EQ(Messages(kB, "id").at(0).Number("lastId"), 0);
  late_log_.CompleteOne();
  EXPECT_THAT(Notified(kB), ElementsAre("x"));
  notifier().OnOpen(kC, {});
  EXPECT_EQ(Messages(kC, "id").at(0).Number("lastId"), 1);
}

TEST_F(NotifierLateLogTest, MayEndBeforeTheLogIsDone) {
  Open(kA);
  Settle();
  SendNotification(kA, "all", "x");
  notifier().Submit(With("", "y"), Keep());
  Resume(kA, late_log_.epoch(), 0);
  ASSERT_EQ(late_log_.pending(), 3u);
  notifier_.reset();
  while (late_log_.pending() > 0) late_log_.CompleteOne();
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_THAT(results_, IsEmpty());
}

}  // namespace
}  // namespace tickerhub
