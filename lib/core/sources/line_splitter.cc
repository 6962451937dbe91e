#include "tickerhub/line_splitter.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tickerhub {

LineSplitter::LineSplitter(std::size_t max_line_bytes, LineCallback on_line)
    : max_line_bytes_(std::min<std::size_t>(max_line_bytes, SIZE_MAX - 1)),
      on_line_(std::move(on_line)) {}

void LineSplitter::Push(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return Keep(bytes);
    if (!begun_) {
      Emit(bytes.substr(0, end), false);  // in one piece: no copy
    } else {
      Keep(bytes.substr(0, end));
      FinishLine();
    }
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::End() {
  if (!begun_ || partial_ == "\r") return Forget();
  FinishLine();
}

// One byte more than the limit: it may be the CR of a CR LF.
void LineSplitter::Keep(std::string_view part) {
  begun_ = true;
  const std::size_t room = max_line_bytes_ + 1 - partial_.size();
  partial_.append(part.substr(0, room));
  if (part.size() > room) too_long_ = true;
}

void LineSplitter::FinishLine() {
  // Empty before the callback runs, should that throw.
  std::string line;
  line.swap(partial_);
  const bool too_long = too_long_;
  Forget();
  Emit(line, too_long);
  line.clear();
  partial_.swap(line);  // keeps its memory for the next one
}

void LineSplitter::Forget() {
  partial_.clear();
  begun_ = false;
  too_long_ = false;
}

void LineSplitter::Emit(std::string_view line, bool too_long) {
  if (!too_long && !line.empty() && line.back() == '\r') line.remove_suffix(1);
  const bool whole = !too_long && line.size() <= max_line_bytes_;
  on_line_(line.substr(0, max_line_bytes_), whole);
}

}  // namespace tickerhub
