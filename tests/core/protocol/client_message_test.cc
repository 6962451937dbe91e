#include "protocol/client_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/error_message.h"
#include "text/utf8.h"

namespace tickerhub::internal::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kNul("\0", 1);

DecodeResult DecodeOk(std::string_view text) {
  DecodeResult result = Decode(text);
  EXPECT_TRUE(result.ok) << text << "\n" << result.error_message;
  return result;
}

void ExpectError(std::string_view text, ErrorCode error) {
  const DecodeResult result = Decode(text);
  EXPECT_FALSE(result.ok) << text;
  EXPECT_STREQ(Name(result.error), Name(error)) << text;
  EXPECT_FALSE(result.error_message.empty()) << text;
}

TEST(ClientMessageTest, ReadsEachType) {
  const auto type = [](std::string_view name) {
    return DecodeOk("{\"type\":\"" + std::string(name) + "\"}").message.type;
  };
  EXPECT_EQ(type("add-stock"), MessageType::kAddStock);
  EXPECT_EQ(type("subscribe"), MessageType::kSubscribe);
  EXPECT_EQ(type("unsubscribe"), MessageType::kUnsubscribe);
  EXPECT_EQ(type("set-identifier"), MessageType::kSetIdentifier);
  EXPECT_EQ(type("send-notification"), MessageType::kSendNotification);
  EXPECT_EQ(type("resume"), MessageType::kResume);
  EXPECT_EQ(type("history"), MessageType::kHistory);
  EXPECT_EQ(type("dance"), MessageType::kUnknown);
  EXPECT_EQ(type("Add-Stock"), MessageType::kUnknown);
  EXPECT_EQ(type(""), MessageType::kUnknown);
}

TEST(ClientMessageTest, KeepsTheNameOfAnUnknownType) {
  EXPECT_EQ(DecodeOk(R"({"type":"dance"})").message.type_name, "dance");
}

TEST(ClientMessageTest, ReadsEachField) {
  const ClientMessage sent =
      DecodeOk(R"({"type":"send-notification","recipientId":"ann",)"
               R"("message":"Lunch?","title":"T","level":"info","link":"/l"})")
          .message;
  EXPECT_EQ(sent.recipient_id, "ann");
  EXPECT_EQ(sent.message, "Lunch?");
  EXPECT_EQ(sent.title, "T");
  EXPECT_EQ(sent.level, "info");
  EXPECT_EQ(sent.link, "/l");
  const ClientMessage resume =
      DecodeOk(R"({"type":"resume","epoch":"9f","after":41})").message;
  EXPECT_EQ(resume.epoch, "9f");
  EXPECT_EQ(resume.after, 41u);
  EXPECT_EQ(DecodeOk(R"({"type":"add-stock","stock":"AAPL"})").message.stock,
            "AAPL");
  EXPECT_EQ(DecodeOk(R"({"type":"set-identifier","identifier":"bob"})")
                .message.identifier,
            "bob");
  EXPECT_THAT(
      *DecodeOk(R"({"type":"subscribe","stocks":["A","B"]})").message.stocks,
      ElementsAre("A", "B"));
}

TEST(ClientMessageTest, LeavesUnsetWhatWasNotSentOrIsNull) {
  const ClientMessage message =
      DecodeOk(R"({"type":"subscribe","stocks":null,"requestId":null})")
          .message;
  EXPECT_FALSE(message.stocks.has_value());
  EXPECT_FALSE(message.stock.has_value());
  EXPECT_FALSE(message.after.has_value());
  EXPECT_EQ(message.request_id, "");
}

TEST(ClientMessageTest, TellsAnEmptyListFromNone) {
  const ClientMessage message =
      DecodeOk(R"({"type":"subscribe","stocks":[]})").message;
  ASSERT_TRUE(message.stocks.has_value());
  EXPECT_THAT(*message.stocks, IsEmpty());
}

TEST(ClientMessageTest, SkipsFieldsThatTheTypeDoesNotKnow) {
  const ClientMessage message =
      DecodeOk(R"({"a":{"type":"resume","stock":"B","b":[{},[1,"c"]]},)"
               R"("title":7,"stocks":{"x":1},"type":"add-stock",)"
               R"("stock":"AAPL","z":[true,false,null,-1.5e3]})")
          .message;
  EXPECT_EQ(message.type, MessageType::kAddStock);
  EXPECT_EQ(message.stock, "AAPL");
}

