#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_

// Rules for the characters of names and of lines of text that other people see.
// REQUIRES for all: `text` is valid UTF-8.

#include <string_view>

namespace tickerhub::internal {

/// Returns whether a character of it controls a terminal or the direction of
/// the text around it: C0, DEL, C1, line and paragraph separators, embedded
/// directions (U+202A to U+202E, U+2066 to U+2069).
bool HasControl(std::string_view text);

/// Returns whether it begins or ends with a blank: a space of ASCII or Unicode,
/// or a character without width.
bool HasBlankAtAnEnd(std::string_view text);

/// Returns whether it is empty or has only such blanks.
bool IsOnlyBlanks(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_
