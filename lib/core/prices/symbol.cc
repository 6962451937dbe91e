#include "tickerhub/symbol.h"

#include "prices/symbol_words.h"

namespace tickerhub {
namespace {

constexpr bool IsLetterOrDigit(char upper) {
  return (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9');
}

// What a byte becomes in a symbol. 0: it is not allowed.
struct CharTable {
  char upper[256] = {};

  constexpr CharTable() {
    for (char c = '0'; c <= '9'; ++c) At(c) = c;
    for (char c = 'A'; c <= 'Z'; ++c) At(c) = c;
    for (char c = 'a'; c <= 'z'; ++c) At(c) = static_cast<char>(c - 'a' + 'A');
    for (const char c : std::string_view(".-^=/:_+*$@#!")) At(c) = c;
  }
  constexpr char& At(char c) { return upper[static_cast<unsigned char>(c)]; }
};

constexpr CharTable kChars;

}  // namespace

std::optional<Symbol> Symbol::Parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxLength) return std::nullopt;
  Symbol symbol;
  bool named = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char upper = kChars.upper[static_cast<unsigned char>(text[i])];
    if (upper == 0) return std::nullopt;
    named = named || IsLetterOrDigit(upper);
    symbol.chars_[i] = upper;
  }
  if (!named) return std::nullopt;
  return symbol;
}

const char* Symbol::Rule() {
  return "a symbol has 1 to 32 characters, each an ASCII letter, a digit or "
         "one of .-^=/:_+*$@#!, and at least one letter or digit";
}

std::size_t Symbol::length() const {
  const void* zero = std::memchr(chars_.data(), 0, kMaxLength);
  if (zero == nullptr) return kMaxLength;
  return static_cast<std::size_t>(static_cast<const char*>(zero) -
                                  chars_.data());
}

std::uint64_t Symbol::Hash() const {
  return internal::HashOf(internal::WordsOf(*this));
}

}  // namespace tickerhub
