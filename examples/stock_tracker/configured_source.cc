#include "stock_tracker/configured_source.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "tickerhub/line_source.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/simulated_market.h"
#include "tickerhub/websocketpp/recording_file.h"

namespace tickerhub::examples {
namespace {

constexpr char kStandardInput[] = "standard input";

LineNoticeCallback NoticeLog(const std::string& input) {
  return [input](std::uint64_t line, std::string_view sentence) {
    spdlog::warn("{}, line {}: {}", input, line, sentence);
  };
}

}  // namespace

ConfiguredSource::ConfiguredSource(Server& server, SourceOptions options,
                                   std::size_t max_stocks) {
  switch (options.kind) {
    case SourceKind::kSimulated:
      Simulate(options);
      break;
    case SourceKind::kReplay:
      Replay(server, std::move(options), max_stocks);
      break;
    case SourceKind::kStandardInput:
      ReadStandardInput(server, std::move(options), max_stocks);
      break;
  }
}

void ConfiguredSource::Simulate(const SourceOptions& options) {
  SimulatedMarket::Options market;
  market.interval = options.interval;
  market.seed = options.seed;
  market.speed = options.speed.value_or(market.speed);
  source_ = std::make_unique<SimulatedMarket>(market);
  spdlog::info("simulated prices; --seed {} repeats this run", options.seed);
}

void ConfiguredSource::Replay(Server& server, SourceOptions options,
                              std::size_t max_stocks) {
  bad_lines_ = std::make_unique<BadLineLog>(options.recording);
  ReplaySource::Options replay;
  replay.speed = options.speed.value_or(replay.speed);
  replay.loop = options.loop;
  replay.format = std::move(options.feed.format);
  replay.max_sort_bytes = options.feed.max_sort_mib << 20;
  replay.max_line_bytes = options.feed.max_line_bytes;
  replay.max_symbols = std::max(replay.max_symbols, max_stocks);
  replay.name = options.recording;
  replay.on_bad_line = [log = bad_lines_.get()](std::uint64_t line,
                                                std::string_view reason) {
    log->Report(line, reason);
  };
  replay.on_notice = NoticeLog(options.recording);
  replay.on_fault = [name = options.recording](std::string_view sentence) {
    spdlog::error("{} has failed: {}", name, sentence);
  };
  replay.on_end = [log = bad_lines_.get()] { log->ReportTotal(); };
  auto source = std::make_unique<ReplaySource>(
      std::make_unique<RecordingFile>(server.scheduler(), options.recording),
      std::move(replay));
  add_to_ = [source = source.get()](ProgramMetrics* metrics) {
    metrics->Add(*source);
  };
  source_ = std::move(source);
}

void ConfiguredSource::ReadStandardInput(Server& server, SourceOptions options,
                                         std::size_t max_stocks) {
  bad_lines_ = std::make_unique<BadLineLog>(kStandardInput);
  LineSource::Options lines;
  lines.format = std::move(options.feed.format);
  lines.max_line_bytes = options.feed.max_line_bytes;
  lines.max_pending = options.feed.max_pending;
  lines.max_symbols = std::max(lines.max_symbols, max_stocks);
  lines.on_bad_line = [log = bad_lines_.get()](std::uint64_t line,
                                               std::string_view reason) {
    log->Report(line, reason);
  };
  lines.on_notice = NoticeLog(kStandardInput);
  auto source = std::make_unique<LineSource>(std::move(lines));
  input_ = std::make_unique<InputReader>(
      server, STDIN_FILENO,
      [source = source.get()](std::string_view bytes) { source->Push(bytes); },
      [source = source.get(), log = bad_lines_.get()](std::string_view fault) {
        if (!fault.empty()) spdlog::error("{}: {}", kStandardInput, fault);
        source->End(fault);
        log->ReportTotal();
      });
  add_to_ = [source = source.get()](ProgramMetrics* metrics) {
    metrics->Add(*source);
  };
  source_ = std::move(source);
}

}  // namespace tickerhub::examples
