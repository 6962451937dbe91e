#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Hands lines to the user's log callback, one at a time. Any thread may call.
class LogSink {
 public:
  using Callback = std::function<void(LogLevel, std::string_view)>;

  explicit LogSink(Callback callback) : callback_(std::move(callback)) {}

  void Write(LogLevel level, std::string_view line) {
    if (!callback_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    callback_(level, line);
  }

  /// Logs an exception that a handler threw. Without a callback it goes to
  /// standard error, because nobody would hear of it otherwise.
  void WriteFailure(const std::string& line) {
    if (callback_) {
      Write(LogLevel::kError, line);
    } else {
      std::fprintf(stderr, "tickerhub: %s\n", line.c_str());
    }
  }

 private:
  std::mutex mutex_;
  Callback callback_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
