#ifndef TICKERHUB_QUOTE_TEXT_H_
#define TICKERHUB_QUOTE_TEXT_H_

// A QuoteText is a text of a quote that people read: the name of the instrument
// or its currency.
//
//     tickerhub::QuoteUpdate update(*tickerhub::Symbol::Parse("AAPL"), now);
//     update.name = tickerhub::QuoteText::Parse("Apple Inc.");
//     update.currency = tickerhub::QuoteText::Parse("USD");
//
// It contains no control character, no invisible one and none that changes the
// direction of writing, so what is shown is what it is. It may contain quotes,
// & and <, so escape it wherever you write it. The protocol and the pages do.
//
// Threads: a value; use it from any thread as you use a std::string.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT QuoteText {
 public:
  /// The longest text, in bytes of UTF-8.
  static constexpr std::size_t kMaxBytes = 128;

  /// An empty text, which Parse() never returns.
  QuoteText() = default;

  /// Reads a text, and keeps it as it is. Returns nothing unless `text` is 1 to
  /// kMaxBytes bytes of UTF-8 without control and invisible characters, and
  /// without blanks at its ends.
  static std::optional<QuoteText> Parse(std::string_view text);

  /// Returns the rule of Parse() as a sentence, for error messages.
  static const char* Rule();

  const std::string& value() const { return text_; }

  friend bool operator==(const QuoteText& a, const QuoteText& b) {
    return a.text_ == b.text_;
  }
  friend bool operator!=(const QuoteText& a, const QuoteText& b) {
    return !(a == b);
  }

 private:
  std::string text_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_QUOTE_TEXT_H_