TEST(ClientMessageTest, CountsTheLastOfDuplicates) {
  EXPECT_EQ(DecodeOk(R"({"type":"x","type":"add-stock","stock":1,"stock":"B"})")
                .message.stock,
            "B");
  EXPECT_THAT(*DecodeOk(R"({"type":"subscribe","stocks":["A"],"stocks":["B"]})")
                   .message.stocks,
              ElementsAre("B"));
  EXPECT_EQ(DecodeOk(R"({"type":"x","requestId":1,"requestId":"b"})")
                .message.request_id,
            "\"b\"");
  EXPECT_EQ(DecodeOk(R"({"type":"add-stock","stock":"A","stock":null})")
                .message.stock,
            std::nullopt);
  ExpectError(R"({"type":"add-stock","stock":"A","stock":1})",
              ErrorCode::kInvalidField);
  ExpectError(R"({"type":"add-stock","type":null,"stock":"A"})",
              ErrorCode::kMissingField);
}

TEST(ClientMessageTest, ReadsEscapesAndZeroBytesInStrings) {
  const ClientMessage message =
      DecodeOk(R"({"type":"add-stock","stock":"a\u0000b\n\u00e9\ud83d\ude00"})")
          .message;
  EXPECT_EQ(message.stock,
            "a" + std::string(kNul) + "b\n\xC3\xA9\xF0\x9F\x98\x80");
}

TEST(ClientMessageTest, ReadsKeysWithEscapesAndZeroBytes) {
  EXPECT_EQ(DecodeOk(R"({"t\u0079pe":"add-stock","stock":"A","stock\u0000":1})")
                .message.stock,
            "A");
}

