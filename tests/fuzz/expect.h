#ifndef TICKERHUB_TESTS_FUZZ_EXPECT_H_
#define TICKERHUB_TESTS_FUZZ_EXPECT_H_

// What every fuzz target needs: an expectation that holds in every build, and a
// reader of the first bytes of an input, which choose how the rest is used.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tickerhub::fuzz {

/// Ends the program if `holds` is false, so that the fuzzer keeps the input.
inline void Expect(bool holds, const char* sentence) {
  if (holds) return;
  std::fprintf(stderr, "expected: %s\n", sentence);
  std::abort();
}

/// Takes one byte from the front of the input; 0 if none is left.
inline std::uint8_t TakeByte(std::string_view* input) {
  if (input->empty()) return 0;
  const char first = input->front();
  input->remove_prefix(1);
  return static_cast<std::uint8_t>(first);
}

inline std::string_view AsText(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace tickerhub::fuzz

#endif  // TICKERHUB_TESTS_FUZZ_EXPECT_H_
