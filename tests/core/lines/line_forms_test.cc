// What a line of a feed means without a header and without an option.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "fields/quoted.h"
#include "tickerhub/line_source.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What becomes of one line: "SYMBOL PRICE@MILLISECONDS", or the reason that it
// is bad.
std::string Read(std::string_view line) {
  std::vector<std::string> reasons;
  LineSource::Options options;
  options.on_bad_line = [&](std::uint64_t number, std::string_view reason) {
    EXPECT_EQ(number, 3u);
    reasons.emplace_back(reason);
  };
  LineSource source(options);
  const PollTime now{Timestamp(std::chrono::milliseconds(5'000)), {}};
  std::vector<PriceUpdate> updates;
  source.Push("# so that no header is expected\nX 1\n");
  source.Poll(now, &updates);
  updates.clear();
  source.Push(line);
  source.Push("\nLAST 1\n");
  source.Poll(now, &updates);
  // Whatever the line is, the next one comes through.
  EXPECT_EQ(updates.back().symbol.view(), "LAST");
  updates.pop_back();
  EXPECT_EQ(source.counters().bad_lines, reasons.size());
  EXPECT_EQ(source.counters().good_lines, 2 + updates.size());
  EXPECT_LE(updates.size() + reasons.size(), 1u);
  if (!reasons.empty()) return "bad: " + reasons[0];
  if (updates.empty()) return "nothing";
  return updates[0].symbol.ToString() + " " + updates[0].price.ToString() +
         "@" + std::to_string(updates[0].time.time_since_epoch().count());
}

TEST(LineFormsTest, ReadsSymbolAndPrice) {
  EXPECT_EQ(Read("AAPL 151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("  aapl \t 151.250\t"), "aapl 151.250@5000");
  EXPECT_EQ(Read("AAPL 151.25\r"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("btc-usd 1.5e-5"), "btc-usd 0.000015@5000");
  EXPECT_EQ(Read("AAMpA 25.10"), "AAMpA 25.10@5000");
  EXPECT_EQ(Read("M&M.NS 3100.5"), "M&M.NS 3100.5@5000");
  EXPECT_EQ(Read("ABC% 1"), "ABC% 1@5000");
  EXPECT_EQ(Read("\"AAPL  240119C00150000\",5.25"),
            "AAPL  240119C00150000 5.25@5000");
  EXPECT_EQ(Read("A 0.0000000051"), "A 0.0000000051@5000");
  EXPECT_EQ(Read("B 0.000000015"), "B 0.000000015@5000");
  EXPECT_EQ(Read("CLK20 -37.63"), "CLK20 -37.63@5000");
  EXPECT_EQ(Read("CLM20 0"), "CLM20 0@5000");
}

TEST(LineFormsTest, ReadsCsv) {
  EXPECT_EQ(Read("AAPL,151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read(" AAPL , 151.25 "), "AAPL 151.25@5000");
  EXPECT_EQ(Read("\"AAPL\",\"151.25\""), "AAPL 151.25@5000");
  EXPECT_EQ(Read(" \"AAPL\" ,151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("1767364200,AAPL,151.25"), "AAPL 151.25@1767364200000");
  EXPECT_EQ(Read("\"2026-01-02T14:30:00.250Z\",\"AAPL\",151.25"),
            "AAPL 151.25@1767364200250");
}

TEST(LineFormsTest, ReadsJson) {
  EXPECT_EQ(Read(R"({"symbol":"AAPL","price":151.25})"), "AAPL 151.25@5000");
  EXPECT_EQ(Read(R"(  {"price" : "151.25" , "stock" : "AAPL" }  )"),
            "AAPL 151.25@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":1767364200250})"),
            "A 1@1767364200250");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":"2026-01-02T14:30:00Z"})"),
            "A 1@1767364200000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":null})"), "A 1@5000");
  EXPECT_EQ(Read(R"({"\u0073ymbol":"\u0041","price":1})"), "A 1@5000");
  EXPECT_EQ(Read(R"({"stock":"OTHER","symbol":"A","price":1})"), "A 1@5000");
}

TEST(LineFormsTest, PassesNoJsonNumberThroughADouble) {
  EXPECT_EQ(Read(R"({"symbol":"A","price":9223372036.85477580})"),
            "A 9223372036.85477580@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":0.100000000000000005})"),
            "A 0.100000000000000005@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":-37.630})"), "A -37.630@5000");
  EXPECT_THAT(
      Read(R"({"symbol":"A","price":0.1000000000000000055511151231257})"),
      HasSubstr("a price must have at most 18 digits"));
  EXPECT_EQ(Read(R"({"symbol":"A","price":1.5e-5})"), "A 0.000015@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1.5E+2})"), "A 150@5000");
}

TEST(LineFormsTest, IgnoresOtherJsonFieldsHoweverDeep) {
  EXPECT_EQ(Read(R"({"x":[{"price":9,"symbol":"B"},[null,true,"price"]],)"
                 R"("symbol":"A","y":{"symbol":{"price":[]}},"price":1,)"
                 R"("z":null,"ok":false,"n":-1e300})"),
            "A 1@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"deep":)" +
                 std::string(1'500, '[') + std::string(1'500, ']') + "}"),
            "A 1@5000");
}

TEST(LineFormsTest, SkipsBlankLinesAndCommentsInSilence) {
  EXPECT_EQ(Read(""), "nothing");
  EXPECT_EQ(Read("\r"), "nothing");
  EXPECT_EQ(Read(" \t "), "nothing");
  EXPECT_EQ(Read("# AAPL 1"), "nothing");
  EXPECT_EQ(Read("  #"), "nothing");
}

TEST(LineFormsTest, SaysWhyALineIsBad) {
  EXPECT_EQ(Read("AAPL"),
            "bad: \"AAPL\" is not a line of the form SYMBOL PRICE");
  EXPECT_EQ(
      Read("AAPL 1 2"),
      "bad: \"AAPL 1 2\" is not a line of the form SYMBOL PRICE; say what "
      "its fields are with --columns");
  EXPECT_EQ(Read("AAPL 12a"),
            "bad: \"12a\" is not a price: a price must be a decimal number");
  EXPECT_EQ(Read("AAPL NaN"),
            "bad: \"NaN\" is not a price: a price must be finite");
  EXPECT_EQ(Read("AAPL 1e18"),
            "bad: \"1e18\" is not a price: a price must have at most 18 digits "
            "before the point");
  EXPECT_EQ(Read("<b> 1"),
            std::string("bad: \"<b>\" is not a symbol: ") + Symbol::Rule());
}

TEST(LineFormsTest, SaysWhyACsvLineIsBad) {
  EXPECT_EQ(Read("1,AAPL,2,3"),
            "bad: \"1,AAPL,2,3\" has 4 fields, but SYMBOL,PRICE and "
            "TIME,SYMBOL,PRICE have 2 or 3; say what they are with --columns");
  EXPECT_EQ(Read(","), "bad: the symbol is missing");
  EXPECT_EQ(Read("AAPL,"), "bad: the price is missing");
  EXPECT_EQ(Read("AAPL,\"\""), "bad: the price is missing");
  EXPECT_EQ(
      Read("AAPL,\"1,234.5\""),
      "bad: \"1,234.5\" is not a price: a price must be a decimal number, with "
      "a point before its decimals and no separators of thousands");
  EXPECT_EQ(Read("\"AAPL,12"),
            "bad: the double quote that opens \"\"AAPL,12\" is never closed on "
            "this line");
  EXPECT_EQ(
      Read("AAPL,\""),
      "bad: the double quote that opens \"\"\" is never closed on this line");
  EXPECT_EQ(Read("\"AAPL\"\",1"),
            "bad: the double quote that opens \"\"AAPL\"\",1\" is never closed "
            "on this line");
  EXPECT_EQ(Read("\"AAPL\"x,1"),
            "bad: there is text behind a closing double quote: \"x,1\"");
  EXPECT_THAT(Read("\"AA\"\"PL\",1"), HasSubstr("is not a symbol"));
  EXPECT_THAT(Read("AA\"PL,1"), HasSubstr("\"AA\"PL\" is not a symbol"));
}

TEST(LineFormsTest, SaysWhyATimeIsBad) {
  for (const char* time :
       {"yesterday", "-1", "999999999999999999999", "100000000000000000000",
        "1e9", "2026-13-01", "2026-02-29T00:00:00Z", "1969-12-31T23:59:59Z",
        "2026-01-02T24:00:00Z", "2026-01-02T14:30:00+1"}) {
    EXPECT_THAT(Read(time + std::string(",A,1")),
                HasSubstr("bad: \"" + std::string(time) +
                          "\" is not a time: it must be seconds"));
  }
  EXPECT_THAT(Read(",A,1"), HasSubstr("bad: the time is missing"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1,"time":-5})"),
              HasSubstr("bad: \"-5\" is not a time"));
}

