#include "requests/notification_rules.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include "names/text_rules.h"

namespace tickerhub {
namespace {

const Notifier::Options kLimits;

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
  for (const char* text :
       {"", " \t\r\n", u8"\u00A0\u200B\u3000\uFEFF", u8"\u3164", u8"\u115F",
        u8"\u2800", u8"\U0001D159", u8"\u00AD\u2060", u8"\uFE0F", u8"\u0301",
        u8"\U000E0041", u8"\u180E\u2061"}) {
    EXPECT_FALSE(internal::HasVisible(text)) << ::testing::PrintToString(text);
  }
  for (const char* text : {"  . ", u8"\U0001F642", u8"\u0E01", u8"\u3164x",
                           u8"\u2764\uFE0F", u8"\uE000"}) {
    EXPECT_TRUE(internal::HasVisible(text)) << ::testing::PrintToString(text);
  }
}

TEST(TextRulesTest, AnEmojiMayEndWithWhatShowsNothingByItself) {
  // A heart in colour, and the flag of Scotland.
  EXPECT_FALSE(internal::HasBlankAtAnEnd(u8"\u2764\uFE0F"));
  EXPECT_FALSE(internal::HasBlankAtAnEnd(
      u8"\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074"
      u8"\U000E007F"));
  EXPECT_TRUE(internal::HasBlankAtAnEnd(u8"a\u3164"));
  EXPECT_TRUE(internal::HasBlankAtAnEnd(u8"a\u2800"));
}

TEST(TextRulesTest, SpellingsOfOneNameHaveOneKey) {
  const auto same = [](const char* a, const char* b) {
    return internal::NameKey(a) == internal::NameKey(b);
  };
  EXPECT_TRUE(same("Ann", "ann"));
  EXPECT_TRUE(same(u8"Ren\u00E9", u8"Rene\u0301")) << "NFC and NFD";
  EXPECT_TRUE(same(u8"a\uFF4E\uFF4E", "ann")) << "full width";
  EXPECT_TRUE(same(u8"an\u200Bn", "ann")) << "of no width";
  EXPECT_TRUE(same(u8"\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2",
                   u8"\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C3"));
  EXPECT_TRUE(same(u8"Stra\u00DFe", "STRASSE"));
  EXPECT_FALSE(same("ann", "anna"));
  EXPECT_FALSE(same("rene", u8"ren\u00E9"));
  EXPECT_FALSE(same("ann", u8"\u0430nn")) << "looks alike, but is another";
  EXPECT_EQ(internal::NameKey("Ann Lee!"), "ann lee!");
  EXPECT_EQ(internal::NameKey(u8"\u3164"), "");
}

TEST(TextRulesTest, KnowsWhatLooksLikeAReservedName) {
  for (const char* name : {"all",
                           "ALL",
                           "All",
                           "server",
                           "SERVER",
                           "api",
                           "API",
                           "aPi",
                           u8"serve\u200Br",
                           u8"\u0455erver",
                           u8"\uFF41\uFF4C\uFF4C",
                           u8"\u0430\u0440\u0456",
                           u8"\u0410\u0420\u0406",
                           "a11",
                           "AIl",
                           "aII",
                           "AP1",
                           u8"s\u00ADerver",
                           u8"\u017Ferver",
                           u8"a\u2160\u2160"}) {
    EXPECT_TRUE(internal::LooksReserved(name)) << name;
  }
  for (const char* name :
       {"", "ann", "allison", "a", "apple", "servers", "the server", "apl",
        "ail", u8"s\u00E9rver", u8"\u00E1ll", "al", "alll"}) {
    EXPECT_FALSE(internal::LooksReserved(name)) << name;
  }
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
        &Notification::from, &Notification::event}) {
    Notification notification = Plain();
    notification.*field = "/\xff";
    ExpectRejected(notification, ErrorCode::kInvalidField);
  }
  Notification notification = Plain();
  notification.audience = Audience::User("\xff");
  ExpectRejected(notification, ErrorCode::kInvalidField);
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
  EXPECT_EQ(notification.audience, Audience::User("ann"));
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
