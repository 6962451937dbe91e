#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_FEED_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_FEED_H_

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "tickerhub/price_source.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_book.h"

namespace tickerhub::internal {

/// Polls a PriceSource when it is due, and soon after it has asked to be.
class StockFeed {
 public:
  /// Takes what a poll has brought. `joined`: it has already waited for others
  /// to come along, so that it need not wait again.
  using Sink =
      std::function<void(const std::vector<PriceUpdate>& updates, bool joined)>;

  /// Wakes within `join_window` of each other are one poll.
  StockFeed(Scheduler& scheduler, std::chrono::milliseconds join_window,
            Sink sink);
  ~StockFeed();

  /// From now on this source, which is told what `book` holds. Polls it at
  /// once.
  void Follow(PriceSource& source, const StockBook& book);

  bool has_source() const { return source_ != nullptr; }
  /// Nothing if there is no source.
  std::optional<Price> PriceOf(const Symbol& symbol);
  /// Tells the source, if any, and polls it soon: it may now have something
  /// due that it did not have before.
  void Track(const Symbol& symbol, Price price);
  /// Tells the source, if any, that it need not price it any more.
  void Untrack(const Symbol& symbol);

 private:
  void Detach();
  void Wake();
  void Poll(bool joined);

  Scheduler& scheduler_;
  std::chrono::milliseconds join_window_;
  Sink sink_;
  PriceSource* source_ = nullptr;
  Timer due_;
  Timer woken_;
  std::vector<PriceUpdate> updates_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_FEED_H_
