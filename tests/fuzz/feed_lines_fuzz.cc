// The lines of a feed: CSV, headers, JSON, options. What is accepted is written
// again in every form, and reads as the same.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fields/feed_time.h"
#include "fields/field_splitter.h"
#include "fuzz/expect.h"
#include "lines/line_reader.h"
#include "tickerhub/line_splitter.h"

namespace tickerhub::fuzz {
namespace {

using internal::FeedQuote;
using internal::FieldSplitter;
using internal::LineHandler;
using internal::LineReader;
using internal::Separator;

constexpr Timestamp kNow{std::chrono::milliseconds(1'767'364'200'000)};

FeedFormat Format(std::string_view columns, std::string_view json_fields) {
  FeedFormat format;
  if (!columns.empty()) Expect(format.SetColumns(columns).ok(), "columns");
  if (!json_fields.empty()) {
    Expect(format.SetJsonFields(json_fields).ok(), "fields");
  }
  format.now = [] { return kNow; };
  return format;
}

class Collected final : public LineHandler {
 public:
  void OnQuote(const FeedQuote& quote) override { quotes.push_back(quote); }
  void OnBadLine(std::string_view reason) override { Tell(reason); }
  void OnNotice(std::string_view sentence) override { Tell(sentence); }

  std::vector<FeedQuote> quotes;

 private:
  static void Tell(std::string_view sentence) {
    Expect(!sentence.empty(), "a sentence says something");
    for (const char c : sentence) {
      Expect(c >= ' ' && c <= '~', "any terminal can show a sentence");
    }
  }
};

// Reads one quote that was written by this program.
void ExpectSame(const FeedQuote& quote, const FeedFormat& format,
                const std::string& lines) {
  LineReader reader(format);
  Collected collected;
  LineSplitter splitter(1 << 20, [&](std::string_view line, bool whole) {
    reader.Read(line, whole, &collected);
  });
  splitter.Push(lines);
  splitter.End();
  Expect(collected.quotes.size() == 1, "what was written is read");
  const FeedQuote& again = collected.quotes.front();
  Expect(again.symbol == quote.symbol, "the symbol is the same");
  Expect(again.price == quote.price, "the price is the same");
  Expect(again.time == quote.time, "the time is the same");
}

void ExpectEveryForm(const FeedQuote& quote) {
  static const FeedFormat kPlain = Format("", "");
  static const FeedFormat kColumns = Format("price,-,time,symbol", "");
  static const FeedFormat kColumnsWithoutTime = Format("price,-,symbol", "");
  static const FeedFormat kFields = Format("", "symbol=a.b,price=c,time=d");
  const std::string symbol = '"' + quote.symbol.ToString() + '"';
  const std::string price = quote.price.ToString();
  if (!quote.time) {
    ExpectSame(quote, kPlain, "symbol;price\n" + symbol + ';' + price);
    ExpectSame(quote, kColumnsWithoutTime, price + ",x," + symbol);
    ExpectSame(quote, kPlain,
               R"({"symbol":)" + symbol + R"(,"price":)" + price + '}');
    return;
  }
  const std::string time = internal::TimeText(*quote.time);
  ExpectSame(quote, kPlain,
             "time,symbol,price\n" + time + ',' + symbol + ',' + price);
  ExpectSame(quote, kPlain,
             "last\tdate\tticker\n" + price + '\t' + time + '\t' + symbol);
  ExpectSame(quote, kColumns, price + "||" + time + '|' + symbol);
  ExpectSame(quote, kPlain,
             R"([{"s":)" + symbol + R"(,"p":")" + price + R"(","E":")" + time +
                 "\"}]");
  ExpectSame(quote, kFields,
             R"({"a":{"b":)" + symbol + R"(},"c":)" + price + R"(,"d":")" +
                 time + "\"}");
}

// Fields that were cut out are the same when they are written with quotes.
void ExpectSameFields(std::string_view line, Separator separator) {
  FieldSplitter splitter;
  if (!splitter.Split(line, separator)) return;
  std::string written;
  for (const std::string_view field : splitter.fields()) {
    if (!written.empty()) written += static_cast<char>(separator);
    written += '"';
    for (const char c : field) written += c == '"' ? "\"\"" : std::string(1, c);
    written += '"';
  }
  const std::vector<std::string> fields(splitter.fields().begin(),
                                        splitter.fields().end());
  Expect(splitter.Split(written, separator), "what was written can be cut");
  Expect(std::equal(fields.begin(), fields.end(), splitter.fields().begin(),
                    splitter.fields().end()),
         "the fields are the same");
}

}  // namespace
}  // namespace tickerhub::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace tickerhub::fuzz;
  std::string_view input = AsText(data, size);
  const std::uint8_t choice = TakeByte(&input);
  tickerhub::FeedFormat format =
      Format((choice & 1) != 0 ? "time,symbol,-,price" : "",
             (choice & 2) != 0 ? "symbol=a.s,price=p" : "");
  if ((choice & 4) != 0) format.symbol = tickerhub::Symbol::Parse("MSFT");
  const std::size_t most = (choice & 8) != 0 ? 40 : 1 << 20;

  LineReader reader(format);
  Collected collected;
  tickerhub::LineSplitter splitter(most,
                                   [&](std::string_view line, bool whole) {
                                     reader.Read(line, whole, &collected);
                                   });
  splitter.Push(input);
  splitter.End();
  reader.SortCommand("it's.csv", (choice & 16) != 0);
  for (const FeedQuote& quote : collected.quotes) ExpectEveryForm(quote);

  const std::string_view line = input.substr(0, input.find('\n'));
  for (const Separator separator : {Separator::kComma, Separator::kSemicolon,
                                    Separator::kTab, Separator::kBar}) {
    ExpectSameFields(line, separator);
  }
  return 0;
}
