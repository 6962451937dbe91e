#include "common/operator_options.h"

namespace tickerhub::examples {

void AddOperatorOptions(CommandLine* line, OperatorOptions* options) {
  line->BeginGroup("Operation");
  line->AddParsed(
      "--log-level", "LEVEL", options->log_level,
      [options](const std::string& name) {
        if (!IsLogLevel(name)) {
          throw UsageError("--log-level must be one of " + LogLevelNames() +
                           ", not \"" + name + "\"");
        }
        options->log_level = name;
      },
      "What is logged to standard error: " + LogLevelNames());
  line->AddParsed(
      "--log-format", "FORMAT", "text",
      [options](const std::string& name) {
        if (name != "text" && name != "json") {
          throw UsageError("--log-format must be text or json, not \"" + name +
                           "\"");
        }
        options->log_format =
            name == "json" ? LogFormat::kJson : LogFormat::kText;
      },
      "text, or json: one object a line");
  line->AddFlag("--access-log", &options->access_log,
                "Log each HTTP request and WebSocket handshake, without its "
                "query");
  line->AddFlag("!--no-metrics", &options->metrics,
                "Do not serve /metrics to admin listeners or, if every "
                "listener is on loopback, to this machine");
  line->AddDuration("--drain-seconds", std::chrono::milliseconds(0),
                    std::chrono::hours(1), &options->drain,
                    "What SIGTERM begins: /readyz says 503, clients are told "
                    "when to come back and closed little by little; 0 = stop "
                    "at once, as SIGINT does");
  line->AddWholeNumber("--reconnects-per-second", 1, 1'000'000,
                       &options->reconnects_per_second,
                       "Clients that are drained come back at this rate");
}

void ApplyOperatorOptions(const OperatorOptions& options,
                          Server::Options* result) {
  result->log = &LogForServer;
  if (options.access_log) result->access_log = &LogAccessForServer;
  result->drain = options.drain;
  result->reconnects_per_second =
      static_cast<std::size_t>(options.reconnects_per_second);
  result->measure_publish = options.metrics;
  result->watch_hub = true;
}

}  // namespace tickerhub::examples
