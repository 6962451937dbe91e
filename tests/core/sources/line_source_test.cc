#include "tickerhub/line_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sources/quote_line.h"

namespace tickerhub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Timestamp kNow{std::chrono::milliseconds(5'000)};

Symbol Sym(std::string_view text) { return *Symbol::Parse(text); }

class LineSourceTest : public testing::Test {
 protected:
  LineSource::Options Options() {
    LineSource::Options options;
    options.on_bad_line = [this](std::uint64_t number,
                                 std::string_view reason) {
      bad_.emplace_back(number, reason);
    };
    return options;
  }

  // What one poll gives, as "SYMBOL PRICE@MILLISECONDS".
  static std::vector<std::string> Poll(LineSource* source) {
    std::vector<PriceUpdate> updates;
    EXPECT_EQ(source->Poll(kNow, &updates), kNever);
    std::vector<std::string> texts;
    for (const PriceUpdate& update : updates) {
      texts.push_back(update.symbol.ToString() + " " + update.price.ToString() +
                      "@" +
                      std::to_string(update.time.time_since_epoch().count()));
    }
    return texts;
  }

  // What becomes of one line: the update, or the reason that it is bad.
  std::string Read(std::string_view line) {
    bad_.clear();
    LineSource source(Options());
    source.Push("# so that no header is expected\nX 1\n");
    Poll(&source);
    source.Push(line);
    source.Push("\nLAST 1\n");
    std::vector<std::string> updates = Poll(&source);
    // Whatever the line is, the next one comes through.
    EXPECT_FALSE(updates.empty());
    EXPECT_EQ(updates.back(), "LAST 1@5000");
    updates.pop_back();
    EXPECT_EQ(source.bad_lines(), bad_.size());
    EXPECT_EQ(source.good_lines(), 2 + updates.size());
    EXPECT_LE(updates.size() + bad_.size(), 1u);
    if (!updates.empty()) return updates[0];
    if (bad_.empty()) return "nothing";
    EXPECT_EQ(bad_[0].first, 3u);
    return "bad: " + bad_[0].second;
  }

  std::vector<std::pair<std::uint64_t, std::string>> bad_;
};

TEST_F(LineSourceTest, ReadsSymbolAndPrice) {
  EXPECT_EQ(Read("AAPL 151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("  aapl \t 151.250\t"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("AAPL 151.25\r"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("btc-usd 1.5e-5"), "BTC-USD 0.000015@5000");
}

TEST_F(LineSourceTest, ReadsCsv) {
  EXPECT_EQ(Read("AAPL,151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read(" AAPL , 151.25 "), "AAPL 151.25@5000");
  EXPECT_EQ(Read("\"AAPL\",\"151.25\""), "AAPL 151.25@5000");
  EXPECT_EQ(Read(" \"AAPL\" ,151.25"), "AAPL 151.25@5000");
  EXPECT_EQ(Read("1767364200,AAPL,151.25"), "AAPL 151.25@1767364200000");
  EXPECT_EQ(Read("\"2026-01-02T14:30:00.250Z\",\"AAPL\",151.25"),
            "AAPL 151.25@1767364200250");
}

TEST_F(LineSourceTest, ReadsJson) {
  EXPECT_EQ(Read(R"({"symbol":"AAPL","price":151.25})"), "AAPL 151.25@5000");
  EXPECT_EQ(Read(R"(  {"price" : "151.25" , "stock" : "aapl" }  )"),
            "AAPL 151.25@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":1767364200250})"),
            "A 1@1767364200250");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":"2026-01-02T14:30:00Z"})"),
            "A 1@1767364200000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"time":null})"), "A 1@5000");
  EXPECT_EQ(Read(R"({"\u0073ymbol":"\u0041","price":1})"), "A 1@5000");
  EXPECT_EQ(Read(R"({"stock":"OTHER","symbol":"A","price":1})"), "A 1@5000");
}

TEST_F(LineSourceTest, PassesNoJsonNumberThroughADouble) {
  EXPECT_EQ(Read(R"({"symbol":"A","price":92233720368.54775807})"),
            "A 92233720368.54775807@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":0.1000000000000000055511151231257})"),
            "A 0.1@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":12345678901.23456789})"),
            "A 12345678901.23456789@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1.5e-5})"), "A 0.000015@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1.5E+2})"), "A 150@5000");
}

