#ifndef TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_
#define TICKERHUB_LIB_CORE_SOURCES_QUOTE_LINE_H_

// Reads one line of a feed, in any of the forms that line_source.h describes.
// No other place knows them.

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

/// Reads one line without its line feed. Any bytes may be in it. `first`: no
/// line with content came before. Only then a header and a byte order mark are
/// recognised.
QuoteLine ParseQuoteLine(std::string_view line, bool first);

/// The reason for a line that was too long to be kept. `start` is its
/// beginning.
std::string TooLongReason(std::string_view start, std::size_t max_bytes);

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
