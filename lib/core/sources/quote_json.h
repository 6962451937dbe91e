#ifndef TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_
#define TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_

#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// What a feed's JSON object says, as text: a number's is the one in the line,
/// so that nothing passes through a double.
struct QuoteJson {
  std::string symbol;
  std::string price;
  std::optional<std::string> time;
};

/// Reads one JSON object: "symbol" (or "stock"), "price" (a number, or a string
/// with one in it) and perhaps "time" (likewise). Returns nothing if it is
/// good, else the reason, a sentence without a full stop.
/// REQUIRES: no NUL byte in `line`.
std::string ReadQuoteJson(std::string_view line, QuoteJson* quote);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_
