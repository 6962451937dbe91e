#ifndef TICKERHUB_EXAMPLES_COMMON_LOGGING_H_
#define TICKERHUB_EXAMPLES_COMMON_LOGGING_H_

// The log of a program: spdlog's default logger, on standard error. Standard
// output is left to the start line.

#include <cstdint>
#include <string>
#include <string_view>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

enum class LogFormat : std::uint8_t { kText, kJson };

/// "trace, debug, info, warning, error, critical or off"
std::string LogLevelNames();
bool IsLogLevel(const std::string& name);

/// REQUIRES: IsLogLevel(level).
void StartLogging(const std::string& level, LogFormat format);

/// Server::Options::log. Any thread may call it.
void LogForServer(LogLevel level, std::string_view line);

/// Server::Options::access_log, likewise. Logs at info level.
void LogAccessForServer(const AccessRecord& record);

/// Appends `text` to `*out` as the inside of a JSON string (RFC 8259 §7). A
/// byte that is not UTF-8 becomes U+FFFD.
void AppendJsonText(std::string* out, std::string_view text);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_LOGGING_H_
