#ifndef TICKERHUB_LIB_CORE_STOCKS_TOPIC_NUMBERS_H_
#define TICKERHUB_LIB_CORE_STOCKS_TOPIC_NUMBERS_H_

#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// Gives out the topics of one channel. Gives those first that came back, so
/// the numbers stay small.
class TopicNumbers {
 public:
  explicit TopicNumbers(TopicId first) : next_(first) {}

  TopicId Take() {
    if (free_.empty()) return next_++;
    const TopicId id = free_.back();
    free_.pop_back();
    return id;
  }

  void GiveBack(TopicId id) { free_.push_back(id); }

 private:
  TopicId next_;
  std::vector<TopicId> free_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_TOPIC_NUMBERS_H_
