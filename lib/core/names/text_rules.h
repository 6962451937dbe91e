#ifndef TICKERHUB_LIB_CORE_NAMES_TEXT_RULES_H_
#define TICKERHUB_LIB_CORE_NAMES_TEXT_RULES_H_

// Rules for names and lines of text that other people see. Unicode decides,
// through ICU, which is inside this one source file.
// REQUIRES for all but IsName(): `text` is valid UTF-8. Any thread may call
// them.

#include <cstddef>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Returns whether a character of it controls a terminal or the direction of
/// the text around it: C0, DEL, C1, line and paragraph separators, embedded
/// directions (U+202A to U+202E, U+2066 to U+2069).
bool HasControl(std::string_view text);

/// Returns whether it begins or ends with a blank: white space, or a character
/// that shows nothing. A mark on the character before it is no blank.
bool HasBlankAtAnEnd(std::string_view text);

/// Returns whether a character of it can be seen by itself.
bool HasVisible(std::string_view text);

/// Returns whether a character of it shows nothing and is no blank: a format
/// character, a filler, a tag. Such are inside of some emoji and of some words
/// of Persian and of Indian languages, too.
bool HasInvisible(std::string_view text);

/// Returns whether it may be a name: it can be seen, has no control character,
/// no blank at an end and at most `max_bytes`. `text` may be anything.
bool IsName(std::string_view text, std::size_t max_bytes);

/// What all spellings of one name have in common, and no other name: NFKC with
/// case folding, without what is invisible (NFKC_Casefold, UAX #31 §5.3). Two
/// names are the same if their keys are equal. Empty if nothing is left.
std::string NameKey(std::string_view name);

/// Returns whether `name` is one that the server speaks under, or `all`, or
/// looks like one: "api", "Server", "a11" (UTS #39 §4).
bool LooksReserved(std::string_view name);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NAMES_TEXT_RULES_H_