TEST_F(LineSourceTest, IgnoresOtherJsonFieldsHoweverDeep) {
  EXPECT_EQ(Read(R"({"x":[{"price":9,"symbol":"B"},[null,true,"price"]],)"
                 R"("symbol":"A","y":{"symbol":{"price":[]}},"price":1,)"
                 R"("z":null,"ok":false,"n":-1e300})"),
            "A 1@5000");
  EXPECT_EQ(Read(R"({"symbol":"A","price":1,"deep":)" +
                 std::string(1'500, '[') + std::string(1'500, ']') + "}"),
            "A 1@5000");
}

TEST_F(LineSourceTest, SkipsBlankLinesAndCommentsInSilence) {
  EXPECT_EQ(Read(""), "nothing");
  EXPECT_EQ(Read("\r"), "nothing");
  EXPECT_EQ(Read(" \t "), "nothing");
  EXPECT_EQ(Read("# AAPL 1"), "nothing");
  EXPECT_EQ(Read("  #"), "nothing");
}

TEST_F(LineSourceTest, SkipsAHeaderAboveAllElseOnly) {
  for (const std::string header :
       {"symbol,price", "time,symbol,price", "Time,Symbol,PRICE",
        "\"symbol\",\"price\"", "symbol price", "\xEF\xBB\xBFsymbol,price"}) {
    bad_.clear();
    LineSource source(Options());
    source.Push("# recorded on Monday\n\n" + header + "\nA,1\n" + header +
                "\nB,2\n");
    EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000", "B 2@5000"));
    ASSERT_EQ(bad_.size(), 1u) << header;
    EXPECT_EQ(bad_[0].first, 5u);
    EXPECT_EQ(source.good_lines(), 2u);
  }
}

TEST_F(LineSourceTest, SkipsAByteOrderMark) {
  LineSource source(Options());
  source.Push("\xEF\xBB\xBF{\"symbol\":\"A\",\"price\":1}\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000"));
}

TEST_F(LineSourceTest, SaysWhyALineIsBad) {
  EXPECT_EQ(Read("AAPL"),
            "bad: \"AAPL\" is not a line of the form SYMBOL PRICE");
  EXPECT_EQ(Read("AAPL 1 2"),
            "bad: \"AAPL 1 2\" is not a line of the form SYMBOL PRICE");
  EXPECT_EQ(Read("AAPL 12a"),
            "bad: \"12a\" is not a price: a price must be a decimal number");
  EXPECT_EQ(Read("AAPL -1"),
            "bad: \"-1\" is not a price: a price must not be negative");
  EXPECT_EQ(Read("AAPL NaN"),
            "bad: \"NaN\" is not a price: a price must be finite");
  EXPECT_EQ(Read("AAPL 0"),
            "bad: \"0\" is not a price: a price must be above zero, 0.00000001 "
            "at least");
  EXPECT_EQ(Read("<b> 1"),
            std::string("bad: \"<b>\" is not a symbol: ") + Symbol::Rule());
}

TEST_F(LineSourceTest, SaysWhyACsvLineIsBad) {
  EXPECT_EQ(Read("1,AAPL,2,3"),
            "bad: \"1,AAPL,2,3\" has 4 fields, but SYMBOL,PRICE and "
            "TIME,SYMBOL,PRICE have 2 or 3");
  EXPECT_EQ(Read(","), "bad: the symbol is missing");
  EXPECT_EQ(Read("AAPL,"), "bad: the price is missing");
  EXPECT_EQ(Read("AAPL,\"\""), "bad: the price is missing");
  EXPECT_EQ(
      Read("AAPL,\"1,234.5\""),
      "bad: \"1,234.5\" is not a price: a price must be a decimal number");
  EXPECT_EQ(Read("\"AAPL,12"),
            "bad: the double quote that opens \"\"AAPL,12\" is never closed");
  EXPECT_EQ(Read("AAPL,\""),
            "bad: the double quote that opens \"\"\" is never closed");
  EXPECT_EQ(
      Read("\"AAPL\"\",1"),
      "bad: the double quote that opens \"\"AAPL\"\",1\" is never closed");
  EXPECT_EQ(Read("\"AAPL\"x,1"),
            "bad: there is text behind a closing double quote: \"x,1\"");
  EXPECT_THAT(Read("\"AA\"\"PL\",1"), HasSubstr("is not a symbol"));
  EXPECT_THAT(Read("AA\"PL,1"), HasSubstr("\"AA\"PL\" is not a symbol"));
}

