#include "lines/line_reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "fields/feed_time.h"
#include "fields/quoted.h"
#include "lines/plausible.h"
#include "text/ascii.h"
#include "threads/system_time.h"

namespace tickerhub::internal {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The first of equals counts: a comma may stand in a number.
constexpr std::array<Separator, 5> kSeparators = {
    Separator::kTab, Separator::kSemicolon, Separator::kBar, Separator::kComma,
    Separator::kBlanks};

bool Occurs(std::string_view line, Separator separator) {
  if (separator == Separator::kBlanks) return true;
  return OccursUnquoted(line, static_cast<char>(separator));
}

// What a person may take for a file of lines, by its first bytes.
struct OtherForm {
  std::string_view begin;
  std::string_view sentence;
};
constexpr std::string_view kPage =
    "the input is a web page or XML, perhaps what a server says instead of its "
    "data; look at it, and ask for CSV or JSON";
constexpr OtherForm kOtherForms[] = {
    {"\xFF\xFE", "the input is text in UTF-16; save it as UTF-8"},
    {"\xFE\xFF", "the input is text in UTF-16; save it as UTF-8"},
    {"\x1F\x8B", "the input is compressed (gzip); unpack it first"},
    {"BZh91AY&SY", "the input is compressed (bzip2); unpack it first"},
    {"\xFD"
     "7zXZ",
     "the input is compressed (xz); unpack it first"},
    {"\x28\xB5\x2F\xFD", "the input is compressed (zstd); unpack it first"},
    {"PAR1", "the input is a Parquet file; save it as CSV"},
    {"\xD0\xCF\x11\xE0", "the input is a workbook (xls); save it as CSV"},
    {"<!DOCTYPE", kPage},
    {"<!doctype", kPage},
    {"<html", kPage},
    {"<HTML", kPage},
    {"<?xml", kPage},
    {"PK\x03\x04",
     "the input is an archive or a workbook (zip, xlsx); unpack it, or save it "
     "as CSV"},
};

// Empty: it may be lines.
std::string_view OtherFormOf(std::string_view start) {
  for (const OtherForm& form : kOtherForms) {
    if (BeginsWith(start, form.begin)) return form.sentence;
  }
  return {};
}

std::string CountOf(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) +
         (count == 1 ? "" : "s");
}

}  // namespace

LineReader::LineReader(FeedFormat format)
    : format_(std::move(format)), json_(format_), columns_(format_.columns) {}

void LineReader::StartAgain() {
  columns_ = Columns(format_.columns);
  separator_.reset();
  refused_.clear();
  header_.clear();
  at_start_ = true;
  has_quote_ = false;
  other_form_ = {};
}

