// A log that has too much to read: who asks hears `busy`, and nothing is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include "notifications/notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;

class NotifierBusyLogTest : public NotifierTest {
 protected:
  NotifierBusyLogTest() { used_log_ = &late_log_; }
};

TEST_F(NotifierBusyLogTest, EachRequestThatReadsIsAnsweredWithBusy) {
  Open(kA, "ann");
  late_log_.is_busy = true;
  for (const char* request : {R"({"type":"inbox"})", R"({"type":"groups"})",
                              R"({"type":"members","group":"#ops"})",
                              R"({"type":"resume","epoch":"","after":0})"}) {
    Say(kA, request);
    ExpectError(kA, "busy");
  }
  EXPECT_EQ(notifier().counters().readings_refused, 4u);
  late_log_.is_busy = false;
  Say(kA, R"({"type":"inbox"})");
  late_log_.CompleteAll();
  EXPECT_EQ(Last(kA).Text("type"), "inbox");
}

TEST_F(NotifierBusyLogTest, AProgramHearsItToo) {
  late_log_.is_busy = true;
  std::optional<ErrorCode> code;
  notifier().ReadInbox({"ann"}, {}, [&](const auto& inbox) {
    if (const auto* rejection = std::get_if<Rejection>(&inbox)) {
      code = rejection->code;
    }
  });
  EXPECT_EQ(code, ErrorCode::kBusy);
}

TEST_F(NotifierBusyLogTest, ASenderDoesNotHearThatNobodyHasTheName) {
  Open(kA, "ann");
  Open(kB, "bob");
  notifier().OnClose(kB);
  // The notifier made anew knows nobody by heart.
  notifier_ = nullptr;
  Open(kA, "ann");
  late_log_.is_busy = true;
  SendNotification(kA, "bob", "lost?");
  ExpectError(kA, "busy");
  late_log_.is_busy = false;
  SendNotification(kA, "bob", "kept");
  late_log_.CompleteAll();
  EXPECT_EQ(Last(kA).Text("type"), "sent") << Last(kA).text();
  EXPECT_EQ(Last(kA).Number("queued"), 1);
}

TEST_F(NotifierBusyLogTest, ANameIsGoodForNowAndItsSecretStaysWhatItIs) {
  Open(kA, "ann");
  const std::string secret = Last(kA).Text("secret");
  ASSERT_NE(secret, "");
  notifier().OnClose(kA);
  const auto come_as_ann = [&](SessionId session) {
    notifier().OnOpen(session, {});
    Say(session, R"({"type":"set-identifier","identifier":"ann","secret":")" +
                     secret + "\"}");
    late_log_.CompleteAll();
  };
  late_log_.is_busy = true;
  come_as_ann(kB);
  EXPECT_EQ(Last(kB).Text("type"), "identified");
  EXPECT_EQ(Last(kB).Text("secret"), "") << "it must not replace the old one";
  late_log_.is_busy = false;
  notifier().Submit(
      [] {
        Notification notification;
        notification.audience = Audience::User("ann");
        notification.message = "for ann";
        return notification;
      }(),
      nullptr);
  late_log_.CompleteAll();
  EXPECT_THAT(Notified(kB), ElementsAre("for ann"));
  notifier().OnClose(kB);
  come_as_ann(kC);
  EXPECT_EQ(Last(kC).Text("secret"), secret);
  Resume(kC, late_log_.epoch(), 0);
  late_log_.CompleteAll();
  EXPECT_THAT(Notified(kC), ElementsAre("for ann"));
}

}  // namespace
}  // namespace tickerhub
