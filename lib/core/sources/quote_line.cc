#include "sources/quote_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kMaxQuoted = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

QuoteLine Bad(std::string reason) {
  return {std::nullopt, {}, std::nullopt, std::move(reason)};
}

// The fields of one line. Those beyond the third are only counted.
struct Fields {
  std::array<std::string_view, 3> text;
  std::size_t count = 0;
  std::string reason;  // why the line cannot be split; empty: it can

  void Add(std::string_view field) {
    if (count < text.size()) text[count] = field;
    ++count;
  }
};

Fields SplitAtBlanks(std::string_view line) {
  Fields fields;
  while (!line.empty()) {
    const auto end = std::find_if(line.begin(), line.end(), IsBlank);
    const auto size = static_cast<std::size_t>(end - line.begin());
    fields.Add(line.substr(0, size));
    line = Trimmed(line.substr(size));
  }
  return fields;
}

// Takes a field in double quotes off the front of the line, where its first
// quote is. A doubled quote stays doubled: no good field has one. Returns
// nothing if the closing quote is missing.
std::optional<std::string_view> TakeQuotedField(std::string_view* line) {
  std::size_t end = line->find('"', 1);
  while (end != std::string_view::npos && line->substr(end + 1, 1) == "\"") {
    end = line->find('"', end + 2);
  }
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view field = line->substr(1, end - 1);
  line->remove_prefix(end + 1);
  return field;
}

Fields SplitAtCommas(std::string_view line) {
  Fields fields;
  for (;;) {
    line = Trimmed(line);
    if (!line.empty() && line.front() == '"') {
      const std::string_view start = line;
      const auto field = TakeQuotedField(&line);
      line = Trimmed(line);
      if (!field) {
        fields.reason =
            "the double quote that opens " + Quoted(start) + " is never closed";
        return fields;
      }
      if (!line.empty() && line.front() != ',') {
        fields.reason =
            "there is text behind a closing double quote: " + Quoted(line);
        return fields;
      }
      fields.Add(*field);
    } else {
      const std::size_t size = std::min(line.find(','), line.size());
      fields.Add(Trimmed(line.substr(0, size)));
      line.remove_prefix(size);
    }
    if (line.empty()) return fields;
    line.remove_prefix(1);  // the comma
  }
}

// `time` is nothing if the line has none.
QuoteLine MakeQuote(std::string_view symbol, std::string_view price,
                    std::optional<std::string_view> time) {
  QuoteLine result;
  result.symbol = Symbol::Parse(symbol);
  if (!result.symbol) {
    return Bad(symbol.empty()
                   ? "the symbol is missing"
                   : Quoted(symbol) + " is not a symbol: " + Symbol::Rule());
  }
  PriceError why{};
  const std::optional<Price> parsed = Price::Parse(price, &why);
  if (!parsed) {
    return Bad(price.empty()
                   ? Describe(why)
                   : Quoted(price) + " is not a price: " + Describe(why));
  }
  result.price = *parsed;
  if (time) {
    result.time = ParseTime(*time);
    if (!result.time) {
      return Bad(Quoted(*time) +
                 " is not a time: it must be seconds or milliseconds since "
                 "1970, or like 2026-01-02T14:30:00Z, before the year 10000");
    }
  }
  return result;
}

}  // namespace

QuoteLine ParseQuoteLine(std::string_view line, bool whole, bool* first) {
  if (!whole) {
    *first = false;
    return Bad("the line is longer than " + std::to_string(line.size()) +
               " bytes: " + Quoted(line));
  }
  if (*first && line.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line.remove_prefix(kByteOrderMark.size());
  }
  line = Trimmed(line);
  if (line.empty() || line.front() == '#') return {};
  const bool may_be_header = std::exchange(*first, false);
  // No form has one, and the JSON reader would take it for the end.
  if (line.find('\0') != std::string_view::npos) {
    return Bad("the line has a NUL byte in it: " + Quoted(line));
  }
  if (line.front() == '{') {
    std::variant<QuoteJson, std::string> json = ReadQuoteJson(line);
    if (auto* reason = std::get_if<std::string>(&json)) {
      return Bad(std::move(*reason));
    }
    const auto& quote = std::get<QuoteJson>(json);
    return MakeQuote(quote.symbol, quote.price, quote.time);
  }

  Fields fields;
  if (line.find(',') == std::string_view::npos) {
    fields = SplitAtBlanks(line);
    if (fields.count != 2) {
      return Bad(Quoted(line) + " is not a line of the form SYMBOL PRICE");
    }
  } else {
    fields = SplitAtCommas(line);
    if (!fields.reason.empty()) return Bad(std::move(fields.reason));
    if (fields.count != 2 && fields.count != 3) {
      return Bad(Quoted(line) + " has " + std::to_string(fields.count) +
                 " fields, but SYMBOL,PRICE and TIME,SYMBOL,PRICE have 2 or 3");
    }
  }
  std::optional<std::string_view> time;
  if (fields.count == 3) time = fields.text[0];
  const std::string_view symbol = fields.text[fields.count - 2];
  const std::string_view price = fields.text[fields.count - 1];
  if (may_be_header && EqualsIgnoringCase(price, "price")) return {};
  return MakeQuote(symbol, price, time);
}

std::string Quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, kMaxQuoted)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    }
  }
  out += text.size() > kMaxQuoted ? "...\"" : "\"";
  return out;
}

}  // namespace tickerhub::internal
