#include "handshake/accept_key.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tickerhub::internal {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyBytes = 24;
constexpr std::size_t kBytes = kKeyBytes + kGuid.size();
static_assert(kBytes == 60, "the message of 60 bytes fills two blocks");

// SHA-1 (RFC 3174) of a message of 60 bytes. What follows it in the first block
// and the whole second block are padding, so they are always the same.
using Words = std::array<std::uint32_t, 80>;

constexpr std::uint32_t Rotated(std::uint32_t word, int bits) {
  return word << bits | word >> (32 - bits);
}

// Fills the words behind the first 16.
constexpr Words Extended(Words words) {
  for (std::size_t i = 16; i < words.size(); ++i) {
    words[i] =
        Rotated(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  return words;
}

constexpr Words SecondBlock() {
  Words words{};
  words[15] = kBytes * 8;
  return Extended(words);
}

struct State {
  std::uint32_t a = 0x67452301;
  std::uint32_t b = 0xEFCDAB89;
  std::uint32_t c = 0x98BADCFE;
  std::uint32_t d = 0x10325476;
  std::uint32_t e = 0xC3D2E1F0;
};

template <typename Mix>
void Rounds(const std::uint32_t* words, std::uint32_t constant, Mix mix,
            State* state) {
  auto [a, b, c, d, e] = *state;
  // Unrolled, here and below, so that no value moves.
#pragma GCC unroll 20
  for (int i = 0; i < 20; ++i) {
    const std::uint32_t next =
        Rotated(a, 5) + mix(b, c, d) + e + constant + words[i];
    e = d;
    d = c;
    c = Rotated(b, 30);
    b = a;
    a = next;
  }
  *state = {a, b, c, d, e};
}

void AddBlock(const Words& words, State* state) {
  using Word = std::uint32_t;
  const auto parity = [](Word b, Word c, Word d) { return b ^ c ^ d; };
  State mixed = *state;
  Rounds(
      words.data(), 0x5A827999,
      [](Word b, Word c, Word d) { return d ^ (b & (c ^ d)); }, &mixed);
  Rounds(words.data() + 20, 0x6ED9EBA1, parity, &mixed);
  Rounds(
      words.data() + 40, 0x8F1BBCDC,
      [](Word b, Word c, Word d) { return (b & c) | (d & (b | c)); }, &mixed);
  Rounds(words.data() + 60, 0xCA62C1D6, parity, &mixed);
  state->a += mixed.a;
  state->b += mixed.b;
  state->c += mixed.c;
  state->d += mixed.d;
  state->e += mixed.e;
}

constexpr std::uint32_t WordOf(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) {
    word = word << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return word;
}

// RFC 4648 §4: three bytes are four digits. 20 bytes are six times three, and
// two.
AcceptKey InBase64(const State& state) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::array<std::uint32_t, 6> words = {state.a, state.b, state.c,
                                              state.d, state.e, 0};
  AcceptKey text;
#pragma GCC unroll 27
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    // The digit is six bits, which two words may share.
    const std::size_t bit = i * 6;
    const std::uint64_t both =
        std::uint64_t{words[bit / 32]} << 32 | words[bit / 32 + 1];
    text[i] = kDigits[both >> (58 - bit % 32) & 0x3F];
  }
  text.back() = '=';
  return text;
}

}  // namespace

AcceptKey AcceptKeyOf(std::string_view key) {
  std::array<char, 64> block{};
  std::copy(key.begin(), key.begin() + kKeyBytes, block.begin());
  std::copy(kGuid.begin(), kGuid.end(), block.begin() + kKeyBytes);
  block[kBytes] = '\x80';  // the padding begins
  Words words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = WordOf(&block[i * 4]);
  static constexpr Words kSecondBlock = SecondBlock();
  State state;
  AddBlock(Extended(words), &state);
  AddBlock(kSecondBlock, &state);
  return InBase64(state);
}

}  // namespace tickerhub::internal
