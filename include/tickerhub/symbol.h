#ifndef TICKERHUB_SYMBOL_H_
#define TICKERHUB_SYMBOL_H_

// A Symbol is a ticker symbol as its venue writes it: AAPL, BRK.B, ^GSPC,
// BTC-USD, 7203.T, M&M.NS, AAMpA, "AAPL  240119C00150000".
//
//     std::optional<tickerhub::Symbol> symbol =
//         tickerhub::Symbol::Parse("brk.b");
//     if (symbol) {
//       std::cout << symbol->view() << " " << symbol->UpperCased().view()
//                 << std::endl;  // brk.b BRK.B
//     }
//
// Case counts: AAMpA is not AAMPA. What a client types is looked up as it is
// typed, then in upper case.
//
// A symbol contains no quote, <, >, backslash, comma, semicolon or control
// character, so it needs no escaping in JSON and CSV. In HTML its & does, and
// in a URL most of its characters do. It contains no invisible character and
// none that changes the direction of writing, so what is shown is what it is.
//
// It is a value of 64 bytes without a heap allocation, cheap to copy, compare
// and hash.
//
// Threads: a value; use it from any thread as you use an int.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT Symbol {
 public:
  /// The longest symbol, in bytes of UTF-8.
  static constexpr std::size_t kMaxLength = 64;

  /// Reads a symbol, and keeps it as it is. Returns nothing unless `text` is 1
  /// to kMaxLength bytes of UTF-8 and consists of letters and digits of any
  /// script (with the accents and vowel signs behind them), of blanks that are
  /// not at an end, and of . - ^ = / : _ + * $ @ # ! & % ~ ( ) | ? with at
  /// least one letter or digit.
  static std::optional<Symbol> Parse(std::string_view text);

  /// Returns the symbol with the ASCII letters in upper case.
  Symbol UpperCased() const;

  /// Returns the rule of Parse() as a sentence, for error messages.
  static const char* Rule();

  /// The characters. Valid as long as this object.
  std::string_view view() const { return {chars_.data(), length()}; }
  std::string ToString() const { return std::string(view()); }
  std::size_t length() const;

  /// Spreads well over all 64 bits. Depends on the address at which the program
  /// is loaded, so it differs from run to run where the system randomises
  /// addresses. Do not store it, and do not rely on the order of a hash table.
  std::uint64_t Hash() const;

  friend bool operator==(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.chars_.data(), b.chars_.data(), kMaxLength) == 0;
  }
  friend bool operator!=(const Symbol& a, const Symbol& b) { return !(a == b); }
  /// By the codes of the characters: upper case before lower case.
  friend bool operator<(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.chars_.data(), b.chars_.data(), kMaxLength) < 0;
  }

 private:
  Symbol() = default;

  std::array<char, kMaxLength> chars_{};  // padded with zeros
};

}  // namespace tickerhub

template <>
struct TICKERHUB_EXPORT std::hash<tickerhub::Symbol> {
  std::size_t operator()(const tickerhub::Symbol& symbol) const {
    return static_cast<std::size_t>(symbol.Hash());
  }
};

#endif  // TICKERHUB_SYMBOL_H_
