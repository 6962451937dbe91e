#include "common/unblocked_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace tickerhub::examples {

void UnblockedSink::sink_it_(const spdlog::details::log_msg& message) {
  if (lost_ > 0) {
    const std::string text = std::to_string(lost_) +
                             " lines of the log are lost: who reads it did "
                             "not keep up";
    spdlog::details::log_msg lost("", spdlog::level::warn, text);
    if (Write(lost)) lost_ = 0;
  }
  if (lost_ > 0 || !Write(message)) ++lost_;
}

bool UnblockedSink::Write(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  if (is_torn_) line.push_back('\n');
  formatter_->format(message, line);
  const std::size_t taken = Write({line.data(), line.size()});
  if (taken > 0) is_torn_ = taken < line.size();
  return taken == line.size();
}

std::size_t UnblockedSink::Write(std::string_view text) const {
  std::size_t taken = 0;
  while (taken < text.size()) {
    pollfd ready{descriptor_, POLLOUT, 0};
    if (::poll(&ready, 1, 0) < 1) break;
    // A pipe that is ready takes so much at once without waiting.
    const std::size_t size =
        std::min<std::size_t>(text.size() - taken, PIPE_BUF);
    const ssize_t written = ::write(descriptor_, text.data() + taken, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    taken += static_cast<std::size_t>(written);
  }
  return taken;
}

}  // namespace tickerhub::examples
