#ifndef TICKERHUB_LIB_PAGES_FEED_NOTICE_H_
#define TICKERHUB_LIB_PAGES_FEED_NOTICE_H_

#include <chrono>
#include <string>

#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// A feed that brings prices of further back brings no live ones.
inline constexpr std::chrono::milliseconds kOldPrice = std::chrono::minutes(5);

/// "5 March 2021, 15:00 UTC"
std::string MomentText(Timestamp time);

/// What the page says if its prices are not those of now: a sentence or two, as
/// web/stocks/feed_notice.js does. Empty if they are.
std::string FeedNotice(const StockTracker::Feed& feed, Timestamp now);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_FEED_NOTICE_H_