TEST(ClientMessageTest, ReadsARequestIdUnchanged) {
  const auto id = [](std::string_view json) {
    return DecodeOk(R"({"type":"x","requestId":)" + std::string(json) + "}")
        .message.request_id;
  };
  EXPECT_EQ(id("17"), "17");
  EXPECT_EQ(id("-17"), "-17");
  EXPECT_EQ(id("0"), "0");
  EXPECT_EQ(id("123456789012345678901234567890"),
            "123456789012345678901234567890");
  EXPECT_EQ(id("\"a1\""), "\"a1\"");
  EXPECT_EQ(id("\"\""), "\"\"");
  EXPECT_EQ(id(R"("\"\\\u0000<")"), R"("\"\\\u0000\u003c")");
  EXPECT_EQ(id("\"" + std::string(64, 'a') + "\""),
            "\"" + std::string(64, 'a') + "\"");
}

TEST(ClientMessageTest, RefusesARequestIdThatIsNotShortTextOrWhole) {
  for (const std::string& json :
       {std::string("1.5"), std::string("1e3"), std::string("true"),
        std::string("[1]"), std::string("{}"), std::string(65, '1'),
        "\"" + std::string(65, 'a') + "\""}) {
    const DecodeResult result =
        Decode(R"({"type":"x","requestId":)" + json + "}");
    EXPECT_FALSE(result.ok) << json;
    EXPECT_EQ(result.error, ErrorCode::kInvalidField) << json;
    EXPECT_EQ(result.message.request_id, "") << json;
    EXPECT_THAT(result.error_message, HasSubstr("requestId"));
  }
}

TEST(ClientMessageTest, BoundsTheRequestIdByAnOption) {
  DecodeLimits limits;
  EXPECT_EQ(limits.max_request_id_bytes, 64u);
  limits.max_request_id_bytes = 2;
  EXPECT_TRUE(Decode(R"({"type":"x","requestId":"ab"})", limits).ok);
  EXPECT_FALSE(Decode(R"({"type":"x","requestId":"abc"})", limits).ok);
  EXPECT_FALSE(Decode(R"({"type":"x","requestId":123})", limits).ok);
}

TEST(ClientMessageTest, ReadsOnlyPlainCountsInAfter) {
  const auto after = [](std::string_view json) {
    return Decode(R"({"type":"resume","after":)" + std::string(json) + "}");
  };
  EXPECT_EQ(after("0").message.after, 0u);
  EXPECT_EQ(after("18446744073709551615").message.after, UINT64_MAX);
  for (const char* json :
       {"18446744073709551616", "-1", "-0", "1.0", "1e3", "1E+2", "0.5",
        "\"41\"", "true", "[1]", "{\"a\":1}", "99999999999999999999999999"}) {
    const DecodeResult result = after(json);
    EXPECT_FALSE(result.ok) << json;
    EXPECT_EQ(result.error, ErrorCode::kInvalidField) << json;
    EXPECT_EQ(result.message.after, std::nullopt) << json;
  }
}

TEST(ClientMessageTest, ReadsAnyNumberThatIsNotNegativeInMaxRate) {
  const auto rate = [](std::string_view json) {
    return Decode(R"({"type":"subscribe","maxRate":)" + std::string(json) +
                  "}");
  };
  EXPECT_EQ(rate("5").message.max_rate, 5);
  EXPECT_EQ(rate("0.1").message.max_rate, 0.1);
  EXPECT_EQ(rate("0").message.max_rate, 0);
  EXPECT_EQ(rate("-0").message.max_rate, 0);
  EXPECT_EQ(rate("1.5E+3").message.max_rate, 1500);
  EXPECT_EQ(rate("1e308").message.max_rate, 1e308);
  EXPECT_EQ(rate("null").message.max_rate, std::nullopt);
  EXPECT_EQ(rate("1,\"maxRate\":2").message.max_rate, 2);
  EXPECT_EQ(rate("1,\"maxRate\":null").message.max_rate, std::nullopt);
  for (const char* json :
       {"-1", "-1e-9", "1e-999", "\"5\"", "true", "[5]", "{\"a\":5}"}) {
    const DecodeResult result = rate(json);
    EXPECT_EQ(result.error, ErrorCode::kInvalidField) << json;
    EXPECT_EQ(result.error_message,
              "'maxRate' must be a number that is not negative.");
    EXPECT_EQ(result.message.max_rate, std::nullopt) << json;
  }
  // Other types don't know it.
  EXPECT_TRUE(Decode(R"({"type":"unsubscribe","maxRate":"x"})").ok);
}

TEST(ClientMessageTest, RefusesFieldsOfAWrongType) {
  for (const char* text :
       {R"({"type":1})", R"({"type":["add-stock"]})", R"({"type":true})",
        R"({"type":"add-stock","stock":1})",
        R"({"type":"add-stock","stock":{"a":"AAPL"}})",
        R"({"type":"add-stock","stock":false})",
        R"({"type":"subscribe","stocks":"AAPL"})",
        R"({"type":"subscribe","stocks":["A",1]})",
        R"({"type":"subscribe","stocks":["A",null]})",
        R"({"type":"subscribe","stocks":["A",["B"]]})",
        R"({"type":"subscribe","stocks":["A",{"b":"B"}]})",
        R"({"type":"unsubscribe","stocks":{}})",
        R"({"type":"set-identifier","identifier":5})",
        R"({"type":"send-notification","recipientId":5})",
        R"({"type":"send-notification","message":[]})",
        R"({"type":"send-notification","title":0})",
        R"({"type":"send-notification","level":0})",
        R"({"type":"send-notification","link":0})",
        R"({"type":"resume","epoch":1})"}) {
    ExpectError(text, ErrorCode::kInvalidField);
  }
  EXPECT_EQ(Decode(R"({"type":"add-stock","stock":1})").error_message,
            "'stock' must be a string.");
}

TEST(ClientMessageTest, KeepsTheRequestIdThatFollowsABadField) {
  const DecodeResult result =
      Decode(R"({"type":"add-stock","stock":[1,2],"requestId":7})");
  EXPECT_EQ(result.error, ErrorCode::kInvalidField);
  EXPECT_EQ(result.message.request_id, "7");
}

TEST(ClientMessageTest, RefusesWhatHasNoType) {
  ExpectError("{}", ErrorCode::kMissingField);
  ExpectError(R"({"stock":"AAPL"})", ErrorCode::kMissingField);
  ExpectError(R"({"type":null})", ErrorCode::kMissingField);
  ExpectError(R"({"a":{"type":"add-stock"}})", ErrorCode::kMissingField);
}

TEST(ClientMessageTest, NeedsNoTypeWhereNoneIsAsked) {
  const DecodeResult body =
      Decode(R"({"recipientId":"ann","message":"Hi","type":5})", {}, false);
  EXPECT_TRUE(body.ok) << body.error_message;
  EXPECT_EQ(body.message.message, "Hi");
  const DecodeResult bad = Decode(R"({"message":5})", {}, false);
  EXPECT_FALSE(bad.ok);
  EXPECT_EQ(bad.error, ErrorCode::kInvalidField);
}

TEST(ClientMessageTest, RefusesWhatIsNotOneJsonObject) {
  for (const char* text : {"",
                           " ",
                           "x",
                           "[]",
                           "[{}]",
                           "1",
                           "null",
                           "true",
                           "\"add-stock\"",
                           "{",
                           "}",
                           R"({"type")",
                           R"({"type":)",
                           R"({"type":"a")",
                           R"({"type":"a")",
                           R"({"type":"a",})",
                           R"({type:"a"})",
                           R"({'type':'a'})",
                           R"({"type":"a"}x)",
                           R"({"type":"a"}{})",
                           R"({"type":"a"} 1)",
                           R"({"type":"a","b":NaN})",
                           R"({"type":"a","b":Infinity})",
                           R"({"type":"a","b":01})",
                           R"({"type":"a","b":+1})",
                           R"({"type":"a","b":1.})",
                           R"({"type":"a","b":0x1})",
                           R"({"type":"a","b":[1,]})",
                           R"({"type":"a","b":"\q"})",
                           R"({"type":"a","b":"\ud800"})",
                           R"({"type":"a" /* b */})",
                           "{\"type\":\"a\nb\"}",
                           "{\"type\":\"a\"}\x01",
                           "\xEF\xBB\xBF{\"type\":\"a\"}"}) {
    ExpectError(text, ErrorCode::kInvalidJson);
  }
}

TEST(ClientMessageTest, RefusesZeroBytesOutsideOfEscapes) {
  const std::string good = R"({"type":"resume"})";
  ExpectError(good + std::string(kNul), ErrorCode::kInvalidJson);
  ExpectError(good + std::string(kNul) + "{}", ErrorCode::kInvalidJson);
  ExpectError(std::string(kNul) + good, ErrorCode::kInvalidJson);
  ExpectError("{\"type\":\"a" + std::string(kNul) + "\"}",
              ErrorCode::kInvalidJson);
}

TEST(ClientMessageTest, AcceptsBlanksAround) {
  EXPECT_EQ(DecodeOk(" \r\n\t{ \"type\" : \"resume\" }\n ").message.type,
            MessageType::kResume);
}

TEST(ClientMessageTest, RefusesTextThatIsNotUtf8) {
  for (const std::string bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE2\x82", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xFF", "\xF8\x88\x80\x80\x80"}) {
    ExpectError("{\"type\":\"" + bad + "\"}", ErrorCode::kInvalidJson);
    ExpectError("{\"type\":\"x\",\"other\":\"" + bad + "\"}",
                ErrorCode::kInvalidJson);
    ExpectError("{\"type\":\"x\",\"" + bad + "\":1}", ErrorCode::kInvalidJson);
  }
}