TEST_F(LineSourceTest, SaysWhyATimeIsBad) {
  for (const char* time :
       {"yesterday", "-1", "253402300800000", "99999999999999999999", "1e9",
        "2026-13-01", "2026-02-29T00:00:00Z", "1969-12-31T23:59:59Z",
        "2026-01-02T24:00:00Z", "2026-01-02T14:30:00+01:00"}) {
    EXPECT_THAT(Read(time + std::string(",A,1")),
                HasSubstr("bad: \"" + std::string(time) +
                          "\" is not a time: it must be seconds"));
  }
  EXPECT_THAT(Read(",A,1"), HasSubstr("bad: \"\" is not a time"));
  EXPECT_THAT(Read(R"({"symbol":"A","price":1,"time":-5})"),
              HasSubstr("bad: \"-5\" is not a time"));
}

TEST_F(LineSourceTest, SaysWhyAJsonLineIsBad) {
  EXPECT_EQ(Read(R"({"symbol":"A"})"),
            R"(bad: the field "price" is missing: "{"symbol":"A"}")");
  EXPECT_EQ(Read(R"({"price":1})"),
            R"(bad: the field "symbol" is missing: "{"price":1}")");
  EXPECT_EQ(Read("{}"), "bad: the field \"symbol\" is missing: \"{}\"");
  EXPECT_THAT(Read(R"({"symbol":"A","price":null})"),
              HasSubstr(R"(the field "price" must be a number or a string: )"));
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
  EXPECT_THAT(Read(R"({"symbol":"A","price":-0})"), HasSubstr("above zero"));
}

TEST_F(LineSourceTest, SaysWhereALineIsNotJson) {
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

TEST_F(LineSourceTest, RefusesNulBytesInEveryForm) {
  using namespace std::string_literals;
  for (const std::string& line : {"AAPL 1\0"s, "\0AAPL 1"s, "AA\0PL,1"s, "\0"s,
                                  "{\"symbol\":\"A\",\"price\":1}\0garbage"s,
                                  "{\"symbol\":\"A\0\",\"price\":1}"s}) {
    EXPECT_THAT(Read(line), HasSubstr("bad: the line has a NUL byte in it: "));
  }
}

TEST_F(LineSourceTest, ShowsBadTextShortAndPrintable) {
  EXPECT_EQ(Read("\xff\x1b[31m 1").substr(0, 30),
            "bad: \"\\xff\\x1b[31m\" is not a s");
  const std::string reason = Read(std::string(4'000, 'x') + " 1");
  EXPECT_THAT(reason, HasSubstr("\"" + std::string(40, 'x') + "...\""));
  EXPECT_LT(reason.size(), 300u);
  EXPECT_EQ(internal::Quoted(std::string(40, 'x')),
            "\"" + std::string(40, 'x') + "\"");
}

TEST_F(LineSourceTest, ReportsALineThatIsTooLongAndLosesNothingElse) {
  LineSource source(Options());
  source.Push("A 1\n");
  const std::string piece(64 * 1'024, 'z');
  for (int i = 0; i < 160; ++i) source.Push(piece);  // 10 MB
  source.Push("\nB 2\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000", "B 2@5000"));
  ASSERT_EQ(bad_.size(), 1u);
  EXPECT_EQ(bad_[0].first, 2u);
  EXPECT_EQ(bad_[0].second, "the line is longer than 4096 bytes: \"" +
                                std::string(40, 'z') + "...\"");
  EXPECT_EQ(source.good_lines(), 2u);
  EXPECT_EQ(source.bad_lines(), 1u);
}

TEST_F(LineSourceTest, TakesTheLongestLineFromItsOption) {
  LineSource::Options options = Options();
  options.max_line_bytes = 6;
  LineSource source(options);
  source.Push("A 1.25\r\nA 1.255\nA 2\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1.25@5000", "A 2@5000"));
  EXPECT_THAT(bad_[0].second, HasSubstr("longer than 6 bytes: \"A 1.25\""));
}

TEST_F(LineSourceTest, TakesPiecesOfAnySize) {
  LineSource source(Options());
  for (const char c : std::string("AAPL 151.25\r\nNVDA,12.5\n")) {
    source.Push({&c, 1});
  }
  EXPECT_THAT(Poll(&source), ElementsAre("AAPL 151.25@5000", "NVDA 12.5@5000"));
  EXPECT_THAT(Poll(&source), IsEmpty());
}

TEST_F(LineSourceTest, CountsALastLineWithoutLineFeed) {
  LineSource source(Options());
  source.Push("A 1\nB 2");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000"));
  source.End();
  EXPECT_THAT(Poll(&source), ElementsAre("B 2@5000"));
  source.End();
  EXPECT_THAT(Poll(&source), IsEmpty());
  EXPECT_EQ(source.good_lines(), 2u);
}

TEST_F(LineSourceTest, AddsToWhatIsInTheListAlready) {
  LineSource source;
  source.Push("B 2\n");
  std::vector<PriceUpdate> updates = {{Sym("A"), Price(), kNow}};
  source.Poll(kNow, &updates);
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].symbol, Sym("A"));
  EXPECT_EQ(updates[1].symbol, Sym("B"));
}

