#ifndef TICKERHUB_TESTS_LOAD_SERVER_FRAMES_H_
#define TICKERHUB_TESTS_LOAD_SERVER_FRAMES_H_

#include <string>
#include <string_view>

#include "frames/message_deflate.h"
#include "load/websocket.h"

namespace tickerhub::load::testing {

/// A frame as a server sends it. Written apart from all that is tested here.
inline std::string ServerFrame(Opcode opcode, std::string_view payload,
                               bool fin = true) {
  std::string frame;
  frame += static_cast<char>((fin ? 0x80 : 0) | static_cast<int>(opcode));
  const std::size_t size = payload.size();
  const int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  frame += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
  for (int i = bytes - 1; i >= 0; --i)
    frame += static_cast<char>(size >> i * 8);
  return frame.append(payload);
}

inline std::string Text(std::string_view payload) {
  return ServerFrame(Opcode::kText, payload);
}

/// A frame that says its payload is compressed.
inline std::string Compressed(std::string frame) {
  frame[0] = static_cast<char>(frame[0] | 0x40);
  return frame;
}

inline std::string CompressedText(std::string_view text) {
  return Compressed(Text(internal::MessageDeflater(15).Deflate(text)));
}

}  // namespace tickerhub::load::testing

#endif  // TICKERHUB_TESTS_LOAD_SERVER_FRAMES_H_
