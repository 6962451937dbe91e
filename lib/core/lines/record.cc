#include "lines/record.h"

#include <algorithm>
#include <utility>

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

struct FigureOfField {
  FeedField field;
  std::optional<Price> QuoteUpdate::*figure;
};
constexpr FigureOfField kFigureFields[] = {
    {FeedField::kOpen, &QuoteUpdate::open},
    {FeedField::kHigh, &QuoteUpdate::high},
    {FeedField::kLow, &QuoteUpdate::low},
    {FeedField::kPreviousClose, &QuoteUpdate::previous_close},
    {FeedField::kBid, &QuoteUpdate::bid},
    {FeedField::kAsk, &QuoteUpdate::ask},
    {FeedField::kBidSize, &QuoteUpdate::bid_size},
    {FeedField::kAskSize, &QuoteUpdate::ask_size},
    {FeedField::kVolume, &QuoteUpdate::volume}};

struct TextOfField {
  FeedField field;
  std::optional<QuoteText> QuoteUpdate::*text;
};
constexpr TextOfField kTextFields[] = {
    {FeedField::kName, &QuoteUpdate::name},
    {FeedField::kCurrency, &QuoteUpdate::currency}};

std::string WhyNotAFigure(std::string_view text, FeedField field,
                          PriceError why) {
  const std::string name(NameOf(field));
  if (why == PriceError::kNotANumber || why == PriceError::kNotFinite) {
    return Quoted(text) + " is not a number, as " + name + " must be";
  }
  return Quoted(text) + " is not a " + name + ": it has more than " +
         std::to_string(Price::kMaxDigits) +
         " digits; leave it out with --columns or --json-fields";
}

bool ReadFigures(const Record& record, QuoteUpdate* update,
                 std::string* reason) {
  for (const auto& [field, figure] : kFigureFields) {
    const std::string_view text = record[field];
    if (IsMissing(text)) continue;
    PriceError why{};
    update->*figure = Price::Parse(text, &why);
    if (update->*figure) continue;
    *reason = WhyNotAFigure(text, field, why);
    return false;
  }
  return true;
}

bool ReadTexts(const Record& record, QuoteUpdate* update, std::string* reason) {
  for (const auto& [field, member] : kTextFields) {
    const std::string_view text = Trimmed(record[field]);
    if (text.empty()) continue;
    update->*member = QuoteText::Parse(text);
    if (update->*member) continue;
    *reason = Quoted(text) + " is not a " + std::string(NameOf(field)) + ": " +
              QuoteText::Rule();
    return false;
  }
  return true;
}

bool HasDetails(const Record& record) {
  for (std::size_t i = IndexOf(FeedField::kOpen); i < kFeedFields; ++i) {
    if (!IsMissing(record[static_cast<FeedField>(i)])) return true;
  }
  return false;
}

// Returns false if one cannot be read.
bool ReadDetails(const Record& record, FeedQuote* quote, std::string* reason) {
  if (!HasDetails(record)) return true;
  auto details = std::make_shared<QuoteUpdate>(quote->symbol, Timestamp());
  if (!ReadFigures(record, details.get(), reason) ||
      !ReadTexts(record, details.get(), reason)) {
    return false;
  }
  if (details->has_details()) quote->details = std::move(details);
  return true;
}

template <typename Value>
void FillIn(const std::optional<Value>& older, std::optional<Value>* newer) {
  if (!*newer) *newer = older;
}

}  // namespace

void FeedQuote::AppendTo(Timestamp at, std::vector<PriceUpdate>* prices,
                         std::vector<QuoteUpdate>* quotes) const {
  if (!details && quotes->empty()) {
    prices->push_back({symbol, *price, at});
    return;
  }
  QuoteUpdate& update = details ? quotes->emplace_back(*details)
                                : quotes->emplace_back(symbol, at);
  update.price = price;
  update.time = at;
}

std::size_t FeedQuote::DetailBytes() const {
  if (!details) return 0;
  std::size_t bytes = sizeof(QuoteUpdate);
  if (details->name) bytes += details->name->value().size();
  if (details->currency) bytes += details->currency->value().size();
  return bytes;
}

void AppendPrices(const std::vector<QuoteUpdate>& quotes,
                  std::vector<PriceUpdate>* prices) {
  for (const QuoteUpdate& quote : quotes) {
    if (quote.price)
      prices->push_back({quote.symbol, *quote.price, quote.time});
  }
}

void TakeOver(const FeedQuote& older, FeedQuote* newer) {
  FillIn(older.price, &newer->price);
  if (!older.details) return;
  if (!newer->details) {
    newer->details = older.details;
    return;
  }
  auto both = std::make_shared<QuoteUpdate>(*newer->details);
  for (const auto& [field, figure] : kFigureFields) {
    FillIn(*older.details.*figure, &(both.get()->*figure));
  }
  for (const auto& [field, text] : kTextFields) {
    FillIn(*older.details.*text, &(both.get()->*text));
  }
  newer->details = std::move(both);
}

std::optional<FeedQuote> ReadRecord(const Record& record,
                                    const std::optional<Symbol>& symbol,
                                    std::string* reason) {
  const std::optional<Symbol> read = SymbolOf(record, symbol, reason);
  if (!read) return std::nullopt;
  FeedQuote quote{*read, std::nullopt, std::nullopt};
  const std::string_view text = record[FeedField::kPrice];
  PriceError why{};
  quote.price = Price::Parse(text, &why);
  // A line may tell a bid, say, and no price.
  const bool may_lack_price = text.empty() && HasDetails(record);
  if (!quote.price && !may_lack_price) {
    *reason = text.empty() ? "the price is missing" : WhyNotAPrice(text, why);
    return std::nullopt;
  }
  if (!ReadTime(record, &quote.time, reason)) return std::nullopt;
  if (!ReadDetails(record, &quote, reason)) return std::nullopt;
  return quote;
}

}  // namespace tickerhub::internal
