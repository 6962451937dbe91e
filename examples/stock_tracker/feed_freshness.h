#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_FRESHNESS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_FRESHNESS_H_

// What the program does when its prices stop to come: a line in the log, and
// with --exit-at-end the program ends.

#include <chrono>

#include "common/command_line.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct FreshnessOptions {
  std::chrono::milliseconds stale_after = StockTracker::Options().stale_after;
  bool exit_at_end = false;
};

/// `options` must live until they were read.
void AddFreshnessOptions(CommandLine* line, FreshnessOptions* options);

/// Hears of each new state of the feed.
class FeedFreshness {
 public:
  /// `server` must outlive this. `drain` is --drain-seconds.
  FeedFreshness(Server& server, FreshnessOptions options,
                std::chrono::milliseconds drain)
      : server_(server), options_(options), drain_(drain) {}

  void Tell(const StockTracker::Feed& feed);

  /// Whether the program ends because its input has failed.
  bool has_failed() const { return has_failed_; }

 private:
  Server& server_;
  const FreshnessOptions options_;
  const std::chrono::milliseconds drain_;
  bool has_failed_ = false;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_FRESHNESS_H_
