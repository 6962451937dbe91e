#include "tickerhub/testing/counting_broadcaster.h"

#include <algorithm>

namespace tickerhub::testing {

void CountingBroadcaster::Send(SessionId session, const Payload& payload,
                               Delivery /*delivery*/) {
  const SlotIndex slot = SlotOf(session);
  if (!details_[slot].closed) Deliver(slot, payload);
}

void CountingBroadcaster::Subscribe(SessionId session, TopicId topic) {
  const SlotIndex slot = SlotOf(session);
  if (details_[slot].closed || FindFollowing(slot, topic) != nullptr) return;
  std::vector<SlotIndex>& followers = followers_[topic];
  details_[slot].following.push_back(
      {topic, static_cast<std::uint32_t>(followers.size())});
  followers.push_back(slot);
}

void CountingBroadcaster::Unsubscribe(SessionId session, TopicId topic) {
  if (const auto slot = FindSlot(session)) StopFollowing(*slot, topic);
}

void CountingBroadcaster::Publish(const std::vector<Publication>& publications,
                                  Delivery /*delivery*/) {
  for (const Publication& publication : publications) {
    const auto topic = followers_.find(publication.topic);
    if (topic == followers_.end()) continue;
    for (const SlotIndex slot : topic->second) {
      Deliver(slot, publication.payload);
    }
  }
}

void CountingBroadcaster::Close(SessionId session, CloseCode code,
                                std::string_view /*reason*/) {
  const SlotIndex slot = SlotOf(session);
  if (details_[slot].closed) return;
  StopFollowingAll(slot);
  details_[slot].closed = code;
}

void CountingBroadcaster::Forget(SessionId session) {
  const auto slot = FindSlot(session);
  if (!slot) return;
  StopFollowingAll(*slot);
  hot_[*slot] = {0, nothing_};
  details_[*slot].closed.reset();
  free_.push_back(*slot);
  slots_.erase(session);
}

std::uint64_t CountingBroadcaster::CountOf(SessionId session) const {
  const auto slot = FindSlot(session);
  return slot ? hot_[*slot].count : 0;
}

const Payload* CountingBroadcaster::LastTo(SessionId session) const {
  const auto slot = FindSlot(session);
  if (!slot || hot_[*slot].count == 0) return nullptr;
  return &hot_[*slot].last;
}

bool CountingBroadcaster::IsSubscribed(SessionId session, TopicId topic) const {
  const auto slot = FindSlot(session);
  if (!slot) return false;
  const std::vector<Following>& following = details_[*slot].following;
  return std::any_of(following.begin(), following.end(),
                     [topic](const Following& f) { return f.topic == topic; });
}

std::optional<CloseCode> CountingBroadcaster::ClosedOf(
    SessionId session) const {
  const auto slot = FindSlot(session);
  return slot ? details_[*slot].closed : std::nullopt;
}

CountingBroadcaster::SlotIndex CountingBroadcaster::SlotOf(SessionId session) {
  const auto [entry, is_new] = slots_.emplace(session, SlotIndex{0});
  if (!is_new) return entry->second;
  if (free_.empty()) {
    entry->second = static_cast<SlotIndex>(hot_.size());
    hot_.push_back({0, nothing_});
    details_.emplace_back();
  } else {
    entry->second = free_.back();
    free_.pop_back();
  }
  return entry->second;
}

std::optional<CountingBroadcaster::SlotIndex> CountingBroadcaster::FindSlot(
    SessionId session) const {
  const auto entry = slots_.find(session);
  if (entry == slots_.end()) return std::nullopt;
  return entry->second;
}

void CountingBroadcaster::Deliver(SlotIndex slot, const Payload& payload) {
  Slot& hot = hot_[slot];
  ++hot.count;
  hot.last = payload;
  ++total_;
}

CountingBroadcaster::Following* CountingBroadcaster::FindFollowing(
    SlotIndex slot, TopicId topic) {
  std::vector<Following>& following = details_[slot].following;
  const auto found =
      std::find_if(following.begin(), following.end(),
                   [topic](const Following& f) { return f.topic == topic; });
  return found == following.end() ? nullptr : &*found;
}

void CountingBroadcaster::StopFollowing(SlotIndex slot, TopicId topic) {
  Following* following = FindFollowing(slot, topic);
  if (following == nullptr) return;
  // The last follower takes the place that gets free.
  std::vector<SlotIndex>& followers = followers_[topic];
  const SlotIndex moved = followers.back();
  followers[following->place] = moved;
  FindFollowing(moved, topic)->place = following->place;
  followers.pop_back();
  *following = details_[slot].following.back();
  details_[slot].following.pop_back();
}

void CountingBroadcaster::StopFollowingAll(SlotIndex slot) {
  while (!details_[slot].following.empty()) {
    StopFollowing(slot, details_[slot].following.back().topic);
  }
}

}  // namespace tickerhub::testing
