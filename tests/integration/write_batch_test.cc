#include "write_batch.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "loop_counters.h"

namespace tickerhub::testing {
namespace {

using Slot = WriteBatch::Slot;

std::vector<const Payload*> PayloadsOf(const WriteBatch& batch, Slot slot) {
  std::vector<const Payload*> payloads{nullptr};  // is replaced
  batch.CollectFor(slot, &payloads);
  return payloads;
}

TEST(WriteBatchTest, SortsBySlotAndKeepsTheOrderOfEach) {
  const Payload a("a");
  const Payload b("b");
  WriteBatch batch;
  EXPECT_TRUE(batch.slots().empty());
  batch.Add(7, &a);
  batch.Add(2, &a);
  batch.Add(7, &b);
  batch.Add(7, &a);
  EXPECT_EQ(batch.slots(), (std::vector<Slot>{7, 2}));
  EXPECT_EQ(PayloadsOf(batch, 7), (std::vector<const Payload*>{&a, &b, &a}));
  EXPECT_EQ(PayloadsOf(batch, 2), (std::vector<const Payload*>{&a}));
}

TEST(WriteBatchTest, IsEmptyAfterClear) {
  const Payload a("a");
  WriteBatch batch;
  batch.Add(3, &a);
  batch.Clear();
  EXPECT_TRUE(batch.slots().empty());
  batch.Add(3, &a);
  EXPECT_EQ(batch.slots(), (std::vector<Slot>{3}));
  EXPECT_EQ(PayloadsOf(batch, 3), (std::vector<const Payload*>{&a}));
}

TEST(WriteBatchTest, DoesWhatANaiveOneDoesFromTickToTick) {
  std::vector<Payload> payloads;
  for (int i = 0; i < 10; ++i) payloads.emplace_back(std::to_string(i));
  std::mt19937 random(3);
  WriteBatch batch;
  for (int tick = 0; tick < 200; ++tick) {
    std::map<Slot, std::vector<const Payload*>> naive;
    std::vector<Slot> order;
    for (std::size_t i = random() % 60; i > 0; --i) {
      const Slot slot = random() % 25;
      const Payload* const payload = &payloads[random() % payloads.size()];
      batch.Add(slot, payload);
      if (naive[slot].empty()) order.push_back(slot);
      naive[slot].push_back(payload);
    }
    ASSERT_EQ(batch.slots(), order);
    for (const Slot slot : order) {
      ASSERT_EQ(PayloadsOf(batch, slot), naive[slot]);
    }
    batch.Clear();
  }
}

TEST(LoopCountersTest, CountUpAndDown) {
  Counter counter;
  EXPECT_EQ(counter.Get(), 0U);
  counter.Add();
  counter.Add(41);
  EXPECT_EQ(counter.Get(), 42U);
  counter.Subtract(40);
  EXPECT_EQ(counter.Get(), 2U);
}

}  // namespace
}  // namespace tickerhub::testing
