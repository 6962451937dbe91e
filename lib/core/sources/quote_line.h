#ifndef TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_
#define TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_

// One line of a feed, in any of the forms that line_source.h describes: the
// only place that knows them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

struct QuoteLine {
  enum class Kind : std::uint8_t {
    kNothing,  ///< blank or a comment
    kHeader,   ///< names of columns
    kQuote,
    kBad,
  };

  Kind kind = Kind::kNothing;
  std::optional<Symbol> symbol;   ///< kQuote: always there
  Price price;                    ///< kQuote
  std::optional<Timestamp> time;  ///< kQuote, if the line had one
  std::string reason;             ///< kBad: a sentence without a full stop
};

/// Reads one line without its line feed; any bytes may be in it. `first`: no
/// line with content came before it, so it may be a header, and what some
/// editors put before the first character (a byte order mark) is skipped.
QuoteLine ParseQuoteLine(std::string_view line, bool first);

/// The reason for a line that was too long to be kept; `start` is what was.
std::string TooLongReason(std::string_view start, std::size_t max_bytes);

/// Reads a moment from 1970 to 9999: seconds since 1970 or, from 100000000000
/// up, milliseconds, either with decimals; or ISO 8601 in UTC:
/// "2026-01-02T14:30:00.250Z". There a blank does for the T, "+00:00" or
/// nothing for the Z, and seconds or the whole time of day may be left out.
/// What is finer than a millisecond is cut off.
std::optional<Timestamp> ParseTime(std::string_view text);

/// `text` in double quotes, cut at 40 bytes, and what is not printable ASCII as
/// \x1b: fit to be shown on any terminal.
std::string Quoted(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_
