#include "loop/topic_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace tickerhub::testing {
namespace {

using Slot = internal::TopicIndex::Slot;

std::vector<Slot> FollowersOf(const internal::TopicIndex& index,
                              TopicId topic) {
  std::vector<Slot> slots;
  index.ForEachFollower(topic, [&](Slot slot) { slots.push_back(slot); });
  std::sort(slots.begin(), slots.end());
  return slots;
}

TEST(TopicIndexTest, KnowsNobodyAtFirst) {
  internal::TopicIndex index;
  EXPECT_EQ(FollowersOf(index, 0), std::vector<Slot>());
  index.Unsubscribe(3, 7);
  index.Remove(3);
  EXPECT_EQ(FollowersOf(index, 7), std::vector<Slot>());
}

TEST(TopicIndexTest, TellsTheFollowersOfEachTopic) {
  internal::TopicIndex index;
  index.Subscribe(5, 1);
  index.Subscribe(2, 1);
  index.Subscribe(2, 3);
  index.Subscribe(2, 3);
  EXPECT_EQ(FollowersOf(index, 1), (std::vector<Slot>{2, 5}));
  EXPECT_EQ(FollowersOf(index, 3), (std::vector<Slot>{2}));
  EXPECT_EQ(FollowersOf(index, 2), std::vector<Slot>());
}

TEST(TopicIndexTest, TakesTopicsThatAreNamedTwiceOnce) {
  internal::TopicIndex index;
  index.SetTopics(4, {1, 3, 1, 1});
  EXPECT_EQ(FollowersOf(index, 1), (std::vector<Slot>{4}));
  EXPECT_EQ(FollowersOf(index, 3), (std::vector<Slot>{4}));
}

TEST(TopicIndexTest, ForgetsASlotEverywhere) {
  internal::TopicIndex index;
  for (TopicId topic = 0; topic < 5; ++topic) {
    index.Subscribe(1, topic);
    index.Subscribe(2, topic);
  }
  index.Remove(1);
  for (TopicId topic = 0; topic < 5; ++topic) {
    EXPECT_EQ(FollowersOf(index, topic), (std::vector<Slot>{2}));
  }
  index.Subscribe(1, 4);
  EXPECT_EQ(FollowersOf(index, 4), (std::vector<Slot>{1, 2}));
}

TEST(TopicIndexTest, DoesWhatANaiveOneDoes) {
  constexpr Slot kSlots = 12;
  constexpr TopicId kTopics = 9;
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    internal::TopicIndex index;
    std::map<TopicId, std::set<Slot>> naive;
    for (int step = 0; step < 2'000; ++step) {
      const Slot slot = static_cast<Slot>(random() % kSlots);
      const TopicId topic = static_cast<TopicId>(random() % kTopics);
      switch (random() % 8) {
        case 0:
          index.Remove(slot);
          for (auto& [followed, slots] : naive) slots.erase(slot);
          break;
        case 1:
        case 2:
        case 3:
          index.Unsubscribe(slot, topic);
          naive[topic].erase(slot);
          break;
        default:
          index.Subscribe(slot, topic);
          naive[topic].insert(slot);
      }
      for (TopicId t = 0; t < kTopics; ++t) {
        const std::vector<Slot> expected(naive[t].begin(), naive[t].end());
        ASSERT_EQ(FollowersOf(index, t), expected)
            << "seed " << seed << ", step " << step << ", topic " << t;
      }
    }
  }
}

}  // namespace
}  // namespace tickerhub::testing