TEST(LineFormsTest, SaysWhyAJsonLineIsBad) {
  EXPECT_EQ(Read(R"({"symbol":"A"})"),
            "bad: the field \"price\" is missing, see --json-fields: "
            R"("{"symbol":"A"}")");
  EXPECT_EQ(Read(R"({"price":1})"),
            "bad: the field \"symbol\" is missing, see --json-fields: "
            R"("{"price":1}")");
  EXPECT_EQ(Read("{}"),
            "bad: the field \"symbol\" is missing, see --json-fields: \"{}\"");
  EXPECT_THAT(Read(R"({"symbol":"A","price":null})"),
              HasSubstr("bad: the price is missing: "));
  EXPECT_THAT(Read(R"({"symbol":"A","price":true})"),
              HasSubstr(R"(the field "price" must be a number or a string)"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":[1]})"),
              HasSubstr(R"(the field "price" must be a number or a string)"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1,"time":{}})"),
              HasSubstr(R"(the field "time" must be a number or a string)"));
  EXPECT_THAT(Read(R"({"symbol":7203,"price":1})"),
              HasSubstr(R"(the field "symbol" must be a string)"));
  EXPECT_THAT(Read(R"({"stock":null,"price":1})"),
              HasSubstr(R"(the field "stock" must be a string)"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1,"price":2})"),
              HasSubstr(R"(the field "price" occurs twice)"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":"x"})"),
              HasSubstr(R"("x" is not a price)"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":""})"),
              HasSubstr("the price is missing"));
}

