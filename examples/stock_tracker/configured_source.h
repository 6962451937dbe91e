#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_CONFIGURED_SOURCE_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_CONFIGURED_SOURCE_H_

// The price source that the options ask for, with what feeds it.

#include <cstddef>
#include <functional>
#include <memory>

#include "common/bad_line_log.h"
#include "common/program_metrics.h"
#include "stock_tracker/options.h"
#include "tickerhub/price_source.h"
#include "tickerhub/websocketpp/input_reader.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

class ConfiguredSource {
 public:
  /// `server` must outlive this. The source knows the newest price of
  /// `max_stocks` at least.
  ConfiguredSource(Server& server, SourceOptions options,
                   std::size_t max_stocks);

  PriceSource& get() { return *source_; }
  /// Gives the figures of the source, if it has some, to the metrics.
  void AddTo(ProgramMetrics* metrics) const {
    if (add_to_) add_to_(metrics);
  }

 private:
  void Simulate(const SourceOptions& options);
  void Replay(Server& server, SourceOptions options, std::size_t max_stocks);
  void ReadStandardInput(Server& server, SourceOptions options,
                         std::size_t max_stocks);

  std::unique_ptr<BadLineLog> bad_lines_;
  std::unique_ptr<PriceSource> source_;
  std::function<void(ProgramMetrics*)> add_to_;
  std::unique_ptr<InputReader> input_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_CONFIGURED_SOURCE_H_
