#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// Which slots of an event loop subscribe to which topic of one channel. The
/// followers of a topic are an array. Subscribe() and Unsubscribe() search the
/// topics of the slot; everything else takes constant time.
///
/// Threads: belongs to the loop's thread.
class TopicIndex {
 public:
  using Slot = std::uint32_t;

  /// Subscribing twice has no effect.
  void Subscribe(Slot slot, TopicId topic);
  void Unsubscribe(Slot slot, TopicId topic);
  /// Subscribes the slot to these topics and to no other.
  void SetTopics(Slot slot, std::vector<TopicId> topics);
  /// Unsubscribes the slot from every topic.
  void Remove(Slot slot);

  /// Calls `visit(Slot)` for each follower. REQUIRES: `visit` changes nothing
  /// here.
  template <typename Visitor>
  void ForEachFollower(TopicId topic, Visitor&& visit) const {
    if (topic >= followers_.size()) return;
    for (const Follower& follower : followers_[topic]) visit(follower.slot);
  }

 private:
  // The two lists refer to each other's places. So an entry of both is removed
  // in constant time: the last entry moves into the gap.
  struct Follower {
    Slot slot;
    std::uint32_t place_in_follows;
  };
  struct Follow {
    TopicId topic;
    std::uint32_t place_in_followers;
  };

  // REQUIRES: the slot does not subscribe to the topic.
  void Add(Slot slot, TopicId topic);
  void RemoveFollow(Slot slot, std::uint32_t place);

  std::vector<std::vector<Follower>> followers_;  // by topic
  std::vector<std::vector<Follow>> follows_;      // by slot
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_TOPIC_INDEX_H_
