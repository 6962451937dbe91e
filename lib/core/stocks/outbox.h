#ifndef TICKERHUB_LIB_CORE_STOCKS_OUTBOX_H_
#define TICKERHUB_LIB_CORE_STOCKS_OUTBOX_H_

#include <utility>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// The messages of one tick in their order. They go out in one call, so that a
/// client gets all that it has of them at once.
class Outbox {
 public:
  explicit Outbox(Broadcaster& broadcaster) : broadcaster_(broadcaster) {}

  void Add(TopicId topic, Payload payload) {
    publications_.push_back({topic, std::move(payload)});
  }

  void Send() {
    if (publications_.empty()) return;
    broadcaster_.Publish(publications_, Delivery::kLatest);
    publications_.clear();
  }

 private:
  Broadcaster& broadcaster_;
  std::vector<Publication> publications_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_OUTBOX_H_
