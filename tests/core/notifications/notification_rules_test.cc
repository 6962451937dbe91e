#include "notifications/notification_rules.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include "notifications/text_rules.h"

namespace tickerhub {
namespace {

constexpr internal::NotificationLimits kLimits{2'000, 200, 500};

Notification Plain() {
  Notification notification;
  notification.message = "hello";
  return notification;
}

// As the notifier does.
std::optional<Rejection> Check(const Notification& notification) {
  const auto rejection = internal::CheckLengths(notification, kLimits);
  return rejection ? rejection : internal::CheckTexts(notification);
}

void ExpectRejected(const Notification& notification, ErrorCode code) {
  const auto rejection = Check(notification);
  ASSERT_TRUE(rejection.has_value());
  EXPECT_STREQ(Name(rejection->code), Name(code));
  EXPECT_FALSE(rejection->message.empty());
}

void ExpectTooLong(const Notification& notification, ErrorCode code) {
  ExpectRejected(notification, code);
  EXPECT_TRUE(internal::CheckLengths(notification, kLimits).has_value());
  EXPECT_FALSE(internal::CheckTexts(notification).has_value());
}

// The code with which a client's message is refused; unset if it is not.
std::optional<ErrorCode> CodeOf(
    const internal::protocol::ClientMessage& message) {
  const auto read = internal::ReadNotification(message);
  const auto* rejection = std::get_if<Rejection>(&read);
  return rejection ? std::optional(rejection->code) : std::nullopt;
}

TEST(TextRulesTest, FindsControlCharacters) {
  for (const char* text : {"\x01", "a\x1f", "\x7f", "\xc2\x80", "a\xc2\x9f",
                           "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa9"}) {
    EXPECT_TRUE(internal::HasControl(text)) << ::testing::PrintToString(text);
  }
  EXPECT_TRUE(internal::HasControl(std::string(1, '\0')));
  for (const char* text : {"", " ", "~", "\xc2\xa0", "\xe2\x80\xa7",
                           "\xe2\x80\xaf", "\xf0\x9f\x99\x82"}) {
    EXPECT_FALSE(internal::HasControl(text)) << ::testing::PrintToString(text);
  }
}

TEST(TextRulesTest, FindsBlanksAtTheEndsOnly) {
  EXPECT_TRUE(internal::HasBlankAtAnEnd(" a"));
  EXPECT_TRUE(internal::HasBlankAtAnEnd("a\t"));
  EXPECT_TRUE(internal::HasBlankAtAnEnd("a\xe3\x80\x80"));
  EXPECT_TRUE(
      internal::HasBlankAtAnEnd("\xe2\x80\x83"
                                "a"));
  EXPECT_FALSE(internal::HasBlankAtAnEnd("a b"));
  EXPECT_FALSE(
      internal::HasBlankAtAnEnd("a\xe3\x80\x80"
                                "b"));
  EXPECT_FALSE(internal::HasBlankAtAnEnd("\xc3\xa9"));
  EXPECT_FALSE(internal::HasBlankAtAnEnd(""));
}

TEST(TextRulesTest, KnowsTextThatShowsNothing) {
  EXPECT_TRUE(internal::IsOnlyBlanks(""));
  EXPECT_TRUE(internal::IsOnlyBlanks(" \t\r\n"));
  EXPECT_TRUE(
      internal::IsOnlyBlanks("\xc2\xa0\xe2\x80\x8b\xe3\x80\x80\xef\xbb\xbf"));
  EXPECT_FALSE(internal::IsOnlyBlanks("  . "));
  EXPECT_FALSE(internal::IsOnlyBlanks("\xf0\x9f\x99\x82"));
}

TEST(NotificationRulesTest, AcceptsAPlainMessage) {
  EXPECT_FALSE(Check(Plain()).has_value());
}

TEST(NotificationRulesTest, AMessageMayHaveLinesAndBlanksAroundIt) {
  Notification notification = Plain();
  notification.message = "  two\nlines\t\n";
  EXPECT_FALSE(Check(notification).has_value());
}

TEST(NotificationRulesTest, RefusesAnEmptyMessage) {
  Notification notification = Plain();
  for (const char* text : {"", "   ", "\n\t", "\xe3\x80\x80 \xc2\xa0"}) {
    notification.message = text;
    ExpectRejected(notification, ErrorCode::kEmptyMessage);
  }
}

TEST(NotificationRulesTest, BoundsTheMessage) {
  Notification notification = Plain();
  notification.message = std::string(2'000, 'x');
  EXPECT_FALSE(Check(notification).has_value());
  notification.message += 'x';
  ExpectTooLong(notification, ErrorCode::kMessageTooLong);
}

TEST(NotificationRulesTest, BoundsTheTitleToOneLine) {
  Notification notification = Plain();
  notification.title = std::string(200, 'x');
  EXPECT_FALSE(Check(notification).has_value());
  notification.title += 'x';
  ExpectTooLong(notification, ErrorCode::kInvalidField);
  notification.title = "two\nlines";
  ExpectRejected(notification, ErrorCode::kInvalidField);
}

TEST(NotificationRulesTest, BoundsTheLink) {
  Notification notification = Plain();
  notification.link = "/" + std::string(499, 'x');
  EXPECT_FALSE(Check(notification).has_value());
  notification.link += 'x';
  ExpectTooLong(notification, ErrorCode::kInvalidField);
  notification.link = "javascript:alert(1)";
  ExpectRejected(notification, ErrorCode::kInvalidField);
}

TEST(NotificationRulesTest, RefusesTextThatIsNotUtf8) {
  for (auto field :
       {&Notification::message, &Notification::title, &Notification::link,
        &Notification::from, &Notification::event, &Notification::recipient}) {
    Notification notification = Plain();
    notification.*field = "/\xff";
    ExpectRejected(notification, ErrorCode::kInvalidField);
  }
}

TEST(NotificationRulesTest, TakesLinksToTheWebAndToThisServer) {
  for (const char* link : {"", "/", "/a", "/a//b", "http://x",
                           "https://example.com/?a=b#c", "/\xc3\xa9"}) {
    EXPECT_TRUE(internal::IsValidLink(link)) << link;
  }
  for (const char* link :
       {"//evil.example", "/\\evil.example", "javascript:alert(1)",
        "data:text/html,x", "ftp://x", "http:/x", "http://", "https://",
        "HTTPS://X", " /a", "a", "\\a", "/a\n", "/\t/evil.example",
        "https://x/\x7f", "https://x/\xc2\x85"}) {
    EXPECT_FALSE(internal::IsValidLink(link)) << link;
  }
}

TEST(NotificationRulesTest, TakesTheFieldsOfAClientsMessage) {
  internal::protocol::ClientMessage message;
  message.recipient_id = "ann";
  message.message = " hi ";
  message.title = "t";
  message.link = "/l";
  message.level = "warning";
  const auto read = internal::ReadNotification(message);
  ASSERT_TRUE(std::holds_alternative<Notification>(read));
  const auto& notification = std::get<Notification>(read);
  EXPECT_EQ(notification.recipient, "ann");
  EXPECT_EQ(notification.message, " hi ");
  EXPECT_EQ(notification.title, "t");
  EXPECT_EQ(notification.link, "/l");
  EXPECT_EQ(notification.level, NotificationLevel::kWarning);
}

TEST(NotificationRulesTest, RefusesAClientsMessageWithoutItsFields) {
  internal::protocol::ClientMessage message;
  EXPECT_EQ(CodeOf(message), ErrorCode::kMissingField);
  message.recipient_id = "ann";
  EXPECT_EQ(CodeOf(message), ErrorCode::kMissingField);
  message.message = "hi";
  EXPECT_EQ(CodeOf(message), std::nullopt);
  message.level = "loud";
  EXPECT_EQ(CodeOf(message), ErrorCode::kInvalidField);
}

TEST(NotificationRulesTest, AnEmptyRecipientIsNotEverybody) {
  internal::protocol::ClientMessage message;
  message.recipient_id = "";
  message.message = "hi";
  EXPECT_EQ(CodeOf(message), ErrorCode::kUnknownRecipient);
}

}  // namespace
}  // namespace tickerhub