TEST(ClientMessageTest, RefusesALoneLowSurrogateInWhatItKeeps) {
  ExpectError(R"({"type":"add-stock","stock":"\udc00"})",
              ErrorCode::kInvalidJson);
  ExpectError(R"({"type":"add-stock","requestId":"\udfff"})",
              ErrorCode::kInvalidJson);
  ExpectError(R"({"type":"subscribe","stocks":["\udc00"]})",
              ErrorCode::kInvalidJson);
}

TEST(ClientMessageTest, KeepsTheRequestIdReadBeforeTheTextBreaks) {
  const DecodeResult result = Decode(R"({"requestId":"r","type":"x",)");
  EXPECT_EQ(result.error, ErrorCode::kInvalidJson);
  EXPECT_EQ(result.message.request_id, "\"r\"");
  EXPECT_THAT(result.error_message, StartsWith("At byte 28: "));
}

TEST(ClientMessageTest, SurvivesEveryTruncationAndEveryChangedByte) {
  const std::string text =
      R"({"type":"subscribe","requestId":-12,"stocks":["A\u0041\ud83d\ude00",)"
      "\"\xC3\xA9\"],\"x\":{\"y\":[1.5e-3,null,true]}}";
  ASSERT_TRUE(Decode(text).ok);
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(Decode(text.substr(0, size)).error, ErrorCode::kInvalidJson);
    EXPECT_FALSE(Decode(text.substr(0, size)).ok) << size;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[i] = static_cast<char>(byte);
      const DecodeResult result = Decode(changed);
      EXPECT_EQ(result.ok, result.error_message.empty()) << changed;
      EXPECT_TRUE(IsValidUtf8(result.message.request_id)) << changed;
      if (result.message.stocks) {
        for (const std::string& stock : *result.message.stocks) {
          EXPECT_TRUE(IsValidUtf8(stock)) << changed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tickerhub::internal::protocol
