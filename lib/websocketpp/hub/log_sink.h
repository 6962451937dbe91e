#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_

#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "text/printable.h"
#include "tickerhub/websocketpp/access_record.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Hands lines to the user's log callback, one at a time. A control character
/// in a line becomes "\x1b", whoever brought it in. Any thread may call.
class LogSink {
 public:
  using Callback = std::function<void(LogLevel, std::string_view)>;

  explicit LogSink(Callback callback) : callback_(std::move(callback)) {}

  /// If the callback throws, the line goes to standard error.
  void Write(LogLevel level, std::string_view line) {
    if (!callback_) return;
    std::string printable;
    AppendPrintable(&printable, line);
    const std::lock_guard<std::mutex> lock(mutex_);
    try {
      callback_(level, printable);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      Print(printable);
    }
  }

  /// Calls `access_log` with the record, one call at a time. Logs an exception
  /// that it throws.
  void WriteAccess(const std::function<void(const AccessRecord&)>& access_log,
                   const AccessRecord& record) {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      access_log(record);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      WriteException("the access log");
    }
  }

  /// Logs a failure. Without a callback it goes to standard error, because
  /// nobody would hear of it otherwise.
  void WriteFailure(const std::string& line) {
    if (callback_) return Write(LogLevel::kError, line);
    std::string printable;
    AppendPrintable(&printable, line);
    Print(printable);
  }

  /// Logs the exception that is being handled as a failure of `what`.
  void WriteException(std::string_view what) {
    std::string line = std::string(what) + " failed";
    try {
      throw;
    } catch (const std::exception& error) {
      line += std::string(": ") + error.what();
    } catch (...) {
      // It says no more.
    }
    WriteFailure(line);
  }

  /// Says so with no more memory than there may be left.
  void WriteOutOfMemory() noexcept {
    static constexpr char kLine[] =
        "out of memory: the server has ended; start it again, with more memory "
        "or with fewer connections";
    try {
      WriteFailure(kLine);
    } catch (...) {
      std::fprintf(stderr, "tickerhub: %s\n", kLine);
    }
  }

 private:
  static void Print(const std::string& printable) {
    std::fprintf(stderr, "tickerhub: %s\n", printable.c_str());
  }

  std::mutex mutex_;
  Callback callback_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_LOG_SINK_H_
