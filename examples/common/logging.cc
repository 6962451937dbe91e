#include "common/logging.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace tickerhub::examples {
namespace {

constexpr std::array<std::string_view, 7> kLevels = {
    "trace", "debug", "info", "warning", "error", "critical", "off"};

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

std::string LogLevelNames() {
  std::string names;
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (i > 0) names += i + 1 < kLevels.size() ? ", " : " or ";
    names += kLevels[i];
  }
  return names;
}

bool IsLogLevel(const std::string& name) {
  return std::find(kLevels.begin(), kLevels.end(), name) != kLevels.end();
}

void StartLogging(const std::string& level) {
  auto logger = spdlog::stderr_color_mt("tickerhub");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void LogForServer(LogLevel level, std::string_view line) {
  // The line is an argument, not the format: it may hold braces.
  spdlog::log(ToSpdlog(level), "{}", line);
}

}  // namespace tickerhub::examples
