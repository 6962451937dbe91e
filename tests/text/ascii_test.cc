#include "text/ascii.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace tickerhub::internal {
namespace {

TEST(AsciiTest, TrimsSpacesAndTabsAtBothEnds) {
  EXPECT_EQ(Trimmed(" \t a \t b\t "), "a \t b");
  EXPECT_EQ(Trimmed("a"), "a");
  EXPECT_EQ(Trimmed(" \t"), "");
  EXPECT_EQ(Trimmed(""), "");
}

TEST(AsciiTest, KeepsLineBreaksAtTheEnds) {
  EXPECT_EQ(Trimmed("\r\na\v"), "\r\na\v");
}

TEST(AsciiTest, SkipsBlanksAtTheFrontOnly) {
  std::string_view text = "\t a ";
  SkipBlanks(&text);
  EXPECT_EQ(text, "a ");
}

TEST(AsciiTest, KnowsHowATextBeginsAndEnds) {
  EXPECT_TRUE(BeginsWith("abc", "ab"));
  EXPECT_TRUE(BeginsWith("ab", "ab"));
  EXPECT_TRUE(BeginsWith("", ""));
  EXPECT_FALSE(BeginsWith("a", "ab"));
  EXPECT_FALSE(BeginsWith("cab", "ab"));
  EXPECT_TRUE(EndsWith("abc", "bc"));
  EXPECT_TRUE(EndsWith("bc", "bc"));
  EXPECT_TRUE(EndsWith("", ""));
  EXPECT_FALSE(EndsWith("c", "bc"));
  EXPECT_FALSE(EndsWith("bca", "bc"));
}

TEST(AsciiTest, TakesThePartsOfATextWithTheirBlanks) {
  std::string_view text = "a = b&&c";
  EXPECT_EQ(TakePart(&text, '&'), "a = b");
  EXPECT_EQ(TakePart(&text, '&'), "");
  EXPECT_EQ(text, "c");
  EXPECT_EQ(TakePart(&text, '&'), "c");
  EXPECT_EQ(text, "");
  EXPECT_EQ(TakePart(&text, '&'), "");
}

TEST(AsciiTest, ReadsAnEscapeAtTheFrontOnly) {
  EXPECT_EQ(EscapeAt("%41"), 'A');
  EXPECT_EQ(EscapeAt("%2f..."), '/');
  EXPECT_EQ(EscapeAt("%00"), '\0');
  EXPECT_EQ(EscapeAt("%fF"), '\xFF');
  for (const char* text :
       {"", "%", "%4", "%4g", "%G4", "% 41", "a%41", "%%41"}) {
    EXPECT_EQ(EscapeAt(text), std::nullopt) << text;
  }
}

TEST(AsciiTest, ComparesLettersWithoutTheirCase) {
  EXPECT_TRUE(EqualsIgnoringCase("", ""));
  EXPECT_TRUE(EqualsIgnoringCase("azAZ-09", "AZaz-09"));
  EXPECT_FALSE(EqualsIgnoringCase("a", "ab"));
  EXPECT_FALSE(EqualsIgnoringCase("ab", "a"));
}

TEST(AsciiTest, ChangesTheCaseOfAsciiLettersOnly) {
  // 32 apart, as upper and lower case are.
  EXPECT_FALSE(EqualsIgnoringCase("@", "`"));
  EXPECT_FALSE(EqualsIgnoringCase("[", "{"));
  EXPECT_FALSE(EqualsIgnoringCase("\xC3\x84", "\xC3\xA4"));
}

TEST(AsciiTest, KnowsTheDigits) {
  for (const char c : std::string_view("0123456789")) EXPECT_TRUE(IsDigit(c));
  for (const char c : std::string_view("/:a\xB2")) EXPECT_FALSE(IsDigit(c));
}

}  // namespace
}  // namespace tickerhub::internal
