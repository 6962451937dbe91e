// Prices, symbols, times and the options of a feed. What is accepted is
// printed, and what was printed reads as the same.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "fields/feed_time.h"
#include "fuzz/expect.h"
#include "lines/plausible.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/price.h"
#include "tickerhub/quote_text.h"
#include "tickerhub/symbol.h"

namespace tickerhub::fuzz {
namespace {

void ExpectSamePrice(std::string_view text) {
  const std::optional<Price> price = Price::Parse(text);
  if (!price) return;
  const std::string written = price->ToString();
  const std::optional<Price> again = Price::Parse(written);
  Expect(again == price, "a price reads back");
  Expect(again->ToString() == written, "a price prints as it was printed");
}

void ExpectSameSymbol(std::string_view text) {
  const std::optional<Symbol> symbol = Symbol::Parse(text);
  if (!symbol) return;
  Expect(Symbol::Parse(symbol->ToString()) == symbol, "a symbol reads back");
}

void ExpectSameText(std::string_view text) {
  const std::optional<QuoteText> read = QuoteText::Parse(text);
  if (!read) return;
  Expect(read->value() == text, "a name is kept as it is");
  Expect(!text.empty() && text.size() <= QuoteText::kMaxBytes,
         "a name is bounded");
  for (const char c : text) {
    Expect(static_cast<unsigned char>(c) >= ' ' && c != 0x7f,
           "a name has no control character");
  }
}

void ExpectSameTime(std::string_view text) {
  const std::optional<Timestamp> time = internal::ParseTime(text);
  if (!time) {
    Expect(!internal::WhyNotATime(text).empty(), "a reason is given");
    return;
  }
  const std::string written = internal::TimeText(*time);
  Expect(internal::ParseTime(written) == time, "a time reads back");
  Expect(internal::TimeText(*internal::ParseTime(written)) == written,
         "a time prints as it was printed");
  const auto ms = time->time_since_epoch().count();
  if (ms >= 100'000'000'000 && ms < 19'000'000'000'000) {
    const std::string number = std::to_string(ms);
    Expect(internal::ParseTime(number) == time, "milliseconds read back");
    Expect(internal::ParseTime(number + "999") == time, "microseconds too");
    Expect(internal::ParseTime(number + "999999") == time, "nanoseconds too");
  }
}

}  // namespace
}  // namespace tickerhub::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace tickerhub;
  const std::string_view input = fuzz::AsText(data, size);
  fuzz::ExpectSamePrice(input);
  fuzz::ExpectSameSymbol(input);
  fuzz::ExpectSameTime(input);
  fuzz::ExpectSameText(input);
  internal::WhatItLooksLike(input);

  const std::size_t blank = std::min(input.find(' '), input.size());
  const std::string_view date = input.substr(0, blank);
  const std::string_view time = input.substr(std::min(blank + 1, input.size()));
  const auto moment = internal::ParseDateAndTime(date, time);
  if (moment) {
    fuzz::Expect(internal::ParseTime(internal::TimeText(*moment)) == moment,
                 "a date with a time of day reads back");
  }

  FeedFormat format;
  if (format.SetColumns(input).ok()) {
    fuzz::Expect(!format.columns.empty(), "columns are named");
  }
  if (format.SetJsonFields(input).ok()) {
    fuzz::Expect(!format.json_fields.empty(), "fields are named");
  }
  static_cast<void>(format.Check());
  return 0;
}
