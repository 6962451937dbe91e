#ifndef TICKERHUB_SYMBOL_H_
#define TICKERHUB_SYMBOL_H_

// A Symbol is a valid ticker symbol in upper case: AAPL, BRK.B, BF-A, ^GSPC,
// BTC-USD, 7203.T, EURUSD=X.
//
//     std::optional<tickerhub::Symbol> symbol =
//         tickerhub::Symbol::Parse("brk.b");
//     if (symbol) std::cout << symbol->view() << std::endl;  // BRK.B
//
// A symbol contains no blank, quote, <, >, &, backslash, comma or control
// character, so it needs no escaping in JSON, HTML or CSV.
//
// It is a value of 32 bytes without a heap allocation, cheap to copy, compare
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
  /// The longest symbol, in characters.
  static constexpr std::size_t kMaxLength = 32;

  /// Reads a symbol; lower case becomes upper case. Returns nothing unless
  /// `text` has 1 to kMaxLength characters, each of them an ASCII letter, a
  /// digit or one of . - ^ = / : _ + * $ @ # ! and at least one of them a
  /// letter or a digit.
  static std::optional<Symbol> Parse(std::string_view text);

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
struct TICKERHUB_EXPORT std::hash<tickerhub::Symbol> {
  std::size_t operator()(const tickerhub::Symbol& symbol) const {
    return static_cast<std::size_t>(symbol.Hash());
  }
};

#endif  // TICKERHUB_SYMBOL_H_