void LineReader::Read(std::string_view line, bool whole, LineHandler* handler) {
  if (at_start_) other_form_ = OtherFormOf(line);
  if (!other_form_.empty()) {
    at_start_ = false;
    return handler->OnBadLine(std::string(other_form_));
  }
  if (!whole) {
    at_start_ = false;
    return handler->OnBadLine("the line is longer than " +
                              std::to_string(line.size()) +
                              " bytes: " + Quoted(line));
  }
  if (at_start_ && BeginsWith(line, kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  const std::string_view trimmed = Trimmed(line);
  if (trimmed.empty()) return;
  if (trimmed.front() == '#') return ReadComment(trimmed.substr(1), handler);
  // No form has one, and the JSON reader would take it for the end.
  if (line.find('\0') != std::string_view::npos) {
    handler->OnBadLine("the line has a NUL byte in it: " + Quoted(trimmed));
  } else if (trimmed.front() == '{' || trimmed.front() == '[') {
    ReadJson(trimmed, handler);
  } else if (!is_json_ || (trimmed != "]" && trimmed != "],")) {
    ReadFields(line, handler);
  }
  at_start_ = false;
}

// An array may be spread over lines, with one object on each.
void LineReader::ReadJson(std::string_view line, LineHandler* handler) {
  is_json_ = true;
  if (line == "[") return;
  const std::string_view whole = line;
  if (line.back() == ',') line.remove_suffix(1);
  if (!json_.Read(line)) return handler->OnBadLine(json_.reason());
  for (const JsonRecord& item : json_.records()) {
    reason_ = item.reason;
    std::optional<FeedQuote> quote;
    if (reason_.empty())
      quote = ReadRecord(item.record, format_.symbol, &reason_);
    const bool is_told = !format_.json_fields.empty();
    if (quote && (is_told || CountsSince1970(item.record, *quote))) {
      handler->OnQuote(*quote);
    } else {
      handler->OnBadLine(reason_ + ": " + Quoted(whole));
    }
  }
}

// A header has no value in it, so it never reads as a good line.
void LineReader::ReadFields(std::string_view line, LineHandler* handler) {
  const bool columns_are_known = columns_.count() > 0;
  std::optional<FeedQuote> quote;
  if (!refused_.empty()) {
    reason_ = refused_;
  } else {
    quote = columns_are_known ? ReadColumns(line) : ReadForm(line);
  }
  if (quote) {
    has_quote_ = true;
    return handler->OnQuote(*quote);
  }
  const std::string reason = std::move(reason_);
  if (!TakeHeader(line, handler)) handler->OnBadLine(reason);
}

std::optional<FeedQuote> LineReader::ReadColumns(std::string_view line) {
  if (!separator_ && !FindSeparator(line)) return std::nullopt;
  if (!splitter_.Split(line, *separator_)) {
    reason_ = splitter_.reason();
    return std::nullopt;
  }
  const auto& fields = splitter_.fields();
  if (fields.size() != columns_.count()) {
    reason_ = Quoted(Trimmed(line)) + " has " +
              CountOf(fields.size(), "field") + ", but the " +
              (header_.empty() ? "--columns" : "header") +
              (header_.empty() ? " are " : " has ") +
              std::to_string(columns_.count());
    return std::nullopt;
  }
  const Record record = columns_.Pick(fields);
  // Of two columns, blanks may be the separator instead.
  if (columns_.count() == 2 && header_.empty() &&
      !IsPlausibleComma(record, Trimmed(line))) {
    return std::nullopt;
  }
  return Take(record);
}

std::optional<FeedQuote> LineReader::Take(const Record& record) {
  const std::string_view time = record[FeedField::kTime];
  time_is_number_ =
      time.find_first_not_of("0123456789.") == std::string_view::npos;
  std::optional<FeedQuote> quote = ReadRecord(record, format_.symbol, &reason_);
  const bool is_told = header_.empty();
  if (quote && !is_told && !CountsSince1970(record, *quote)) quote.reset();
  return quote;
}

// The one that makes as many fields as there are columns.
bool LineReader::FindSeparator(std::string_view line) {
  if (columns_.count() == 1) separator_ = Separator::kTab;
  for (const Separator separator : kSeparators) {
    if (separator_) break;
    if (!Occurs(line, separator) || !splitter_.Split(line, separator)) continue;
    if (splitter_.fields().size() == columns_.count()) separator_ = separator;
  }
  if (separator_) return true;
  reason_ = Quoted(Trimmed(line)) + " has no separator that makes " +
            CountOf(columns_.count(), "field") + " of it, as --columns says";
  return false;
}

// SYMBOL PRICE; SYMBOL,PRICE; TIME,SYMBOL,PRICE; with --symbol also PRICE and
// TIME,PRICE.
std::optional<FeedQuote> LineReader::ReadForm(std::string_view line) {
  if (!SplitForm(Trimmed(line))) return std::nullopt;
  const auto& fields = splitter_.fields();
  const std::size_t count = fields.size();
  Record record;
  record.Set(FeedField::kPrice, fields[count - 1]);
  if (count == 3) record.Set(FeedField::kTime, fields[0]);
  if (count == 2 && format_.symbol && fields[0] != format_.symbol->view() &&
      ParseTime(fields[0])) {
    record.Set(FeedField::kTime, fields[0]);
  } else if (count > 1) {
    record.Set(FeedField::kSymbol, fields[count - 2]);
  }
  if (!IsPlausible(record, Trimmed(line))) return std::nullopt;
  if (!IsPlausibleComma(record, Trimmed(line))) return std::nullopt;
  std::optional<FeedQuote> quote = ReadRecord(record, format_.symbol, &reason_);
  if (!quote || !quote->time || IsPlausibleTime(*quote->time)) return quote;
  reason_ = Quoted(record[FeedField::kTime]) + " would be " +
            TimeText(*quote->time) + ", " +
            std::string(WhenItIs(*quote->time)) +
            ": is this a file with other columns? see --columns; if it is a "
            "time, say so with --columns time,symbol,price or with a header";
  return std::nullopt;
}

bool LineReader::SplitForm(std::string_view line) {
  const bool has_comma = line.find(',') != std::string_view::npos;
  const Separator separator = OccursUnquoted(line, ';') ? Separator::kSemicolon
                              : has_comma               ? Separator::kComma
                                                        : Separator::kBlanks;
  if (!splitter_.Split(line, separator)) {
    reason_ = splitter_.reason();
    return false;
  }
  const auto& fields = splitter_.fields();
  const std::size_t count = fields.size();
  const bool one_may_do = format_.symbol.has_value();
  if (separator == Separator::kBlanks) {
    if (count == 2 || (count == 1 && one_may_do)) return true;
    reason_ = Quoted(line) + " is not a line of the form SYMBOL PRICE" +
              (count > 2 ? "; say what its fields are with --columns" : "");
    return false;
  }
  if (count == 3 && fields[2].empty()) {
    reason_ = Quoted(line) +
              " has an empty third column; without it this is "
              "SYMBOL,PRICE; say with --columns what the three columns are";
    return false;
  }
  if (count == 2 || count == 3) return true;
  reason_ = Quoted(line) + " has " + CountOf(count, "field") +
            ", but SYMBOL,PRICE and TIME,SYMBOL,PRICE have 2 or 3; say what "
            "they are with --columns";
  return false;
}

bool LineReader::IsPlausible(const Record& record, std::string_view line) {
  if (!record.Has(FeedField::kSymbol)) return true;
  const std::string_view symbol = record[FeedField::kSymbol];
  std::string_view what = WhatItLooksLike(symbol);
  // TIME,PRICE,SIZE has no other look if the price is a whole number.
  const bool may_be_price = record.Has(FeedField::kTime) && !format_.symbol;
  if (what.empty() && may_be_price && IsWholeNumber(symbol)) what = "a number";
  if (what.empty()) return true;
  reason_ = Quoted(symbol) + ", the symbol of " + Quoted(line) +
            ", looks like " + std::string(what) +
            ": is this a file with other columns? see --columns";
  return false;
}

// Of "AAPL 151,25" nobody can tell whether the comma is in the price.
bool LineReader::IsPlausibleComma(const Record& record, std::string_view line) {
  const std::string_view symbol = record[FeedField::kSymbol];
  const bool has_comma = line.find(',') != std::string_view::npos;
  if (!has_comma || line.find('"') != std::string_view::npos ||
      line.find(';') != std::string_view::npos ||
      !MayHaveACommaInItsNumber(symbol)) {
    return true;
  }
  reason_ = "the comma of " + Quoted(line) +
            " may stand behind the symbol or in the price; write a point "
            "before decimals and no separators of thousands, or the symbol in "
            "double quotes";
  return false;
}

// A name says that a number is a time, and not what it counts: it may be the
// seconds of the day, the days of a spreadsheet, or 02012026.
bool LineReader::CountsSince1970(const Record& record, const FeedQuote& quote) {
  if (!quote.time || IsPlausibleTime(*quote.time)) return true;
  const bool has_time = record.Has(FeedField::kTime);
  const std::string_view text =
      record[has_time ? FeedField::kTime : FeedField::kDate];
  const bool is_of_day =
      has_time && record.Has(FeedField::kDate) && text.size() < 9;
  if (is_of_day || !IsCount(text)) return true;
  reason_ =
      Quoted(text) + " would be " + TimeText(*quote.time) + ", " +
      std::string(WhenItIs(*quote.time)) +
      ": it may count something else than the time since 1970; if that is "
      "what it counts, say so with --columns or --json-fields";
  return false;
}

std::string_view LineReader::WhenItIs(Timestamp time) const {
  return time < format_.earliest ? "before 1990" : "more than a day ahead";
}

bool LineReader::IsPlausibleTime(Timestamp time) {
  if (time < format_.earliest) return false;
  if (time <= now_ + format_.max_ahead) return true;
  now_ = format_.now ? format_.now() : SystemTime();
  return time <= now_ + format_.max_ahead;
}

}  // namespace tickerhub::internal
