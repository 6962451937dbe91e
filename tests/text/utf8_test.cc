#include "text/utf8.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {
namespace {

struct Range {
  unsigned lowest, highest;
};

// A row of Unicode 15, table 3-7: the ranges of a character's bytes.
using Row = std::vector<Range>;

const std::vector<Row> kTable = {
    {{0x00, 0x7F}},
    {{0xC2, 0xDF}, {0x80, 0xBF}},
    {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}},
    {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}},
    {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}},
};

bool IsOneCharacterByTheTable(std::string_view text) {
  for (const Row& row : kTable) {
    bool fits = row.size() == text.size();
    for (std::size_t i = 0; fits && i < row.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      fits = byte >= row[i].lowest && byte <= row[i].highest;
    }
    if (fits) return true;
  }
  return false;
}

// Each code point, encoded as RFC 3629 §3 says.
std::string Encoded(char32_t code) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  const auto tail = [code, byte](int shift) {
    return byte(0x80 | (code >> shift & 0x3F));
  };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) return {byte(0xE0 | code >> 12), tail(6), tail(0)};
  return {byte(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

bool IsSurrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

const std::vector<std::string> kValid = {
    "",
    "abc",
    std::string(1, '\0'),
    "12345678\xC3\xA9",
    "\xC2\x80",
    "\xDF\xBF",
    "\xE0\xA0\x80",
    "\xED\x9F\xBF",
    "\xEE\x80\x80",
    "\xEF\xBF\xBF",
    "\xF0\x90\x80\x80",
    "\xF4\x8F\xBF\xBF",
    "caf\xC3\xA9 \xE2\x82\xAC 12345678 \xF0\x9F\x98\x80!"};

const std::vector<std::string> kInvalid = {"\x80",
                                           "\xBF",
                                           "\xC0\x80",
                                           "\xC1\xBF",
                                           "\xC2",
                                           "\xC2\x41",
                                           "\xE0\x9F\xBF",
                                           "\xE1\x80",
                                           "\xE1\x80\x41",
                                           "\xED\xA0\x80",
                                           "\xED\xBF\xBF",
                                           "\xF0\x8F\xBF\xBF",
                                           "\xF1\x80\x80",
                                           "\xF4\x90\x80\x80",
                                           "\xF5\x80\x80\x80",
                                           "\xFE",
                                           "\xFF"};

TEST(Utf8Test, AcceptsValidText) {
  for (const std::string& text : kValid) EXPECT_TRUE(IsValidUtf8(text)) << text;
}

TEST(Utf8Test, RefusesInvalidTextWhereverItStands) {
  for (const std::string& bad : kInvalid) {
    EXPECT_FALSE(IsValidUtf8(bad));
    EXPECT_FALSE(IsValidUtf8("1234567" + bad));
    EXPECT_FALSE(IsValidUtf8("12345678" + bad));
    EXPECT_FALSE(IsValidUtf8(bad + "12345678"));
  }
}

TEST(Utf8Test, AgreesWithTheUnicodeTableOnAllPairsOfBytes) {
  for (unsigned a = 0x80; a < 0x100; ++a) {
    for (unsigned b = 0; b < 0x100; ++b) {
      for (const std::string_view tail : {"", "\x80", "\xBF", "\x80\xBF"}) {
        std::string text = {static_cast<char>(a), static_cast<char>(b)};
        text += tail;
        ASSERT_EQ(IsValidUtf8(text), IsOneCharacterByTheTable(text))
            << a << " " << b << " " << tail.size();
      }
    }
  }
}

TEST(Utf8Test, AcceptsEveryCodePointButSurrogates) {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    const std::string text = Encoded(code);
    ASSERT_EQ(IsValidUtf8(text), !IsSurrogate(code)) << std::uint32_t{code};
  }
  EXPECT_FALSE(IsValidUtf8(Encoded(0x110000)));
}

TEST(Utf8Test, TakesEveryCodePointOffTheFrontAndFindsItAtTheEnd) {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (IsSurrogate(code)) continue;
    const std::string text = Encoded(code);
    const std::string before = "\xC3\xA9" + text;
    const std::string behind = text + "\xE2\x82\xAC";
    std::string_view rest = behind;
    ASSERT_EQ(std::uint32_t{TakeCharacter(&rest)}, std::uint32_t{code});
    ASSERT_EQ(rest, "\xE2\x82\xAC");
    ASSERT_EQ(std::uint32_t{LastCharacter(before)}, std::uint32_t{code});
  }
}

TEST(Utf8Test, TakesCharactersUntilTheTextIsEmpty) {
  std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  std::u32string characters;
  while (!text.empty()) characters += TakeCharacter(&text);
  EXPECT_TRUE(characters == U"a\u00E9\u20AC\U0001F600");
}

TEST(Utf8StreamTest, AcceptsValidTextWhereverItIsCut) {
  for (const std::string& text : kValid) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Utf8Stream stream;
      EXPECT_TRUE(stream.Take(text.substr(0, cut))) << text << cut;
      EXPECT_EQ(stream.IsComplete(), IsValidUtf8(text.substr(0, cut)));
      EXPECT_TRUE(stream.Take(text.substr(cut))) << text << cut;
      EXPECT_TRUE(stream.IsComplete());
    }
  }
}

TEST(Utf8StreamTest, RefusesInvalidTextWhereverItIsCut) {
  for (const std::string& bad : kInvalid) {
    const std::string text = "123456789" + bad;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Utf8Stream stream;
      const bool good = stream.Take(text.substr(0, cut)) &&
                        stream.Take(text.substr(cut)) && stream.IsComplete();
      EXPECT_FALSE(good) << text << cut;
    }
  }
}

TEST(Utf8StreamTest, RefusesTheFirstByteThatCannotContinue) {
  Utf8Stream stream;
  EXPECT_TRUE(stream.Take("\xF4"));
  EXPECT_TRUE(stream.Take("\x8F"));
  EXPECT_FALSE(stream.Take("\xC0"));
}

TEST(Utf8StreamTest, StaysInvalidUntilItIsReset) {
  Utf8Stream stream;
  EXPECT_FALSE(stream.Take("\xFF"));
  EXPECT_FALSE(stream.Take("abc"));
  EXPECT_FALSE(stream.IsComplete());
  stream.Reset();
  EXPECT_TRUE(stream.IsComplete());
  EXPECT_TRUE(stream.Take("abc"));
}

TEST(Utf8StreamTest, ForgetsAHalfCharacterWhenItIsReset) {
  Utf8Stream stream;
  EXPECT_TRUE(stream.Take("\xE2\x82"));
  stream.Reset();
  EXPECT_TRUE(stream.Take("a"));
  EXPECT_TRUE(stream.IsComplete());
}

}  // namespace
}  // namespace tickerhub::internal
