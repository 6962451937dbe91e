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
#include "text/json.h"
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

struct FigureName {
  const char* name;
  std::optional<Price> QuoteUpdate::*figure;
};
constexpr FigureName kFigureNames[] = {
    {"open", &QuoteUpdate::open},
    {"high", &QuoteUpdate::high},
    {"low", &QuoteUpdate::low},
    {"previousClose", &QuoteUpdate::previous_close},
    {"bid", &QuoteUpdate::bid},
    {"ask", &QuoteUpdate::ask},
    {"bidSize", &QuoteUpdate::bid_size},
    {"askSize", &QuoteUpdate::ask_size},
    {"volume", &QuoteUpdate::volume}};

struct TextName {
  const char* name;
  std::optional<QuoteText> QuoteUpdate::*text;
};
constexpr TextName kTextNames[] = {{"name", &QuoteUpdate::name},
                                   {"currency", &QuoteUpdate::currency}};

void ExpectSameDetails(const FeedQuote& quote, const FeedQuote& again) {
  Expect((quote.details == nullptr) == (again.details == nullptr),
         "details are there or not");
  if (!quote.details) return;
  for (const auto& [name, figure] : kFigureNames) {
    const auto& value = *quote.details.*figure;
    Expect(*again.details.*figure == value, "a figure is the same");
    Expect(!value || (*again.details.*figure)->decimals() == value->decimals(),
           "with its decimals");
  }
  for (const auto& [name, text] : kTextNames) {
    Expect(*again.details.*text == *quote.details.*text, "a text is the same");
  }
}

std::string InQuotes(std::string_view text) {
  std::string written = "\"";
  for (const char c : text) {
    written += c == '"' ? "\"\"" : std::string(1, c);
  }
  return written + '"';
}

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
  ExpectSameDetails(quote, again);
}

// As columns and as JSON.
void ExpectDetailForms(const FeedQuote& quote) {
  static const FeedFormat kPlain = Format("", "");
  std::string header = "symbol,price";
  std::string line = InQuotes(quote.symbol.view()) + ',' +
                     (quote.price ? quote.price->ToString() : "");
  std::string json = R"({"symbol":")" + quote.symbol.ToString() + '"';
  if (quote.price) json += R"(,"price":)" + quote.price->ToString();
  if (quote.time) {
    const std::string time = internal::TimeText(*quote.time);
    header += ",time";
    line += ',' + time;
    json += R"(,"time":")" + time + '"';
  }
  for (const auto& [name, figure] : kFigureNames) {
    const auto& value = *quote.details.*figure;
    header += ',' + std::string(name);
    line += ',' + (value ? value->ToString() : "");
    if (value) json += ",\"" + std::string(name) + "\":" + value->ToString();
  }
  for (const auto& [name, text] : kTextNames) {
    const auto& value = *quote.details.*text;
    header += ',' + std::string(name);
    line += ',' + (value ? InQuotes(value->value()) : "");
    if (!value) continue;
    json += ",\"" + std::string(name) + "\":";
    internal::AppendString(&json, value->value());
  }
  ExpectSame(quote, kPlain, header + '\n' + line);
  ExpectSame(quote, kPlain, json + '}');
}

void ExpectEveryForm(const FeedQuote& quote) {
  if (quote.details) return ExpectDetailForms(quote);
  static const FeedFormat kPlain = Format("", "");
  static const FeedFormat kColumns = Format("price,-,time,symbol", "");
  static const FeedFormat kColumnsWithoutTime = Format("price,-,symbol", "");
  static const FeedFormat kFields = Format("", "symbol=a.b,price=c,time=d");
  const std::string symbol = '"' + quote.symbol.ToString() + '"';
  const std::string price = quote.price->ToString();
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
    written += InQuotes(field);
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
