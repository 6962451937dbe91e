#ifndef TICKERHUB_LIB_CORE_LINES_PLAUSIBLE_H_
#define TICKERHUB_LIB_CORE_LINES_PLAUSIBLE_H_

#include <string_view>

namespace tickerhub::internal {

/// Returns what a text that stands where a symbol should stand looks like: "a
/// date", "a time", "a number". Empty: nothing but a symbol. A whole number may
/// be a symbol, as 7203 is, unless it counts the seconds since 1970 of a moment
/// after 2001, or the milliseconds and so on.
std::string_view WhatItLooksLike(std::string_view symbol);

/// Whether the text ends with a blank and a number, so that a comma behind it
/// may belong to that number: "AAPL 151" of "AAPL 151,25".
bool MayHaveACommaInItsNumber(std::string_view before_comma);

/// Digits only, as 7203 is.
bool IsWholeNumber(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_PLAUSIBLE_H_
