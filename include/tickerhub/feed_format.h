#ifndef TICKERHUB_FEED_FORMAT_H_
#define TICKERHUB_FEED_FORMAT_H_

// A FeedFormat says what the columns and the JSON fields of a feed are.
// LineSource and ReplaySource share it. The default understands the documented
// forms, headers, and JSON fields with the usual names (docs/feeds.md).
//
//     tickerhub::LineSource::Options options;
//     tickerhub::Status status =
//         options.format.SetColumns("time,symbol,price,-,volume");
//     if (!status.ok()) std::cerr << status.message() << std::endl;
//
// Threads: a value; use it from any thread as you use a std::string.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/status.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// What a column or a JSON field of a feed says.
enum class FeedField : std::uint8_t {
  kSymbol,
  kPrice,
  kTime,  ///< a moment, or the time of day if there is a kDate
  kDate,  ///< the day of kTime; alone the same as kTime
  kOpen,
  kHigh,
  kLow,
  kPreviousClose,
  kBid,
  kAsk,
  kBidSize,
  kAskSize,
  kVolume,
  kName,
  kCurrency,
  kIgnored,  ///< nothing that is needed; written as "-"
};

struct TICKERHUB_EXPORT FeedFormat {
  /// What the columns of a file without a header are, from left to right. A
  /// header is skipped then. Empty: from the header or by the documented forms.
  std::vector<FeedField> columns;
  /// The names of JSON fields, and what they say. "data.p" is the field "p" in
  /// the object "data". Other fields are ignored then. Empty: the usual names.
  std::vector<std::pair<std::string, FeedField>> json_fields;
  /// The instrument of all lines, for files of one. A line that names another
  /// is refused.
  std::optional<Symbol> symbol;
  /// A line of the form TIME,SYMBOL,PRICE without a header is suspicious if its
  /// time is earlier than this or later than `max_ahead` from now. It is
  /// refused, because it may have other columns.
  Timestamp earliest{std::chrono::milliseconds(631'152'000'000)};  // 1990
  std::chrono::milliseconds max_ahead = std::chrono::hours(24);
  /// The wall clock that says what is now, for tests. Empty: the system's.
  std::function<Timestamp()> now;

  /// Sets `columns` from a list such as "time,symbol,price,-,volume". The names
  /// are those that a header may have. Changes nothing if it cannot.
  Status SetColumns(std::string_view list);
  /// Sets `json_fields` from a list such as "symbol=s,price=c,time=E". Changes
  /// nothing if it cannot.
  Status SetJsonFields(std::string_view list);
  /// Returns whether the parts go together: the columns, the JSON fields or
  /// `symbol` must say the symbol. Sources do not call it: to them, each line
  /// without a symbol is a bad line.
  Status Check() const;
};

}  // namespace tickerhub

#endif  // TICKERHUB_FEED_FORMAT_H_
