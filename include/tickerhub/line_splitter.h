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

  LineSplitter(std::size_t max_line_bytes, LineCallback on_line);

  void Push(std::string_view bytes);
  /// A last line without its line feed counts too, unless it is empty.
  void End();

 private:
  void Keep(std::string_view part);
  void FinishLine();

  std::size_t max_line_bytes_;
  LineCallback on_line_;
  std::string partial_;  // the unfinished line, up to the limit
  bool too_long_ = false;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LINE_SPLITTER_H_
