#include "loop/topic_index.h"

#include <algorithm>

namespace tickerhub::internal {

void TopicIndex::Subscribe(Slot slot, TopicId topic) {
  if (slot < follows_.size()) {
    for (const Follow& follow : follows_[slot]) {
      if (follow.topic == topic) return;
    }
  }
  Add(slot, topic);
}

void TopicIndex::SetTopics(Slot slot, std::vector<TopicId> topics) {
  Remove(slot);
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  for (const TopicId topic : topics) Add(slot, topic);
}

void TopicIndex::Add(Slot slot, TopicId topic) {
  if (topic >= followers_.size()) followers_.resize(topic + 1);
  if (slot >= follows_.size()) follows_.resize(slot + 1);
  std::vector<Follow>& follows = follows_[slot];
  std::vector<Follower>& followers = followers_[topic];
  follows.push_back({topic, static_cast<std::uint32_t>(followers.size())});
  followers.push_back({slot, static_cast<std::uint32_t>(follows.size() - 1)});
}

void TopicIndex::Unsubscribe(Slot slot, TopicId topic) {
  if (slot >= follows_.size()) return;
  const std::vector<Follow>& follows = follows_[slot];
  const auto found =
      std::find_if(follows.begin(), follows.end(),
                   [topic](const Follow& f) { return f.topic == topic; });
  if (found == follows.end()) return;
  RemoveFollow(slot, static_cast<std::uint32_t>(found - follows.begin()));
}

void TopicIndex::Remove(Slot slot) {
  if (slot >= follows_.size()) return;
  std::vector<Follow>& follows = follows_[slot];
  while (!follows.empty()) {
    RemoveFollow(slot, static_cast<std::uint32_t>(follows.size() - 1));
  }
  follows.shrink_to_fit();
}

void TopicIndex::RemoveFollow(Slot slot, std::uint32_t place) {
  std::vector<Follow>& follows = follows_[slot];
  const Follow leaving = follows[place];

  std::vector<Follower>& followers = followers_[leaving.topic];
  const Follower last_follower = followers.back();
  followers[leaving.place_in_followers] = last_follower;
  follows_[last_follower.slot][last_follower.place_in_follows]
      .place_in_followers = leaving.place_in_followers;
  followers.pop_back();

  const Follow last_follow = follows.back();
  follows[place] = last_follow;
  if (place + 1 < follows.size()) {
    followers_[last_follow.topic][last_follow.place_in_followers]
        .place_in_follows = place;
  }
  follows.pop_back();
}

}  // namespace tickerhub::internal
