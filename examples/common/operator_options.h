#ifndef TICKERHUB_EXAMPLES_COMMON_OPERATOR_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_OPERATOR_OPTIONS_H_

// The options of both servers that are for those who run them: logs, metrics,
// and how a server stops.

#include <chrono>
#include <cstdint>
#include <string>

#include "common/command_line.h"
#include "common/logging.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct OperatorOptions {
  std::string log_level = "info";
  LogFormat log_format = LogFormat::kText;
  bool access_log = false;
  bool metrics = true;
  std::chrono::milliseconds drain{0};
  std::uint64_t reconnects_per_second = 1'000;
};

/// Adds --log-level, --log-format, --access-log, --no-metrics, --drain-seconds
/// and --reconnects-per-second, under a heading of their own.
void AddOperatorOptions(CommandLine* line, OperatorOptions* options);

/// Sets what the library has to know, and has the server log to spdlog.
void ApplyOperatorOptions(const OperatorOptions& options,
                          Server::Options* result);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_OPERATOR_OPTIONS_H_
