#ifndef TICKERHUB_LIB_CORE_FIELDS_KNOWN_NAMES_H_
#define TICKERHUB_LIB_CORE_FIELDS_KNOWN_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tickerhub/feed_format.h"

namespace tickerhub::internal {

constexpr std::size_t kFeedFields =
    static_cast<std::size_t>(FeedField::kIgnored);

constexpr std::size_t IndexOf(FeedField field) {
  return static_cast<std::size_t>(field);
}

/// How clearly a name says its field. The clearest of several counts.
enum class Clarity : std::uint8_t {
  kOwnName,  ///< the first one of the field: "symbol"
  kWord,     ///< another word: "ticker"
  kLetter,   ///< one letter: "s"
};

struct KnownName {
  FeedField field;
  Clarity clarity;
};

/// Returns what a column of this name is, or nothing if no name is like that.
/// Case, blanks, hyphens, underscores and the brackets of "<TICKER>" do not
/// matter.
std::optional<KnownName> KnownColumn(std::string_view name);

/// The same for a field of a JSON object. There the case of one letter matters:
/// "E" may be a time, and "e" the kind of an event.
std::optional<KnownName> KnownJsonField(std::string_view name);

/// Returns the name of a field in sentences: "previousClose".
std::string_view NameOf(FeedField field);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_FIELDS_KNOWN_NAMES_H_
