#ifndef TICKERHUB_WEBSOCKETPP_INPUT_READER_H_
#define TICKERHUB_WEBSOCKETPP_INPUT_READER_H_

// Reads a descriptor, for example standard input, and hands the bytes to the
// hub's thread. The descriptor may be a pipe, a terminal or a file.
//
//     tickerhub::InputReader input(
//         server, STDIN_FILENO,
//         [&](std::string_view bytes) { source.Push(bytes); },
//         [&](std::string_view fault) { source.End(fault); });
//
// A pipe, a terminal or a socket is read on the hub's thread. A regular file
// cannot be waited for, so the reader reads it on a thread of its own. Either
// way it reads on only after the hub has handled what it read before. So a fast
// writer waits and fills no memory.
//
// Threads: construct and destroy on the hub's thread, before Run() or after it
// has returned included. The callbacks run on the hub's thread.

#include <functional>
#include <memory>
#include <string_view>

#include "tickerhub/export.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

/// Hands the bytes of one descriptor to the hub.
class TICKERHUB_EXPORT InputReader {
 public:
  /// Starts to read. Run() calls the callbacks: `on_bytes` with at most 64 KiB
  /// at a time, and `on_end` once. Its argument is empty at the end of the
  /// input; at an error it says what cannot be read and why, in a sentence
  /// without a full stop. A terminal that is gone, or not ours, is at its end.
  /// Does not close the descriptor. `server` must outlive the reader.
  InputReader(Server& server, int descriptor,
              std::function<void(std::string_view)> on_bytes,
              std::function<void(std::string_view)> on_end);
  /// Stops to read. No callback runs afterwards.
  ~InputReader();

  InputReader(const InputReader&) = delete;
  InputReader& operator=(const InputReader&) = delete;

  class Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_INPUT_READER_H_
