#ifndef TICKERHUB_LINE_SPLITTER_H_
#define TICKERHUB_LINE_SPLITTER_H_

// Cuts a stream of bytes, in pieces of any size, into lines.
//
//   tickerhub::LineSplitter lines(4096, [](std::string_view line, bool whole) {
//     if (whole) Use(line);
//   });
//   lines.Push("one\ntw");
//   lines.Push("o\n");
//   lines.End();
//
// Threads: use from one thread.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tickerhub {

class LineSplitter {
 public:
  /// Gets each line without its LF or CR LF, valid during the call only. A line
  /// of more than `max_line_bytes` comes once, at its end, as its first
  /// `max_line_bytes` with `whole` false; no more of it is kept.
  using LineCallback = std::function<void(std::string_view line, bool whole)>;

  /// REQUIRES: `on_line` does not call Push() or End().
  LineSplitter(std::size_t max_line_bytes, LineCallback on_line);

  void Push(std::string_view bytes);
  /// A last line without its line feed counts too, unless it is empty.
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
