#ifndef TICKERHUB_LIB_CORE_SOURCES_SORTED_PRICES_H_
#define TICKERHUB_LIB_CORE_SOURCES_SORTED_PRICES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "lines/record.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// A line of a recording.
struct RecordedPrice {
  FeedQuote quote;
  Timestamp time;  ///< the recorded one
  std::size_t bytes() const {
    return sizeof(RecordedPrice) + quote.DetailBytes();
  }
};

/// Sorts prices by their time without a long pause: each run of them is sorted
/// when it is full, and the runs are merged as the prices are taken. Of equal
/// times the first one comes first. If no price was later than the one before
/// it, the newest stood at the top, so there the last one comes first.
class SortedPrices {
 public:
  void Add(RecordedPrice price);
  /// The number of those that were added and not taken, and what they need.
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }

  /// No price was later than the one before it.
  bool is_newest_first() const { return !has_step_forward_; }

  /// Appends the next price, with all of the same time if the newest came
  /// first. Nothing may be added afterwards. Returns false if none is left.
  template <typename Queue>
  bool TakeTo(Queue* queue) {
    if (size_ == 0) return false;
    const std::size_t begin = queue->size();
    do {
      queue->push_back(Pop());
    } while (is_newest_first() && size_ > 0 &&
             NextTime() == queue->back().time);
    std::reverse(queue->begin() + static_cast<std::ptrdiff_t>(begin),
                 queue->end());
    return true;
  }

  /// Forgets all.
  void Clear() { *this = SortedPrices(); }

 private:
  struct Run {
    std::vector<RecordedPrice> prices;
    std::size_t next = 0;
  };
  // The time of the next price of a run, and the number of the run.
  using Head = std::pair<Timestamp, std::size_t>;

  void FinishRun();
  RecordedPrice Pop();
  Timestamp NextTime();

  std::vector<RecordedPrice> unfinished_;
  std::vector<Run> runs_;
  std::vector<Head> heads_;  // a heap, the earliest at its top
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  Timestamp last_{};
  bool has_step_forward_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_SORTED_PRICES_H_
