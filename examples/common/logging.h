#ifndef TICKERHUB_EXAMPLES_COMMON_LOGGING_H_
#define TICKERHUB_EXAMPLES_COMMON_LOGGING_H_

// The log of a program: spdlog's default logger, on standard error. Standard
// output is left to the start line.

#include <string>
#include <string_view>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

/// "trace, debug, info, warning, error, critical or off"
std::string LogLevelNames();
bool IsLogLevel(const std::string& name);

/// REQUIRES: IsLogLevel(level).
void StartLogging(const std::string& level);

/// Server::Options::log. Any thread may call it.
void LogForServer(LogLevel level, std::string_view line);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_LOGGING_H_