TEST(LineFormsTest, SaysWhereALineIsNotJson) {
  EXPECT_EQ(Read("{nonsense}"),
            "bad: \"{nonsense}\" is not a JSON object: Missing a name for "
            "object member at byte 2");
  EXPECT_THAT(Read(R"({"symbol":"A","price":1)"), HasSubstr("at byte 24"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1} trailing)"),
              HasSubstr("is not a JSON object"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":NaN})"),
              HasSubstr("is not a JSON object"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1e400})"),
              HasSubstr("Number too big"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":+1})"),
              HasSubstr("is not a JSON object"));
  EXPECT_THAT(Read("{\"symbol\":\"A\",\"price\":1,\"x\":\"\xff\"}"),
              HasSubstr("Invalid encoding in string"));
  EXPECT_THAT(Read("{\"x\":\"\xed\xa0\x80\",\"symbol\":\"A\",\"price\":1}"),
              HasSubstr("Invalid encoding in string"));
  EXPECT_THAT(Read("{\"x\":" + std::string(4'000, '[')),
              HasSubstr("is not a JSON object"));
  EXPECT_THAT(Read("[" + std::string(100, '[')), HasSubstr("bad: "));
}

TEST(LineFormsTest, RefusesNulBytesInEveryForm) {
  using namespace std::string_literals;
  for (const std::string& line : {"AAPL 1\0"s, "\0AAPL 1"s, "AA\0PL,1"s, "\0"s,
                                  "{\"symbol\":\"A\",\"price\":1}\0garbage"s,
                                  "{\"symbol\":\"A\0\",\"price\":1}"s}) {
    EXPECT_THAT(Read(line), HasSubstr("bad: the line has a NUL byte in it: "));
  }
}

TEST(LineFormsTest, SaysWhatAFileIsThatHasNoLines) {
  using namespace std::string_literals;
  const auto reasons_of = [](const std::string& input) {
    std::vector<std::string> reasons;
    LineSource::Options options;
    options.on_bad_line = [&](std::uint64_t, std::string_view reason) {
      reasons.emplace_back(reason);
    };
    LineSource source(options);
    source.Push(input);
    source.End();
    return reasons;
  };
  const std::string utf16 = "the input is text in UTF-16; save it as UTF-8";
  EXPECT_THAT(reasons_of("\xff\xfe\x41\0 \0\x31\0\n\0B"s),
              ElementsAre(utf16, utf16));
  EXPECT_THAT(reasons_of("\xfe\xff\0\x41"s), ElementsAre(utf16));
  EXPECT_THAT(reasons_of("\x1f\x8b\x08\0"s),
              ElementsAre("the input is compressed (gzip); unpack it first"));
  EXPECT_THAT(reasons_of("PK\x03\x04\x14\0"s),
              ElementsAre(HasSubstr("(zip, xlsx)")));
  EXPECT_THAT(reasons_of("BZh91AY&SY\xce\0"s), ElementsAre(HasSubstr("bzip2")));
  EXPECT_THAT(reasons_of("\xfd"
                         "7zXZ\0"s),
              ElementsAre(HasSubstr("(xz)")));
  EXPECT_THAT(reasons_of("\x28\xb5\x2f\xfd\0"s),
              ElementsAre(HasSubstr("zstd")));
  EXPECT_THAT(reasons_of("PAR1\x15\0"s), ElementsAre(HasSubstr("Parquet")));
  EXPECT_THAT(reasons_of("\xd0\xcf\x11\xe0\xa1"s),
              ElementsAre(HasSubstr("xls")));
  EXPECT_THAT(reasons_of("<!DOCTYPE html>\n<p>code 429</p>\n"),
              ElementsAre(HasSubstr("web page"), HasSubstr("web page")));
  EXPECT_THAT(reasons_of("<?xml version=\"1.0\"?>\n"),
              ElementsAre(HasSubstr("web page or XML")));
  EXPECT_THAT(reasons_of("PK 1\n# \xff\xfe\nBZh9 1\nPAR1\n"),
              ElementsAre(HasSubstr("\"PAR1\" is not a line")));
}

TEST(LineFormsTest, ShowsBadTextShortAndPrintable) {
  EXPECT_EQ(Read("\xff\x1b[31m 1").substr(0, 30),
            "bad: \"\\xff\\x1b[31m\" is not a s");
  const std::string reason = Read(std::string(4'000, 'x') + " 1");
  EXPECT_THAT(reason, HasSubstr("\"" + std::string(40, 'x') + "...\""));
  EXPECT_LT(reason.size(), 300u);
  EXPECT_EQ(internal::Quoted(std::string(40, 'x')),
            "\"" + std::string(40, 'x') + "\"");
}

}  // namespace
}  // namespace tickerhub