TEST_F(LineSourceTest, WakesItsFollowerOnlyForPrices) {
  LineSource source;
  int woken = 0;
  source.SetWake([&woken] { ++woken; });
  source.Push("A ");
  source.Push("# comment\n");
  source.Push("bad line here\n\n");
  EXPECT_EQ(woken, 0);
  source.Push("A 1\nB 2\n");
  EXPECT_EQ(woken, 1);
  Poll(&source);
  source.Push("C 3");
  EXPECT_EQ(woken, 1);
  source.End();
  EXPECT_EQ(woken, 2);
  source.SetWake(nullptr);
  source.Push("D 4\n");
  EXPECT_EQ(woken, 2);
}

TEST_F(LineSourceTest, MayBePolledFromTheWakeCallback) {
  LineSource source;
  std::vector<std::string> polled;
  source.SetWake([&] { polled = Poll(&source); });
  source.Push("A 1\n");
  EXPECT_THAT(polled, ElementsAre("A 1@5000"));
}

TEST_F(LineSourceTest, KnowsTheNewestPriceThatCameIn) {
  LineSource source;
  EXPECT_EQ(source.PriceOf(Sym("A")), std::nullopt);
  source.Track(Sym("A"), Price());
  EXPECT_EQ(source.PriceOf(Sym("A")), std::nullopt);
  source.Push("A 1\nA 2.5\nB -1\n");
  EXPECT_EQ(source.PriceOf(Sym("A")), Price::Parse("2.5").price);
  EXPECT_EQ(source.PriceOf(Sym("B")), std::nullopt);
}

