#ifndef TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_
#define TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_

// Reads one line of a feed, in any of the forms that line_source.h describes.
// No other place knows them.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// A line with neither a symbol nor a reason is blank, a comment or a header.
struct QuoteLine {
  std::optional<Symbol> symbol;   ///< set: the line has a price
  Price price;                    ///< if there is a symbol
  std::optional<Timestamp> time;  ///< if the line had one
  std::string reason;  ///< of a bad line: a sentence without a full stop
};

/// Reads one line as LineSplitter::LineCallback gets it. Any bytes may be in
/// it. `*first`: no line with content came before. Only then a header and a
/// byte order mark are recognised. Sets it to false if this line has content.
QuoteLine ParseQuoteLine(std::string_view line, bool whole, bool* first);

/// What the JSON object of a feed says, as text. A number is the text in the
/// line, so nothing passes through a double.
struct QuoteJson {
  std::string symbol;
  std::string price;
  std::optional<std::string> time;
};

/// Reads one JSON object: "symbol" (or "stock"), "price" (a number, or a string
/// that contains one) and perhaps "time" (likewise). Returns the reason if it
/// cannot: a sentence without a full stop.
/// REQUIRES: no NUL byte in `line`.
std::variant<QuoteJson, std::string> ReadQuoteJson(std::string_view line);

/// Reads a moment from 1970 to 9999: seconds since 1970 or, from 100000000000
/// up, milliseconds, both with or without decimals; or ISO 8601 in UTC:
/// "2026-01-02T14:30:00.250Z". In ISO 8601, a blank may stand for the T and
/// "+00:00" or nothing for the Z, and the seconds or the time of day may be
/// missing. What is finer than a millisecond is cut off.
std::optional<Timestamp> ParseTime(std::string_view text);

/// Returns `text` in double quotes, cut at 40 bytes, and what is not printable
/// ASCII as \x1b. Any terminal can show it.
std::string Quoted(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_
