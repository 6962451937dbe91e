#include "tickerhub/quote_text.h"

#include "names/text_rules.h"

namespace tickerhub {

std::optional<QuoteText> QuoteText::Parse(std::string_view text) {
  if (!internal::IsName(text, kMaxBytes) || internal::HasInvisible(text)) {
    return std::nullopt;
  }
  QuoteText parsed;
  parsed.text_ = text;
  return parsed;
}

const char* QuoteText::Rule() {
  return "a name or a currency has 1 to 128 bytes of UTF-8, without control "
         "and invisible characters and without blanks at its ends";
}

}  // namespace tickerhub
