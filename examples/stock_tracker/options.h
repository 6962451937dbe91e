#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_OPTIONS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_OPTIONS_H_

// The command line of tickerhub-stock-tracker.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/server_options.h"
#include "stock_tracker/day_options.h"
#include "stock_tracker/feed_freshness.h"
#include "stock_tracker/feed_options.h"
#include "stock_tracker/feed_readiness.h"
#include "stock_tracker/history_options.h"
#include "tickerhub/price.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/symbol.h"

namespace tickerhub::examples {

enum class SourceKind : std::uint8_t { kSimulated, kReplay, kStandardInput };

/// Where prices come from.
struct SourceOptions {
  SourceKind kind = SourceKind::kSimulated;
  std::chrono::milliseconds interval{2'000};
  std::uint64_t seed = 0;
  /// Unset: the source's own.
  std::optional<double> speed;
  bool loop = false;
  std::string recording;  ///< the file of kReplay; it was there just now
  FeedOptions feed;
};

struct InitialStock {
  Symbol symbol;
  Price price;
};

struct StockTrackerOptions {
  ServerOptions server;
  SourceOptions source;
  std::vector<InitialStock> stocks;
  StockTracker::Options tracker;
  bool clients_may_add = true;
  FreshnessOptions freshness;
  FeedReadinessOptions readiness;
  HistoryCommandLine history;
};

/// Fills `*options`. Returns the exit status if the program ends here.
std::optional<int> ReadOptions(int argc, char** argv,
                               StockTrackerOptions* options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_OPTIONS_H_
