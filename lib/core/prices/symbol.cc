#include "tickerhub/symbol.h"

#include "prices/uint128.h"

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

// Its address is the seed of Hash(): known before any constructor runs, and
// different from run to run where the system randomises addresses. So nobody
// can prepare symbols that collide.
const char kHashSeed = 0;

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  const internal::Uint128 product = static_cast<internal::Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

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

// A hash of our own: that of std::hash<std::string_view> has a known seed, so
// clients could make symbols collide, and needs the length, which costs more
// than the three products here. Debian's xxHash would be one more library for
// every user.
std::uint64_t Symbol::Hash() const {
  // The constants are digits of pi. Their high bits are set and those of ASCII
  // are not, so no symbol makes a factor zero.
  std::uint64_t word[4];
  std::memcpy(word, chars_.data(), kMaxLength);
  const auto seed = reinterpret_cast<std::uintptr_t>(&kHashSeed);
  const std::uint64_t low =
      Mix(word[0] ^ 0xa4093822299f31d0u ^ seed, word[1] ^ 0x9f2fb4d1082efa98u);
  const std::uint64_t high =
      Mix(word[2] ^ 0xec4e6c89452821e6u ^ seed, word[3] ^ 0xbe5466cf34e90c6cu);
  return Mix(low ^ 0xc0ac29b7c97c50ddu, high ^ 0xbf84d5b5b5470917u);
}

}  // namespace tickerhub
