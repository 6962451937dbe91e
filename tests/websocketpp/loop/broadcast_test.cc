#include "loop/broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tickerhub::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using internal::Broadcast;
using Slot = Broadcast::Slot;
using Texts = std::vector<std::string>;
using Written = std::vector<std::pair<Slot, Texts>>;

// A broadcast with what it writes.
class BroadcastTest : public ::testing::Test {
 protected:
  static constexpr Slot kEnd = 1'000;
  static constexpr std::uint64_t kSince = 41;

  // Publishes one text to each list of slots.
  void Start(const std::vector<std::pair<std::string, std::vector<Slot>>>& tick,
             Delivery delivery = Delivery::kEvery) {
    internal::TopicIndex topics;
    std::vector<Publication> publications;
    for (const auto& [text, slots] : tick) {
      const auto topic = static_cast<TopicId>(publications.size());
      for (const Slot slot : slots) topics.Subscribe(slot, topic);
      publications.push_back({topic, Payload(text)});
    }
    auto shared = std::make_shared<const std::vector<Publication>>(
        std::move(publications));
    published_ = shared;
    broadcast_.Start(std::move(shared), delivery, kSince, topics, kEnd);
  }

  static Texts TextsOf(const Broadcast::Share& share) {
    Texts texts;
    for (std::size_t i = 0; i < share.count; ++i) {
      texts.emplace_back(share.payloads[i]->text());
    }
    return texts;
  }

  Written Finish() {
    Written written;
    broadcast_.Finish([&](Slot slot, const Broadcast::Share& share) {
      written.emplace_back(slot, TextsOf(share));
    });
    EXPECT_TRUE(broadcast_.empty());
    return written;
  }

  Broadcast broadcast_;
  std::weak_ptr<const std::vector<Publication>> published_;
};

TEST_F(BroadcastTest, WritesToEachSessionOnceAllThatItGetsInItsOrder) {
  EXPECT_TRUE(broadcast_.empty());
  Start({{"a", {7, 2}}, {"b", {24, 7}}, {"c", {7}}});
  EXPECT_THAT(Finish(), ElementsAre(Pair(7, Texts{"a", "b", "c"}),
                                    Pair(2, Texts{"a"}), Pair(24, Texts{"b"})));
  EXPECT_FALSE(broadcast_.Has(7));
}

TEST_F(BroadcastTest, WritesOneMessageToAllWhoFollow) {
  Start({{"for nobody", {}}, {"b", {3, 1}}});
  EXPECT_THAT(Finish(), ElementsAre(Pair(3, Texts{"b"}), Pair(1, Texts{"b"})));
}

TEST_F(BroadcastTest, OfNothingIsOverAtOnce) {
  Start({{"for nobody", {}}});
  EXPECT_TRUE(broadcast_.empty());
  EXPECT_THAT(Finish(), IsEmpty());
}

TEST_F(BroadcastTest, TellsTheDeliveryAndTheNumberWithEachShare) {
  for (const Delivery delivery : {Delivery::kLatest, Delivery::kEvery}) {
    Start({{"a", {0, 1, 2}}, {"b", {2}}}, delivery);
    const Broadcast::Share taken = broadcast_.Take(1);
    EXPECT_EQ(taken.delivery, delivery);
    EXPECT_EQ(taken.since, kSince);
    broadcast_.Finish([&](Slot, const Broadcast::Share& share) {
      EXPECT_EQ(share.delivery, delivery);
      EXPECT_EQ(share.since, kSince);
    });
  }
}

TEST_F(BroadcastTest, PassesOverSharesThatWereTakenOrDropped) {
  for (const bool two : {false, true}) {
    SCOPED_TRACE(two);
    Start({{"a", {0, 1, 2, 3, 4}},
           {"b", two ? std::vector<Slot>{2, 3} : std::vector<Slot>{}}});
    EXPECT_EQ(TextsOf(broadcast_.Take(2)),
              two ? (Texts{"a", "b"}) : Texts{"a"});
    broadcast_.Drop(0);
    broadcast_.Drop(99);        // has no share
    broadcast_.Drop(kEnd + 1);  // is above all slots
    broadcast_.Drop(3);
    EXPECT_FALSE(broadcast_.Has(0));
    EXPECT_FALSE(broadcast_.Has(2));
    EXPECT_FALSE(broadcast_.Has(kEnd + 1));
    EXPECT_THAT(Finish(),
                ElementsAre(Pair(1, Texts{"a"}), Pair(4, Texts{"a"})));
  }
  // Nothing is left of what was dropped.
  Start({{"b", {0, 3}}, {"c", {0}}});
  EXPECT_THAT(Finish(),
              ElementsAre(Pair(0, Texts{"b", "c"}), Pair(3, Texts{"b"})));
}

TEST_F(BroadcastTest, TakesTurnsOfABoundedNumberOfSessions) {
  std::vector<Slot> crowd(2 * Broadcast::kSessionsATurn + 1);
  std::iota(crowd.begin(), crowd.end(), 0);
  Start({{"a", crowd}});
  std::vector<Slot> written;
  const auto write = [&](Slot slot, const Broadcast::Share&) {
    written.push_back(slot);
  };
  EXPECT_TRUE(broadcast_.TakeTurn(write));
  EXPECT_EQ(written.size(), Broadcast::kSessionsATurn);
  broadcast_.Take(Broadcast::kSessionsATurn);  // out of turn
  EXPECT_FALSE(broadcast_.TakeTurn(write));
  EXPECT_EQ(written.size(), crowd.size() - 1);
  EXPECT_FALSE(broadcast_.TakeTurn(write));
}

TEST_F(BroadcastTest, ReleasesThePublicationsWhenItIsOver) {
  Start({{"a", {1, 2}}});
  EXPECT_FALSE(published_.expired());
  Finish();
  EXPECT_TRUE(published_.expired());
}

TEST_F(BroadcastTest, DoesWhatANaiveOneDoesFromTickToTick) {
  std::vector<Slot> slots(25);
  std::iota(slots.begin(), slots.end(), 0);
  std::mt19937 random(3);
  for (int i = 0; i < 500; ++i) {
    std::vector<std::pair<std::string, std::vector<Slot>>> tick;
    Written naive;
    for (std::size_t n = random() % 10; n > 0; --n) {
      std::shuffle(slots.begin(), slots.end(), random);
      const std::vector<Slot> some(slots.data(), slots.data() + random() % 9);
      tick.emplace_back(std::to_string(n), some);
      for (const Slot slot : some) {
        auto known = std::find_if(
            naive.begin(), naive.end(),
            [slot](const auto& entry) { return entry.first == slot; });
        if (known == naive.end()) known = naive.insert(known, {slot, {}});
        known->second.push_back(std::to_string(n));
      }
    }
    Start(tick);
    ASSERT_EQ(Finish(), naive);
  }
}

}  // namespace
}  // namespace tickerhub::testing
