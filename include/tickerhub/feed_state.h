#ifndef TICKERHUB_FEED_STATE_H_
#define TICKERHUB_FEED_STATE_H_

// A FeedState says whether the prices of a StockTracker are current. Clients
// get it in each snapshot and, when it changes, as a `status` message
// (docs/protocol.md). A state that has changed is told at once; kQuiet comes
// when the time is over, without a further price. The program hears of it too:
//
//     tickerhub::StockTracker::Options options;
//     options.stale_after = std::chrono::seconds(10);
//     options.on_feed_state = [](const tickerhub::StockTracker::Feed& feed) {
//       std::cerr << "prices: " << tickerhub::Name(feed.state) << std::endl;
//     };
//
// Threads: a value; use it from any thread as you use an int.

#include <cstdint>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

enum class FeedState : std::uint8_t {
  kLive,   ///< prices come, or they did not have the time to come yet
  kQuiet,  ///< none has come for longer than StockTracker::Options::stale_after
  kEnded,  ///< every source is at its end (PriceSource::ended()), and the
           ///< program itself has set no price for stale_after
  kFailed,  ///< likewise, and one of them has a fault (PriceSource::fault())
};

/// The name in the protocol: "live", "quiet", "ended", "failed".
constexpr std::string_view Name(FeedState state) {
  constexpr std::string_view kNames[] = {"live", "quiet", "ended", "failed"};
  return kNames[static_cast<std::uint8_t>(state)];
}

}  // namespace tickerhub

#endif  // TICKERHUB_FEED_STATE_H_
