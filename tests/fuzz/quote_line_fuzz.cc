// Lines of a feed, prices, symbols and times. What is accepted is printed, and
// what was printed reads as the same.

#include <optional>
#include <string>
#include <string_view>

#include "fuzz/expect.h"
#include "sources/quote_line.h"
#include "tickerhub/price.h"
#include "tickerhub/symbol.h"

using tickerhub::Price;
using tickerhub::Symbol;
using tickerhub::fuzz::Expect;
namespace internal = tickerhub::internal;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const std::uint8_t choice = tickerhub::fuzz::TakeByte(&input);

  if (const std::optional<Price> price = Price::Parse(input)) {
    Expect(Price::Parse(price->ToString()) == price, "a price reads back");
  }
  if (const std::optional<Symbol> symbol = Symbol::Parse(input)) {
    Expect(Symbol::Parse(symbol->ToString()) == symbol, "a symbol reads back");
  }
  internal::ParseTime(input);

  bool first = (choice & 1) != 0;
  const internal::QuoteLine line =
      internal::ParseQuoteLine(input, (choice & 2) == 0, &first);
  if (!line.symbol) return 0;
  Expect(line.reason.empty(), "a line is good or bad, not both");
  // In quotes, because a line that begins with '#' is a comment.
  const std::string written =
      '"' + line.symbol->ToString() + "\"," + line.price.ToString();
  bool not_first = false;
  const internal::QuoteLine again =
      internal::ParseQuoteLine(written, true, &not_first);
  Expect(again.symbol == line.symbol, "the symbol is the same");
  Expect(again.price == line.price, "the price is the same");
  return 0;
}
