#include "common/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

#include "common/unblocked_sink.h"

namespace tickerhub::examples {
namespace {

constexpr std::array<std::string_view, 7> kLevels = {
    "trace", "debug", "info", "warning", "error", "critical", "off"};

// The logger whose messages are the members of a JSON object already, if the
// format is JSON.
constexpr char kAccess[] = "access";

LogFormat g_format = LogFormat::kText;  // set before there are threads
std::shared_ptr<spdlog::logger> g_access;

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

std::string_view ViewOf(const spdlog::string_view_t& text) {
  return {text.data(), text.size()};
}

// The text of a line. A control character in it, such as a line feed in the
// name of a file, becomes "\x0a": one message is one line, and a terminal does
// nothing but show it.
class EscapedText : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    for (const char c : ViewOf(message.payload)) {
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
        char escaped[8];
        const int size = std::snprintf(escaped, sizeof escaped, "\\x%02x",
                                       static_cast<unsigned>(c));
        out.append(escaped, escaped + size);
      } else {
        out.push_back(c);
      }
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<EscapedText>();
  }
};

// {"time":"2026-11-29T01:02:03.456Z","level":"info","message":"…"}
class JsonLines : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message,
              spdlog::memory_buf_t& out) override {
    using std::chrono::milliseconds;
    const auto since_epoch = std::chrono::duration_cast<milliseconds>(
        message.time.time_since_epoch());
    const std::time_t seconds = since_epoch.count() / 1'000;
    std::tm utc = {};
    ::gmtime_r(&seconds, &utc);
    char time[32];
    const std::size_t size =
        std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", &utc);
    char rest[16];
    std::snprintf(rest, sizeof rest, ".%03dZ",
                  static_cast<int>(since_epoch.count() % 1'000));
    std::string line =
        "{\"time\":\"" + std::string(time, size) + rest + "\",\"level\":\"";
    line += ViewOf(spdlog::level::to_string_view(message.level));
    line += "\",";
    if (ViewOf(message.logger_name) == kAccess) {
      line += ViewOf(message.payload);
    } else {
      line += "\"message\":\"";
      AppendJsonText(&line, ViewOf(message.payload));
      line += '"';
    }
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<formatter> clone() const override {
    return std::make_unique<JsonLines>();
  }
};

std::shared_ptr<spdlog::sinks::sink> SinkOfStandardError() {
  if (::isatty(STDERR_FILENO) != 0) {
    return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  }
  return std::make_shared<UnblockedSink>(STDERR_FILENO);
}

std::string AccessText(const AccessRecord& record) {
  const auto or_dash = [](std::string_view text) {
    return text.empty() ? std::string("-") : std::string(text);
  };
  const double ms = static_cast<double>(record.took.count()) / 1'000;
  return fmt::format("{} {} {} {} {} B {:.1f} ms{}",
                     or_dash(record.remote.ToString()), or_dash(record.method),
                     or_dash(record.path), record.status, record.bytes, ms,
                     record.from_admin_listener ? " admin" : "");
}

std::string AccessJson(const AccessRecord& record) {
  std::string line = "\"message\":\"access\",\"remote\":\"";
  AppendJsonText(&line, record.remote.ToString());
  line += "\",\"method\":\"";
  AppendJsonText(&line, record.method);
  line += "\",\"path\":\"";
  AppendJsonText(&line, record.path);
  line +=
      fmt::format("\",\"status\":{},\"bytes\":{},\"took_us\":{},\"admin\":{}",
                  record.status, record.bytes, record.took.count(),
                  record.from_admin_listener);
  return line;
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

void StartLogging(const std::string& level, LogFormat format) {
  g_format = format;
  const std::shared_ptr<spdlog::sinks::sink> sink = SinkOfStandardError();
  auto logger = std::make_shared<spdlog::logger>("tickerhub", sink);
  g_access = std::make_shared<spdlog::logger>(kAccess, sink);
  if (format == LogFormat::kJson) {
    sink->set_formatter(std::make_unique<JsonLines>());
  } else {
    auto lines = std::make_unique<spdlog::pattern_formatter>();
    lines->add_flag<EscapedText>('*').set_pattern(
        "%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %*");
    sink->set_formatter(std::move(lines));
  }
  logger->set_level(spdlog::level::from_str(level));
  g_access->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void LogForServer(LogLevel level, std::string_view line) {
  // The line is an argument, not the format: it may hold braces.
  spdlog::log(ToSpdlog(level), "{}", line);
}

void LogAccessForServer(const AccessRecord& record) {
  g_access->info("{}", g_format == LogFormat::kJson
                           ? AccessJson(record)
                           : "access " + AccessText(record));
}

}  // namespace tickerhub::examples
