#include "stock_tracker/configured_source.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "tickerhub/line_source.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/simulated_market.h"

namespace tickerhub::examples {

ConfiguredSource::ConfiguredSource(Server& server, SourceOptions options) {
  switch (options.kind) {
    case SourceKind::kSimulated:
      Simulate(options);
      break;
    case SourceKind::kReplay:
      Replay(std::move(options));
      break;
    case SourceKind::kStandardInput:
      ReadStandardInput(server);
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

void ConfiguredSource::Replay(SourceOptions options) {
  bad_lines_ = std::make_unique<BadLineLog>(options.recording_name);
  ReplaySource::Options replay;
  replay.speed = options.speed.value_or(replay.speed);
  replay.loop = options.loop;
  replay.on_bad_line = [log = bad_lines_.get()](std::uint64_t line,
                                                std::string_view reason) {
    log->Report(line, reason);
  };
  replay.on_end = [log = bad_lines_.get()] { log->ReportTotal(); };
  source_ = std::make_unique<ReplaySource>(std::move(options.recording),
                                           std::move(replay));
}

void ConfiguredSource::ReadStandardInput(Server& server) {
  bad_lines_ = std::make_unique<BadLineLog>("standard input");
  LineSource::Options lines;
  lines.on_bad_line = [log = bad_lines_.get()](std::uint64_t line,
                                               std::string_view reason) {
    log->Report(line, reason);
  };
  auto source = std::make_unique<LineSource>(std::move(lines));
  input_ = std::make_unique<InputReader>(
      server, STDIN_FILENO,
      [source = source.get()](std::string_view bytes) { source->Push(bytes); },
      [source = source.get(), log = bad_lines_.get()] {
        source->End();
        log->ReportTotal();
      });
  source_ = std::move(source);
}

}  // namespace tickerhub::examples
