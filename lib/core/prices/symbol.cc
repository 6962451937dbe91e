#include "tickerhub/symbol.h"

#include "prices/symbol_characters.h"
#include "prices/symbol_words.h"

namespace tickerhub {
namespace {

enum class Kind : unsigned char {
  kRefused,
  kOther,   // may be in a symbol
  kNaming,  // a letter or a digit
  kBlank,
  kNotAscii,
};

struct KindTable {
  Kind kinds[256] = {};

  constexpr KindTable() {
    for (int byte = 0x80; byte < 256; ++byte) kinds[byte] = Kind::kNotAscii;
    for (char c = '0'; c <= '9'; ++c) At(c) = Kind::kNaming;
    for (char c = 'A'; c <= 'Z'; ++c) At(c) = Kind::kNaming;
    for (char c = 'a'; c <= 'z'; ++c) At(c) = Kind::kNaming;
    for (const char c : std::string_view(".-^=/:_+*$@#!&%~()|?")) {
      At(c) = Kind::kOther;
    }
    At(' ') = Kind::kBlank;
  }
  constexpr Kind& At(char c) { return kinds[static_cast<unsigned char>(c)]; }
  constexpr Kind Of(char c) const {
    return kinds[static_cast<unsigned char>(c)];
  }
};

constexpr KindTable kKinds;

}  // namespace

std::optional<Symbol> Symbol::Parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxLength) return std::nullopt;
  if (text.front() == ' ' || text.back() == ' ') return std::nullopt;
  Symbol symbol;
  bool named = false;
  bool is_ascii = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Kind kind = kKinds.Of(text[i]);
    if (kind == Kind::kRefused) return std::nullopt;
    named = named || kind == Kind::kNaming;
    is_ascii = is_ascii && kind != Kind::kNotAscii;
    symbol.chars_[i] = text[i];
  }
  if (!is_ascii && !internal::TakesWideCharacters(text, &named)) {
    return std::nullopt;
  }
  if (!named) return std::nullopt;
  return symbol;
}

Symbol Symbol::UpperCased() const {
  Symbol upper = *this;
  for (char& c : upper.chars_) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

const char* Symbol::Rule() {
  return "a symbol has 1 to 64 bytes: letters, digits, blanks between them and "
         "the characters .-^=/:_+*$@#!&%~()|?, and at least one letter or "
         "digit";
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
