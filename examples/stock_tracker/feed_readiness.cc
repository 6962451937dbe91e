#include "stock_tracker/feed_readiness.h"

#include "common/duration.h"

namespace tickerhub::examples {

std::string FaultOf(const StockTracker::Feed& feed,
                    const FeedReadinessOptions& options) {
  if (options.needs_feed && feed.failed > 0) {
    return "the source of prices has failed: " + feed.fault;
  }
  if (options.needs_feed && feed.ended > 0) {
    return "the source of prices has ended";
  }
  if (options.max_age.count() == 0) return {};
  if (!feed.newest_price_age) return "no price has come yet";
  if (*feed.newest_price_age <= options.max_age) return {};
  return "the newest price is " + DurationText(*feed.newest_price_age) +
         " old; --ready-max-age is " + DurationText(options.max_age);
}

}  // namespace tickerhub::examples
