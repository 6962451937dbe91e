// JSON lines: names of fields, arrays, --json-fields.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lines/feed_reader.h"

namespace tickerhub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadFeed;

FeedFormat WithFields(std::string_view list) {
  FeedFormat format;
  EXPECT_TRUE(format.SetJsonFields(list).ok());
  return format;
}

TEST(JsonLinesTest, KnowTheNamesOfHeaders) {
  EXPECT_THAT(ReadFeed(R"({"ticker":"A","last":"1.5","ts":1614938400123})"),
              ElementsAre("A 1.5@2021-03-05T10:00:00.123Z"));
  EXPECT_THAT(ReadFeed(R"({"s":"A","p":"1.5","E":1614938400123,"e":"trade"})"),
              ElementsAre("A 1.5@2021-03-05T10:00:00.123Z"));
  EXPECT_THAT(ReadFeed(R"({"product_id":"BTC-USD","price":"1.50",)"
                       R"("time":"2021-03-05T10:00:00.123456Z"})"),
              ElementsAre("BTC-USD 1.50@2021-03-05T10:00:00.123Z"));
}

// "S" is the symbol of one exchange and the size of another.
TEST(JsonLinesTest, TakeALetterOnlyInItsOwnCase) {
  EXPECT_THAT(ReadFeed(R"({"T":"t","S":"AAPL","i":96921,"p":126.55,"s":1,)"
                       R"("t":"2021-02-22T15:51:44.208Z"})"),
              ElementsAre(HasSubstr("the field \"s\" must be a string")));
  EXPECT_THAT(ReadFeed(R"({"S":"AAPL","P":126.55})"),
              ElementsAre(HasSubstr("the field \"symbol\" is missing")));
}

TEST(JsonLinesTest, PreferAWordToALetter) {
  EXPECT_THAT(ReadFeed(R"({"ev":"T","s":100,"sym":"MSFT","p":215.9721,)"
                       R"("t":1611082428813})"),
              ElementsAre("MSFT 215.9721@2021-01-19T18:53:48.813Z"));
  EXPECT_THAT(ReadFeed(R"({"symbol":"A","price":1,"stock":"B","close":2})"),
              ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed(R"({"stock":"B","close":2,"symbol":"A","price":1})"),
              ElementsAre("A 1"));
}

// Of a quote it is a condition, of a bar the close.
TEST(JsonLinesTest, TakeTheLetterCBesideABarOnly) {
  EXPECT_THAT(ReadFeed(R"({"ev":"Q","sym":"MSFT","bp":114.125,"ap":114.128,)"
                       R"("c":0,"t":1611082428813})"),
              ElementsAre(HasSubstr("the field \"c\" may be no price")));
  EXPECT_THAT(ReadFeed(R"({"s":"A","c":"2","o":"1","h":"3","l":"1"})"),
              ElementsAre("A 2"));
  EXPECT_THAT(ReadFeed(R"({"s":"A","c":"2"})", WithFields("symbol=s,price=c")),
              ElementsAre("A 2"));
}

TEST(JsonLinesTest, AreRefusedIfTwoFieldsSayTheSame) {
  EXPECT_THAT(
      ReadFeed(R"({"e":"24hrTicker","E":1,"s":"A","p":"0.1","c":"2"})"),
      ElementsAre(AllOf(HasSubstr("there are two fields for price, \"p\" and "
                                  "\"c\"; say with --json-fields"))));
  EXPECT_THAT(ReadFeed(R"({"e":"trade","E":1,"s":"A","t":12345,"p":"2"})"),
              ElementsAre(HasSubstr("two fields for time, \"E\" and \"t\"")));
}

TEST(JsonLinesTest, TakeTheFieldsThatTheOptionNames) {
  const FeedFormat format = WithFields("symbol=s, price=c, time=E");
  EXPECT_THAT(
      ReadFeed(R"({"e":"24hrTicker","E":1614938400123,"s":"A","p":"0.1",)"
               R"("c":"2","symbol":"B","price":9})",
               format),
      ElementsAre("A 2@2021-03-05T10:00:00.123Z"));
  EXPECT_THAT(ReadFeed(R"({"symbol":"B","price":9})", format),
              ElementsAre(HasSubstr("is missing, see --json-fields")));
}

