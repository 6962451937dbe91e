#ifndef TICKERHUB_LIB_CORE_STOCKS_SNAPSHOT_CACHE_H_
#define TICKERHUB_LIB_CORE_STOCKS_SNAPSHOT_CACHE_H_

#include <optional>
#include <vector>

#include "protocol/stock_messages.h"
#include "tickerhub/payload.h"
#include "tickerhub/stock_book.h"

namespace tickerhub::internal {

/// Encodes the snapshot of a whole book once for each sequence number.
class SnapshotCache {
 public:
  /// `book` must outlive this.
  explicit SnapshotCache(const StockBook& book) : book_(book) {}

  /// May be ahead of what a publisher has published. The next update then
  /// continues from a number below the snapshot's and repeats, at worst, what
  /// the snapshot has said.
  Payload Get() {
    if (!snapshot_ || sequence_ != book_.sequence()) {
      std::vector<const Quote*> quotes;
      quotes.reserve(book_.size());
      book_.ForEach([&](const Quote& quote) { quotes.push_back(&quote); });
      sequence_ = book_.sequence();
      snapshot_ = protocol::EncodeSnapshot(sequence_, quotes);
    }
    return *snapshot_;
  }

 private:
  const StockBook& book_;
  std::optional<Payload> snapshot_;
  Sequence sequence_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_SNAPSHOT_CACHE_H_
