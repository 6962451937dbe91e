#include "stock_tracker/feed_freshness.h"

#include <spdlog/spdlog.h>

#include "common/duration.h"

namespace tickerhub::examples {

void AddFreshnessOptions(CommandLine* line, FreshnessOptions* options) {
  line->AddDuration("--stale-after", std::chrono::milliseconds(0),
                    std::chrono::hours(24 * 365), &options->stale_after,
                    "Clients are told that the prices are not current when "
                    "none has come for this long; at least 5 intervals when "
                    "simulated; 0 = never");
  line->AddFlag("--exit-at-end", &options->exit_at_end,
                "replay, stdin: end when the input does; clients get its last "
                "price first. Status 1 if the input has failed");
}

void FeedFreshness::Tell(const StockTracker::Feed& feed) {
  switch (feed.state) {
    case FeedState::kLive:
      spdlog::info("prices come again");
      return;
    case FeedState::kQuiet:
      spdlog::warn("no price has come for {}; clients are told",
                   DurationText(options_.stale_after));
      return;
    case FeedState::kEnded:
      spdlog::info("no price will come any more; clients are told");
      break;
    case FeedState::kFailed:
      spdlog::error("no price will come any more: {}; clients are told",
                    feed.fault);
      break;
  }
  if (!options_.exit_at_end) return;
  has_failed_ = feed.state == FeedState::kFailed;
  if (drain_.count() > 0) {
    server_.Drain(drain_);
  } else {
    server_.Stop();
  }
}

}  // namespace tickerhub::examples
