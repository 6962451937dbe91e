#include "text/json.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::internal {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendString(&out, text);
  return out;
}

template <typename Integer>
std::string Written(Integer number) {
  std::string out;
  AppendNumber(&out, number);
  return out;
}

TEST(JsonTest, EscapesWhatJsonAndHtmlNeed) {
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("plain \xC3\xA9 \x7F"), "\"plain \xC3\xA9 \x7F\"");
  EXPECT_EQ(Quoted("a\"b\\c/"), R"("a\"b\\c/")");
  EXPECT_EQ(Quoted("</script>&"), R"("\u003c/script\u003e\u0026")");
}

TEST(JsonTest, KeepsControlCharactersAsEscapes) {
  EXPECT_EQ(Quoted("\n\r\t\b\x1F"), R"("\n\r\t\u0008\u001f")");
  EXPECT_EQ(Quoted(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonTest, WritesStringsThatReadBackTheSame) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xC2\x80\xE2\x82\xAC\xF0\x9F\x98\x80";
  const std::string json = Quoted(all);
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  ASSERT_FALSE(document.HasParseError());
  EXPECT_EQ(std::string(document.GetString(), document.GetStringLength()), all);
}

TEST(JsonTest, AppendsNumbersOfEverySize) {
  EXPECT_EQ(Written(0), "0");
  EXPECT_EQ(Written(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(Written(INT64_MIN), "-9223372036854775808");
}

}  // namespace
}  // namespace tickerhub::internal
