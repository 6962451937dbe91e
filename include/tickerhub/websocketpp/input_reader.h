#ifndef TICKERHUB_WEBSOCKETPP_INPUT_READER_H_
#define TICKERHUB_WEBSOCKETPP_INPUT_READER_H_

// Reads a descriptor, standard input for one, and hands what comes to the hub's
// thread: pipes, terminals and files alike.
//
//   tickerhub::InputReader input(server, STDIN_FILENO,
//       [&](std::string_view bytes) { source.Push(bytes); },
//       [&] { source.End(); });
//
// A thread of its own waits for the input; it reads on only after the hub has
// handled what was read before, so a fast writer waits rather than fills
// memory.

#include <functional>
#include <memory>
#include <string_view>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

class InputReader {
 public:
  /// Starts reading. Both callbacks come on the hub's thread, from Run() on:
  /// `on_bytes` with at most 64 KiB at a time, `on_end` once, at the end of the
  /// input or on an error. The descriptor stays yours and open. `server` must
  /// outlive the reader.
  InputReader(Server& server, int descriptor,
              std::function<void(std::string_view)> on_bytes,
              std::function<void()> on_end);
  /// Stops reading; no callback comes after. Destroy on the hub's thread or
  /// after Run() has returned.
  ~InputReader();

  InputReader(const InputReader&) = delete;
  InputReader& operator=(const InputReader&) = delete;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_INPUT_READER_H_
