#ifndef TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_
#define TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_

#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// What the JSON object of a feed says, as text. A number is the text in the
/// line, so nothing passes through a double.
struct QuoteJson {
  std::string symbol;
  std::string price;
  std::optional<std::string> time;
};

struct QuoteJsonResult {
  std::optional<QuoteJson> quote;
  std::string reason;  ///< if there is no quote: a sentence without a full stop
};

/// Reads one JSON object: "symbol" (or "stock"), "price" (a number, or a string
/// that contains one) and perhaps "time" (likewise).
/// REQUIRES: no NUL byte in `line`.
QuoteJsonResult ReadQuoteJson(std::string_view line);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_QUOTE_JSON_H_
