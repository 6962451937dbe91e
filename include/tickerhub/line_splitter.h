#ifndef TICKERHUB_LINE_SPLITTER_H_
#define TICKERHUB_LINE_SPLITTER_H_

// A LineSplitter cuts a stream of bytes, which comes in pieces of any size,
// into lines. LineSource and ReplaySource use it; it is useful alone.
//
//     tickerhub::LineSplitter lines(
//         4096, [](std::string_view line, bool whole) {
//           if (whole) std::cout << line << std::endl;
//         });
//     lines.Push("one\ntw");
//     lines.Push("o\n");
//     lines.End();
//
// Memory: one unfinished line, bounded by the constructor's first argument.
//
// Threads: use from one thread.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT LineSplitter {
 public:
  /// Gets each line once, when it is complete, without its LF or CR LF. `whole`
  /// is false if the line has more than `max_line_bytes`; `line` is then its
  /// beginning. `line` is valid during the call only.
  using LineCallback = std::function<void(std::string_view line, bool whole)>;

  /// REQUIRES: `on_line` does not call Push() or End().
  LineSplitter(std::size_t max_line_bytes, LineCallback on_line);

  /// Takes the next bytes and calls back for each line that they complete.
  void Push(std::string_view bytes);
  /// The stream has ended. Calls back for what is left, unless it is empty.
  void End();

 private:
  void Keep(std::string_view part);
  void FinishLine();
  void Forget();
  void Emit(std::string_view line, bool too_long);

  std::size_t max_line_bytes_;
  LineCallback on_line_;
  std::string partial_;    // the unfinished line, up to the limit and one more
  bool begun_ = false;     // there is one
  bool too_long_ = false;  // and not all of it was kept
};

}  // namespace tickerhub

#endif  // TICKERHUB_LINE_SPLITTER_H_
