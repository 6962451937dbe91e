#ifndef TICKERHUB_LIB_CORE_PRICES_SYMBOL_WORDS_H_
#define TICKERHUB_LIB_CORE_PRICES_SYMBOL_WORDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "prices/uint128.h"
#include "tickerhub/symbol.h"

namespace tickerhub::internal {

/// The characters of a symbol, padded with zeros. Two symbols are equal if
/// their words are.
using SymbolWords = std::array<std::uint64_t, 8>;
static_assert(sizeof(SymbolWords) == Symbol::kMaxLength);

inline SymbolWords WordsOf(const Symbol& symbol) {
  SymbolWords words;
  std::memcpy(words.data(), symbol.view().data(), sizeof(words));
  return words;
}

/// The bytes from `at` to `at + size`, padded with zeros. Puts them together in
/// a register: bytes that were just written to memory cannot be read as a word
/// before they have left the core, and in an inbox that takes long, because
/// what was written before them waits for other cores.
/// REQUIRES: size is 1 to 8.
inline std::uint64_t WordOf(const char* at, std::size_t size) {
  std::uint64_t word = 0;
  if (size == 8) {
    std::memcpy(&word, at, 8);
    return word;
  }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (size >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  // may overlap with the first
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + size - 4, 4);
    return first | std::uint64_t{last} << (8 * (size - 4));
  }
  for (std::size_t i = size; i-- > 0;) {
    word = word << 8 | static_cast<unsigned char>(at[i]);
  }
#else
  std::memcpy(&word, at, size);
#endif
  return word;
}

/// The words of the symbol that is written exactly like `text`, if there is
/// one. They prove nothing until they are equal to those of a Symbol. Returns
/// nothing if there is certainly none.
inline std::optional<SymbolWords> WordsOfText(std::string_view text) {
  if (text.empty() || text.size() > sizeof(SymbolWords)) return std::nullopt;
  // It would look like the padding.
  if (text.back() == '\0') return std::nullopt;
  const char* const at = text.data();
  const std::size_t size = text.size();
  if (size <= 8) return SymbolWords{WordOf(at, size)};
  if (size <= 16) return SymbolWords{WordOf(at, 8), WordOf(at + 8, size - 8)};
  SymbolWords words{WordOf(at, 8), WordOf(at + 8, 8)};
  for (std::size_t done = 16; done < size; done += 8) {
    words[done / 8] = WordOf(at + done, std::min<std::size_t>(size - done, 8));
  }
  return words;
}

/// Its address is the seed of HashOf(): known before any constructor runs, and
/// different from run to run where the system randomises addresses. So nobody
/// can prepare symbols that collide.
inline const char kSymbolHashSeed = 0;

inline std::uint64_t MixWords(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

/// A hash of our own: that of std::hash<std::string_view> has a known seed, so
/// clients could make symbols collide, and needs the length, which costs more
/// than the three products here, or five beyond 32 bytes. Debian's xxHash would
/// be one more library for every user.
inline std::uint64_t HashOf(const SymbolWords& words) {
  // The constants are digits of pi. Their high bits are set and those of ASCII
  // are not, so no symbol of ASCII makes a factor zero.
  const auto seed = reinterpret_cast<std::uintptr_t>(&kSymbolHashSeed);
  const std::uint64_t low = MixWords(words[0] ^ 0xa4093822299f31d0u ^ seed,
                                     words[1] ^ 0x9f2fb4d1082efa98u);
  const std::uint64_t high = MixWords(words[2] ^ 0xec4e6c89452821e6u ^ seed,
                                      words[3] ^ 0xbe5466cf34e90c6cu);
  std::uint64_t hash =
      MixWords(low ^ 0xc0ac29b7c97c50ddu, high ^ 0xbf84d5b5b5470917u);
  if (words[4] == 0) return hash;  // nearly all: no symbol has a zero inside
  hash = MixWords(words[4] ^ 0x9216d5d98979fb1bu ^ hash,
                  words[5] ^ 0xd1310ba698dfb5acu);
  return MixWords(words[6] ^ 0xb8e1afed6a267e96u ^ hash,
                  words[7] ^ 0xba7c9045f12c7f99u);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_PRICES_SYMBOL_WORDS_H_
