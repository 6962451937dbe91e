#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_PRICE_FEED_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_PRICE_FEED_H_

// The price source that the options ask for, with what feeds it.

#include <memory>

#include "common/bad_line_log.h"
#include "stock_tracker/options.h"
#include "tickerhub/price_source.h"
#include "tickerhub/websocketpp/input_reader.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

class PriceFeed {
 public:
  /// `server` must outlive the feed.
  PriceFeed(Server& server, FeedOptions options);

  PriceSource& source() { return *source_; }

 private:
  void Simulate(const FeedOptions& options);
  void Replay(FeedOptions options);
  void ReadStandardInput(Server& server);

  std::unique_ptr<BadLineLog> bad_lines_;
  std::unique_ptr<PriceSource> source_;
  std::unique_ptr<InputReader> input_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_PRICE_FEED_H_
