#ifndef TICKERHUB_BENCHMARKS_LOAD_TESTS_FRAMES_H_
#define TICKERHUB_BENCHMARKS_LOAD_TESTS_FRAMES_H_

#include <string>
#include <string_view>

#include "load/frame_parser.h"

namespace tickerhub::load::testing {

/// A frame as a server sends it. Written apart from all that is tested here.
inline std::string ServerFrame(Opcode opcode, std::string_view payload,
                               bool fin = true) {
  std::string frame;
  frame += static_cast<char>((fin ? 0x80 : 0) | static_cast<int>(opcode));
  const std::size_t size = payload.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else if (size < 65536) {
    frame += static_cast<char>(126);
    frame += static_cast<char>(size / 256);
    frame += static_cast<char>(size % 256);
  } else {
    frame += static_cast<char>(127);
    for (int i = 7; i >= 0; --i) frame += static_cast<char>(size >> i * 8);
  }
  return frame.append(payload);
}

inline std::string Text(std::string_view payload) {
  return ServerFrame(Opcode::kText, payload);
}

}  // namespace tickerhub::load::testing

#endif  // TICKERHUB_BENCHMARKS_LOAD_TESTS_FRAMES_H_
