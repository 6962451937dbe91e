#ifndef TICKERHUB_LIB_CORE_FIELDS_FEED_TIME_H_
#define TICKERHUB_LIB_CORE_FIELDS_FEED_TIME_H_

// The times of a feed. docs/feeds.md lists the forms.

#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Reads a moment from 1970 to 9999. A number counts seconds, milliseconds,
/// microseconds or nanoseconds since 1970, told apart by their digits; one of
/// 8, 14 or 17 digits that begins with 19, 20 or 21 is a date
/// ("20210305153000"). Otherwise ISO 8601 with any offset, or none for UTC.
/// What is finer than a millisecond is cut off.
std::optional<Timestamp> ParseTime(std::string_view text);

/// Reads a date in one field and the time of day in another. If `time` is a
/// whole moment by itself, `date` does not matter.
std::optional<Timestamp> ParseDateAndTime(std::string_view date,
                                          std::string_view time);

/// Whether ParseTime() takes `text` for a count since 1970, not for a date.
bool IsCount(std::string_view text);

/// Returns why `text` is not a time, with what to do: a sentence without a full
/// stop. REQUIRES: ParseTime() has returned nothing for it.
std::string WhyNotATime(std::string_view text);

/// Whether `text` looks like a date or a time of day, right or wrong: digits
/// with points, slashes, hyphens or colons between.
bool LooksLikeATime(std::string_view text);

/// Returns "2026-01-02T14:30:00.250Z", or without decimals if they are zero.
std::string TimeText(Timestamp time);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_FIELDS_FEED_TIME_H_
