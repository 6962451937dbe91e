#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_

#include <functional>
#include <mutex>
#include <string_view>
#include <utility>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub::internal {

/// Hands lines to the user's log callback, one at a time. Any thread may write.
class LogSink {
 public:
  using Callback = std::function<void(LogLevel, std::string_view)>;

  explicit LogSink(Callback callback) : callback_(std::move(callback)) {}

  void Write(LogLevel level, std::string_view line) {
    if (!callback_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    callback_(level, line);
  }

 private:
  std::mutex mutex_;
  Callback callback_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
