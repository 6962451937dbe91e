#ifndef TICKERHUB_SYMBOL_H_
#define TICKERHUB_SYMBOL_H_

// A validated, upper-case ticker symbol: AAPL, BRK.B, BF-A, ^GSPC, BTC-USD,
// 7203.T, EURUSD=X.
//
//   std::optional<tickerhub::Symbol> symbol =
//   tickerhub::Symbol::Parse("brk.b"); if (symbol) Use(symbol->view()); //
//   "BRK.B"
//
// A value of 32 bytes without a heap allocation: copying is two vector moves,
// comparing is four words. Safe to use from any thread as an int is.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tickerhub {

class Symbol {
 public:
  /// The longest symbol, in characters.
  static constexpr std::size_t kMaxLength = 32;

  /// Reads a symbol and upper-cases it. Returns nothing unless the text has 1
  /// to kMaxLength characters, each an ASCII letter, a digit or one of
  /// . - ^ = / : _ + * $ @ # ! and at least one of them a letter or a digit.
  /// So it never holds a blank, a quote, <, >, &, a backslash, a comma or a
  /// control character, and needs no escaping in JSON, HTML or CSV.
  static std::optional<Symbol> Parse(std::string_view text);

  /// The rule above as one sentence, for error messages.
  static const char* Rule();

  /// Valid as long as this object is.
  std::string_view view() const { return {chars_.data(), length()}; }
  std::string ToString() const { return std::string(view()); }
  std::size_t length() const;

  /// Spreads well over all 64 bits. Differs from run to run, so don't store it
  /// and don't rely on the order of a hash table.
  std::uint64_t Hash() const;

  friend bool operator==(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.chars_.data(), b.chars_.data(), kMaxLength) == 0;
  }
  friend bool operator!=(const Symbol& a, const Symbol& b) { return !(a == b); }
  /// Alphabetical, by ASCII code.
  friend bool operator<(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.chars_.data(), b.chars_.data(), kMaxLength) < 0;
  }

 private:
  Symbol() = default;

  std::array<char, kMaxLength> chars_{};  // padded with zeros
};

}  // namespace tickerhub

template <>
struct std::hash<tickerhub::Symbol> {
  std::size_t operator()(const tickerhub::Symbol& symbol) const {
    return static_cast<std::size_t>(symbol.Hash());
  }
};

#endif  // TICKERHUB_SYMBOL_H_
