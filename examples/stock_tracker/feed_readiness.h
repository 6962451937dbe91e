#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_READINESS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_READINESS_H_

// Whether a server whose prices do not come may get traffic.

#include <chrono>
#include <string>

#include "tickerhub/stock_tracker.h"

namespace tickerhub::examples {

struct FeedReadinessOptions {
  /// The newest price may be as old. 0: any age.
  std::chrono::milliseconds max_age{0};
  /// The source must not have ended or failed.
  bool needs_feed = false;
};

/// Returns an empty text if the server is ready, or a sentence that says why it
/// is not.
std::string FaultOf(const StockTracker::Feed& feed,
                    const FeedReadinessOptions& options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_READINESS_H_
