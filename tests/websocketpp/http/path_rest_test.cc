#include "http/path_rest.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tickerhub::internal {
namespace {

std::string Decode(std::string_view rest) {
  return DecodePathRest(rest).value_or("(refused)");
}

TEST(PathRestTest, DecodesEscapes) {
  EXPECT_EQ(Decode(""), "");
  EXPECT_EQ(Decode("a.txt"), "a.txt");
  EXPECT_EQ(Decode("a%20b/c%2Bd+e"), "a b/c+d+e");
  EXPECT_EQ(Decode("%e4%bd%A0.txt"), "\xE4\xBD\xA0.txt");
  EXPECT_EQ(Decode("folder/"), "folder/");
  EXPECT_EQ(Decode("100%25"), "100%");
  EXPECT_EQ(Decode("%252e%252e/x"), "%2e%2e/x");  // decoded once
  EXPECT_EQ(Decode("..a/.b/c../..."), "..a/.b/c../...");
}

TEST(PathRestTest, RefusesWhatLeadsOutOfTheFolder) {
  for (const char* rest :
       {"..", ".", "../etc/passwd", "a/../../b", "a/..", "a/./b", "%2e%2e",
        "%2E./x", ".%2e/x", "a/%2e%2e/b", "/etc/passwd", "a//b", "a/b//",
        "..%2fetc", "a%2Fb", "a%5Cb", "..\\x"}) {
    EXPECT_EQ(Decode(rest), "(refused)") << rest;
  }
}

TEST(PathRestTest, RefusesWhatNoNameShouldHave) {
  for (const char* rest :
       {"a%00.txt", "%0a", "a%0Db", "%09", "%7f", "%1b[2J"}) {
    EXPECT_EQ(Decode(rest), "(refused)") << rest;
  }
  // No UTF-8: a lone byte, an overlong "/", a cut character.
  for (const char* rest : {"%ff", "%c0%af", "%e4%bd/x", "\xE4"}) {
    EXPECT_EQ(Decode(rest), "(refused)") << rest;
  }
}

TEST(PathRestTest, RefusesAPercentSignThatBeginsNoEscape) {
  for (const char* rest : {"%", "%2", "100%", "%zz", "%2g", "%%20", "a%/20"}) {
    EXPECT_EQ(Decode(rest), "(refused)") << rest;
  }
}

}  // namespace
}  // namespace tickerhub::internal
