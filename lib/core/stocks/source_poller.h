#ifndef TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_
#define TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_

#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "stocks/alarm.h"
#include "stocks/book_writer.h"
#include "tickerhub/price_source.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// Polls a PriceSource when it is due and when it wakes its follower, and hands
/// what it brings to a BookWriter. Tells the source what is tracked. Does not
/// let a source bring back what was removed: a recording or a feed that is
/// piped in goes on naming it.
class SourcePoller : public BookListener {
 public:
  /// `scheduler` and `writer` must outlive this.
  SourcePoller(Scheduler& scheduler, BookWriter& writer);
  ~SourcePoller() override;

  /// Follows `source` instead of the one before, tells it what the book holds
  /// and polls it at once.
  void Follow(PriceSource& source);

  /// Nothing if there is no source.
  std::optional<Price> PriceOf(const Symbol& symbol);

  /// Tells the source and polls it soon: something may be due now that was not
  /// before.
  void OnAdded(const Quote& quote) override;
  void OnRemoved(const Symbol& symbol) override;

 private:
  void Detach();
  void Wake();
  void Poll();

  Scheduler& scheduler_;
  BookWriter& writer_;
  PriceSource* source_ = nullptr;
  // At most as many as the book may hold. Past it, one is forgotten.
  std::unordered_set<Symbol> removed_;
  Alarm due_;
  // A task that polls was posted. Outlives this with that task.
  std::shared_ptr<bool> is_posted_ = std::make_shared<bool>(false);
  std::vector<PriceUpdate> updates_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_SOURCE_POLLER_H_
