// How large a notification may be, and how far ahead it may be scheduled.

#include <chrono>
#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using NotificationLimitsTest = NotifierTest;

TEST_F(NotificationLimitsTest, TheLimitsOfTextsAreOptions) {
  EXPECT_EQ(options_.max_message_bytes, 2'000u);
  EXPECT_EQ(options_.max_title_bytes, 200u);
  EXPECT_EQ(options_.max_link_bytes, 500u);
  options_.max_message_bytes = 3;
  options_.max_title_bytes = 2;
  options_.max_link_bytes = 1;
  Open(kA);
  SendNotification(kA, "all", "123", R"(,"title":"12","link":"/")");
  EXPECT_EQ(Last(kA).Text("type"), "sent");
  SendNotification(kA, "all", "1234");
  ExpectError(kA, "message-too-long");
  SendNotification(kA, "all", "1", R"(,"title":"123")");
  ExpectError(kA, "invalid-field");
  SendNotification(kA, "all", "1", R"(,"link":"/1")");
  ExpectError(kA, "invalid-field");
  EXPECT_EQ(notifier().counters().texts_refused, 3u);
}

TEST_F(NotificationLimitsTest, TheLimitsOfItsFormAreOptions) {
  EXPECT_EQ(options_.max_actions, 3u);
  EXPECT_EQ(options_.max_label_bytes, 50u);
  EXPECT_EQ(options_.max_tag_bytes, 128u);
  EXPECT_EQ(options_.max_key_bytes, 128u);
  options_.max_actions = 1;
  options_.max_label_bytes = 2;
  options_.max_tag_bytes = 3;
  options_.max_key_bytes = 4;
  Open(kA);
  const std::string action = R"({"label":"12","link":"/a"})";
  SendNotification(
      kA, "all", "x",
      R"(,"replaces":"123","key":"1234","actions":[)" + action + "]");
  EXPECT_EQ(Last(kA).Text("type"), "sent");
  for (const std::string& beyond :
       {R"(,"actions":[)" + action + "," + action + "]",
        std::string(R"(,"actions":[{"label":"123","link":"/a"}])"),
        std::string(R"(,"replaces":"1234")"),
        std::string(R"(,"key":"12345")")}) {
    SCOPED_TRACE(beyond);
    SendNotification(kA, "all", "x", beyond);
    ExpectError(kA, "invalid-field");
  }
  EXPECT_EQ(notifier().counters().texts_refused, 4u);
}

TEST_F(NotificationLimitsTest, HowFarAheadItMayBeScheduledIsAnOption) {
  EXPECT_EQ(options_.max_delay, std::chrono::hours(24 * 366));
  options_.max_delay = std::chrono::hours(1);
  std::vector<Notifier::SubmitResult> results;
  const auto keep = [&](const Notifier::SubmitResult& result) {
    results.push_back(result);
  };
  Notification notification;
  notification.message = "x";
  notification.deliver_at = scheduler_.Now() + std::chrono::hours(1);
  notifier().Submit(notification, keep);
  notification.deliver_at += std::chrono::milliseconds(1);
  notifier().Submit(notification, keep);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_TRUE(results[0].scheduled);
  ASSERT_TRUE(results[1].rejection.has_value());
  EXPECT_EQ(results[1].rejection->code, ErrorCode::kInvalidField);
}

}  // namespace
}  // namespace tickerhub
