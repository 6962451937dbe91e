#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_

// Which characters may stand where, in names and in lines of text that other
// people get to see. REQUIRES of all: `text` is valid UTF-8.

#include <string_view>

namespace tickerhub::internal {

/// Something in it steers a terminal or the direction of the text around it
/// rather than being seen: C0, DEL, C1, line and paragraph separators, embedded
/// directions (U+202A to U+202E, U+2066 to U+2069).
bool HasControl(std::string_view text);

/// Begins or ends with something that can't be seen: a blank of ASCII or
/// Unicode, or a character of no width.
bool HasBlankAtAnEnd(std::string_view text);

/// Consists of such blanks alone, or is empty.
bool IsOnlyBlanks(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_TEXT_RULES_H_