TEST(JsonLinesTest, TakeNestedFieldsThatTheOptionNames) {
  const FeedFormat format = WithFields("symbol=data.s,price=data.k.c,time=E");
  EXPECT_THAT(ReadFeed(R"({"stream":"x","data":{"s":"A","k":{"c":"2","s":"B"},)"
                       R"("l":[{"s":"C"}]},"s":"D","E":1614938400})",
                       format),
              ElementsAre("A 2@2021-03-05T10:00:00Z"));
  EXPECT_THAT(ReadFeed(R"({"data":[{"s":"A"}],"E":1})", format),
              ElementsAre(HasSubstr("is missing")));
}

TEST(JsonLinesTest, TakeAnArrayAsSoManyLines) {
  EXPECT_THAT(ReadFeed(R"([{"symbol":"A","price":1}])"), ElementsAre("A 1"));
  // A bad line is told where it is read, a price when it is polled.
  EXPECT_THAT(ReadFeed(R"([{"symbol":"A","price":1},{"symbol":"B"},)"
                       R"({"symbol":"C","price":3,"x":[{"y":1}]}])"),
              ElementsAre(HasSubstr("1 bad: the field \"price\" is missing"),
                          "A 1", "C 3"));
  EXPECT_THAT(ReadFeed("[]\n[ ]\n"), IsEmpty());
}

TEST(JsonLinesTest, TakeAnArrayThatIsSpreadOverLines) {
  EXPECT_THAT(ReadFeed("[\n  {\"symbol\":\"A\",\"price\":1},\n"
                       "  {\"symbol\":\"B\",\"price\":2}\n]\n"),
              ElementsAre("A 1", "B 2"));
}

TEST(JsonLinesTest, RefuseAnArrayOfOtherThings) {
  for (const char* line : {"[1]", "[\"A\",1]", "[[\"A\",1]]", "[null]",
                           R"([{"symbol":"A","price":1},2])"}) {
    EXPECT_THAT(ReadFeed(line),
                ElementsAre(HasSubstr("an array must hold objects only")))
        << line;
  }
  EXPECT_THAT(ReadFeed(R"([{"symbol":"A","price":1})"),
              ElementsAre(HasSubstr("is not a JSON object")));
  EXPECT_THAT(ReadFeed("{\n"), ElementsAre(HasSubstr("on one line (jq -c)")));
}

TEST(JsonLinesTest, IgnoreDetailsThatAreNoNumbersOrTexts) {
  EXPECT_THAT(ReadFeed(R"({"symbol":"A","price":1,"open":true,)"
                       R"("name":{"en":"x"},"volume":[1],"bid":null})"),
              ElementsAre("A 1"));
  EXPECT_THAT(ReadFeed(R"({"symbol":"A","price":1,"bid":"x"})"),
              ElementsAre(HasSubstr("\"x\" is not a number, as bid must be")));
}

TEST(JsonLinesTest, KeepBlanksInASymbolAndDigitsOfANumber) {
  EXPECT_THAT(ReadFeed(R"({"symbol":"A","price":1234567890.12345670})"),
              ElementsAre("A 1234567890.12345670"));
}

TEST(JsonFieldsTest, AreRefusedIfTheyMakeNoSense) {
  FeedFormat format;
  EXPECT_THAT(format.SetJsonFields("price").message(),
              HasSubstr("\"price\" is not like price=p"));
  EXPECT_THAT(format.SetJsonFields("price=").message(),
              HasSubstr("is not like price=p"));
  EXPECT_THAT(format.SetJsonFields("cost=p").message(),
              HasSubstr("\"cost\" is not known"));
  EXPECT_THAT(format.SetJsonFields("symbol=s").message(),
              HasSubstr("names no price"));
  EXPECT_THAT(format.SetJsonFields("price=p,last=l").message(),
              HasSubstr("names price twice"));
  EXPECT_THAT(format.json_fields, IsEmpty());
  ASSERT_TRUE(format.SetJsonFields("price=p").ok());
  EXPECT_THAT(format.Check().message(), HasSubstr("--symbol"));
}

}  // namespace
}  // namespace tickerhub
