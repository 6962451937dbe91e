#include "lines/record.h"

#include <algorithm>

#include "fields/feed_time.h"
#include "fields/quoted.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

// What stands in a feed where a value is not known.
bool IsMissing(std::string_view text) {
  constexpr std::string_view kWords[] = {"",   "-",   "null", "none",
                                         "na", "n/a", "nan"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](auto word) { return EqualsIgnoringCase(text, word); });
}

bool IsNumeric(FeedField field) {
  return field >= FeedField::kOpen && field <= FeedField::kVolume;
}

std::string WhyNotAPrice(std::string_view text, PriceError why) {
  std::string reason = Quoted(text) + " is not a price: " + Describe(why);
  if (text.find(',') != std::string_view::npos) {
    reason +=
        ", with a point before its decimals and no separators of thousands";
  }
  return reason;
}

std::optional<Symbol> SymbolOf(const Record& record,
                               const std::optional<Symbol>& symbol,
                               std::string* reason) {
  if (!record.Has(FeedField::kSymbol)) {
    if (!symbol) *reason = "the symbol is missing";
    return symbol;
  }
  const std::string_view text = record[FeedField::kSymbol];
  const std::optional<Symbol> read = Symbol::Parse(text);
  if (!read) {
    *reason = text.empty()
                  ? "the symbol is missing"
                  : Quoted(text) + " is not a symbol: " + Symbol::Rule();
  } else if (symbol && *read != *symbol) {
    *reason = "the line is about " + Quoted(text) + ", but --symbol says " +
              Quoted(symbol->view());
    return std::nullopt;
  }
  return read;
}

// Returns false if there is one that cannot be read.
bool ReadTime(const Record& record, std::optional<Timestamp>* time,
              std::string* reason) {
  const bool has_time = record.Has(FeedField::kTime);
  const bool has_date = record.Has(FeedField::kDate);
  if (!has_time && !has_date) return true;
  const std::string_view text =
      record[has_time ? FeedField::kTime : FeedField::kDate];
  const std::string_view date = record[FeedField::kDate];
  *time = has_time && has_date ? ParseDateAndTime(date, text) : ParseTime(text);
  if (*time) return true;
  *reason = has_time && has_date
                ? Quoted(date) + " and " + Quoted(text) +
                      " are not a date and a time of day, such as 2026-01-02 "
                      "and 14:30:00"
                : WhyNotATime(text);
  return false;
}

// Returns false if a number is none.
bool CheckDetails(const Record& record, std::string* reason) {
  for (std::size_t i = 0; i < kFeedFields; ++i) {
    const auto field = static_cast<FeedField>(i);
    if (!IsNumeric(field) || IsMissing(record[field])) continue;
    PriceError why{};
    if (!Price::Parse(record[field], &why) &&
        (why == PriceError::kNotANumber || why == PriceError::kNotFinite)) {
      *reason = Quoted(record[field]) + " is not a number, as " +
                std::string(NameOf(field)) + " must be";
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<FeedQuote> ReadRecord(const Record& record,
                                    const std::optional<Symbol>& symbol,
                                    std::string* reason) {
  const std::optional<Symbol> read = SymbolOf(record, symbol, reason);
  if (!read) return std::nullopt;
  const std::string_view text = record[FeedField::kPrice];
  PriceError why{};
  const std::optional<Price> price = Price::Parse(text, &why);
  if (!price) {
    *reason = text.empty() ? "the price is missing" : WhyNotAPrice(text, why);
    return std::nullopt;
  }
  FeedQuote quote{*read, *price, std::nullopt};
  if (!ReadTime(record, &quote.time, reason)) return std::nullopt;
  if (!CheckDetails(record, reason)) return std::nullopt;
  return quote;
}

}  // namespace tickerhub::internal
