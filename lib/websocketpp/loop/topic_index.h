#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// Which slots of an event loop follow which topic of one channel. Walking the
/// followers of a topic is walking an array; following and leaving take
/// constant time but for a look through what the slot follows already.
class TopicIndex {
 public:
  using Slot = std::uint32_t;

  /// Does nothing if it follows it already.
  void Subscribe(Slot slot, TopicId topic);
  void Unsubscribe(Slot slot, TopicId topic);
  /// Leaves every topic.
  void Remove(Slot slot);

  /// Calls `visit(Slot)` for each follower. REQUIRES: `visit` changes nothing
  /// here.
  template <typename Visitor>
  void ForEachFollower(TopicId topic, Visitor&& visit) const {
    if (topic >= followers_.size()) return;
    for (const Follower& follower : followers_[topic]) visit(follower.slot);
  }

  std::size_t follower_count(TopicId topic) const {
    return topic < followers_.size() ? followers_[topic].size() : 0;
  }

 private:
  // The two lists refer to each other's places, so that both can be left in
  // constant time by moving the last entry into the gap.
  struct Follower {
    Slot slot;
    std::uint32_t place_in_follows;
  };
  struct Follow {
    TopicId topic;
    std::uint32_t place_in_followers;
  };

  void RemoveFollow(Slot slot, std::uint32_t place);

  std::vector<std::vector<Follower>> followers_;  // by topic
  std::vector<std::vector<Follow>> follows_;      // by slot
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_