TEST_F(LineSourceTest, RemembersNoMoreSymbolsThanItsOptionSays) {
  EXPECT_EQ(LineSource::Options().max_symbols, 100'000u);
  LineSource::Options options;
  options.max_symbols = 2;
  LineSource source(options);
  source.Push("A 1\nB 2\nC 3\nA 4\n");
  EXPECT_TRUE(source.PriceOf(Sym("A")) == Price::Parse("4").price);
  EXPECT_TRUE(source.PriceOf(Sym("B")));
  EXPECT_FALSE(source.PriceOf(Sym("C")));
  EXPECT_EQ(source.forgotten_prices(), 1u);
  EXPECT_EQ(Poll(&source).size(), 4u);
}

TEST_F(LineSourceTest, MergesPricesThatWaitTooLong) {
  EXPECT_EQ(LineSource::Options().max_pending, 100'000u);
  LineSource::Options options;
  options.max_pending = 8;
  LineSource source(options);
  source.Push("A 1\nB 1\nA 2\nA 3\nB 2\nA 4\nA 5\nA 6\n");
  EXPECT_EQ(source.dropped_prices(), 0u);
  source.Push("A 7\n");
  EXPECT_EQ(source.dropped_prices(), 7u);
  EXPECT_THAT(Poll(&source), ElementsAre("B 2@5000", "A 7@5000"));
}

TEST_F(LineSourceTest, DropsTheOldestOfTooManySymbolsThatWait) {
  LineSource::Options options;
  options.max_pending = 4;
  LineSource source(options);
  source.Push("A 1\nB 1\nC 1\nD 1\nE 1\nF 1\n");
  EXPECT_EQ(source.dropped_prices(), 3u);
  EXPECT_THAT(Poll(&source), ElementsAre("D 1@5000", "E 1@5000", "F 1@5000"));
}

TEST_F(LineSourceTest, KeepsTheNewestPriceEvenWithTheSmallestRoom) {
  LineSource::Options options;
  options.max_pending = 0;
  LineSource source(options);
  source.Push("A 1\nA 2\nB 3\n");
  EXPECT_THAT(Poll(&source), ElementsAre("B 3@5000"));
  EXPECT_EQ(source.dropped_prices(), 2u);
}

TEST_F(LineSourceTest, SurvivesRandomBytes) {
  LineSource source(Options());
  std::uint32_t state = 1;
  std::string bytes;
  using namespace std::string_literals;
  const std::string alphabet =
      "{}[]\",:.-+eE019 \t\r\n#APLsymbolprice\\u\0\xff"s;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes += alphabet[(state >> 16) % alphabet.size()];
  }
  source.Push(bytes);
  source.Push("\nLAST 1\n");
  const auto updates = Poll(&source);
  ASSERT_FALSE(updates.empty());
  EXPECT_EQ(updates.back(), "LAST 1@5000");
  EXPECT_EQ(bad_.size(), source.bad_lines());
  EXPECT_GT(bad_.size(), 100u);
  for (const auto& [number, reason] : bad_) {
    for (const char c : reason) ASSERT_TRUE(c >= 0x20 && c < 0x7f) << reason;
  }
}

TEST(ParseTimeTest, ReadsNumbersAsSecondsOrMilliseconds) {
  const auto ms = [](std::string_view text) {
    const auto time = internal::ParseTime(text);
    return time ? time->time_since_epoch().count() : -1;
  };
  EXPECT_EQ(ms("0"), 0);
  EXPECT_EQ(ms("1767364200"), 1'767'364'200'000);
  EXPECT_EQ(ms("1767364200.250"), 1'767'364'200'250);
  EXPECT_EQ(ms("1767364200.2509999"), 1'767'364'200'250);
  EXPECT_EQ(ms("1767364200.5"), 1'767'364'200'500);
  EXPECT_EQ(ms("99999999999"), 99'999'999'999'000);
  EXPECT_EQ(ms("100000000000"), 100'000'000'000);
  EXPECT_EQ(ms("1767364200250.75"), 1'767'364'200'250);
  EXPECT_EQ(ms("253402300799999"), 253'402'300'799'999);
  for (const char* bad :
       {"", ".", "5.", ".5", "1.2.3", "+1", "1 ", "0x1", "NaN",
        "253402300800000", "9223372036854775808", "18446744073709551617"}) {
    EXPECT_EQ(ms(bad), -1) << bad;
  }
}

TEST(ParseTimeTest, ReadsIso8601) {
  const auto ms = [](std::string_view text) {
    const auto time = internal::ParseTime(text);
    return time ? time->time_since_epoch().count() : -1;
  };
  EXPECT_EQ(ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ms("2026-01-02T14:30:00.250Z"), 1'767'364'200'250);
  EXPECT_EQ(ms("2026-01-02t14:30:00z"), 1'767'364'200'000);
  EXPECT_EQ(ms("2026-01-02 14:30:00"), 1'767'364'200'000);
  EXPECT_EQ(ms("2026-01-02T14:30"), 1'767'364'200'000);
  EXPECT_EQ(ms("2026-01-02T14:30Z"), 1'767'364'200'000);
  EXPECT_EQ(ms("2026-01-02T14:30:00.123456+00:00"), 1'767'364'200'123);
  EXPECT_EQ(ms("2026-01-02"), 1'767'312'000'000);
  EXPECT_EQ(ms("2024-02-29T00:00:00Z"), 1'709'164'800'000);
  EXPECT_EQ(ms("2000-02-29T00:00:00Z"), 951'782'400'000);
  EXPECT_EQ(ms("2000-03-01T00:00:00Z"), 951'868'800'000);
  EXPECT_EQ(ms("2100-03-01T00:00:00Z"), 4'107'542'400'000);
  EXPECT_EQ(ms("2016-12-31T23:59:60Z"), ms("2017-01-01T00:00:00Z"));
  EXPECT_EQ(ms("9999-12-31T23:59:59.999Z"), 253'402'300'799'999);
  for (const char* bad : {"2026-1-2",
                          "2026-01-02T",
                          "2026-01-02T14",
                          "2026-01-02T14:60:00Z",
                          "2026-01-02T14:30:61Z",
                          "2026-01-02T14:30:00.Z",
                          "2026-00-01",
                          "2026-01-00",
                          "2026-01-32",
                          "2026-04-31",
                          "2100-02-29",
                          "2026-01-02T14:30:00Zx",
                          "2026-01-02X14:30:00Z",
                          "26-01-02",
                          "2026-01-02T14:30:00+01:00",
                          "2026-01-02T14:30:00-00:00",
                          "9999-12-31T23:59:60Z",
                          "10000-01-01",
                          "2026/01/02",
                          "-"}) {
    EXPECT_EQ(ms(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace tickerhub
