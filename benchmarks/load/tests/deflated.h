#ifndef TICKERHUB_BENCHMARKS_LOAD_TESTS_DEFLATED_H_
#define TICKERHUB_BENCHMARKS_LOAD_TESTS_DEFLATED_H_

#include <string>
#include <string_view>

#include "frames.h"

namespace tickerhub::load::testing {

/// A message as a sender without context takeover compresses it (RFC 7692
/// §7.2.1).
std::string Deflated(std::string_view message);

/// A text frame that says its payload is compressed.
inline std::string CompressedText(std::string_view deflated) {
  std::string frame = Text(deflated);
  frame[0] = static_cast<char>(frame[0] | 0x40);
  return frame;
}

}  // namespace tickerhub::load::testing

#endif  // TICKERHUB_BENCHMARKS_LOAD_TESTS_DEFLATED_H_
