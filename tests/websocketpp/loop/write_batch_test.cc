#include "loop/write_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "loop/loop_counters.h"

namespace tickerhub::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using Slot = internal::WriteBatch::Slot;
using Payloads = std::vector<const Payload*>;

Payloads Take(internal::WriteBatch* batch, Slot slot) {
  const internal::WriteBatch::Share share = batch->Take(slot);
  return {share.payloads, share.payloads + share.count};
}

// What is left, by slot, in the order it comes in.
std::vector<std::pair<Slot, Payloads>> TakeAll(internal::WriteBatch* batch) {
  std::vector<std::pair<Slot, Payloads>> all;
  while (!batch->empty()) {
    const Slot slot = batch->first();
    EXPECT_TRUE(batch->Has(slot));
    all.emplace_back(slot, Take(batch, slot));
  }
  return all;
}

// One message of a tick and who gets it.
void Add(internal::WriteBatch* batch, const Payload* payload,
         const std::vector<Slot>& slots) {
  batch->Begin(payload);
  for (const Slot slot : slots) batch->Add(slot);
}

class WriteBatchTest : public ::testing::Test {
 protected:
  WriteBatchTest() {
    batch_.Fit(25);
    batch_.Fit(8);  // smaller than before: does nothing
  }

  const Payload a_{"a"};
  const Payload b_{"b"};
  const Payload c_{"c"};
  internal::WriteBatch batch_;
};

TEST_F(WriteBatchTest, SortsBySlotAndKeepsTheOrderOfEach) {
  EXPECT_TRUE(batch_.empty());
  Add(&batch_, &a_, {7, 2});
  Add(&batch_, &b_, {24, 7});
  Add(&batch_, &c_, {7});
  EXPECT_THAT(TakeAll(&batch_),
              ElementsAre(Pair(7, Payloads{&a_, &b_, &c_}),
                          Pair(2, Payloads{&a_}), Pair(24, Payloads{&b_})));
  EXPECT_FALSE(batch_.Has(7));
  EXPECT_TRUE(batch_.empty());
}

TEST_F(WriteBatchTest, HasOneMessageForAll) {
  Add(&batch_, &a_, {});  // for nobody
  Add(&batch_, &b_, {3, 1});
  EXPECT_THAT(TakeAll(&batch_),
              ElementsAre(Pair(3, Payloads{&b_}), Pair(1, Payloads{&b_})));
}

TEST_F(WriteBatchTest, PassesOverWhatWasTakenOutOfTurnOrDropped) {
  const Payload* const second = &b_;
  for (const bool two : {false, true}) {
    SCOPED_TRACE(two);
    Add(&batch_, &a_, {0, 1, 2, 3});
    if (two) Add(&batch_, second, {2, 3});
    EXPECT_EQ(Take(&batch_, 2),
              two ? (Payloads{&a_, second}) : (Payloads{&a_}));
    batch_.Drop(0);
    batch_.Drop(99);
    EXPECT_FALSE(batch_.Has(0));
    EXPECT_FALSE(batch_.Has(2));
    EXPECT_FALSE(batch_.Has(99));
    EXPECT_EQ(batch_.first(), 1U);
    batch_.Drop(3);
    EXPECT_EQ(Take(&batch_, 1), Payloads{&a_});
    EXPECT_TRUE(batch_.empty());
  }
  // Nothing is left of what was dropped.
  Add(&batch_, &b_, {0, 3});
  Add(&batch_, &c_, {0});
  EXPECT_THAT(TakeAll(&batch_),
              ElementsAre(Pair(0, Payloads{&b_, &c_}), Pair(3, Payloads{&b_})));
}

TEST_F(WriteBatchTest, DoesWhatANaiveOneDoesFromTickToTick) {
  std::vector<Payload> payloads;
  for (int i = 0; i < 10; ++i) payloads.emplace_back(std::to_string(i));
  std::vector<Slot> slots(25);
  std::iota(slots.begin(), slots.end(), 0);
  std::mt19937 random(3);
  for (int tick = 0; tick < 500; ++tick) {
    std::vector<std::pair<Slot, Payloads>> naive;
    for (std::size_t i = random() % payloads.size(); i > 0; --i) {
      std::shuffle(slots.begin(), slots.end(), random);
      const std::vector<Slot> some(slots.data(), slots.data() + random() % 9);
      Add(&batch_, &payloads[i], some);
      for (const Slot slot : some) {
        auto known = std::find_if(
            naive.begin(), naive.end(),
            [slot](const auto& entry) { return entry.first == slot; });
        if (known == naive.end()) known = naive.insert(known, {slot, {}});
        known->second.push_back(&payloads[i]);
      }
    }
    ASSERT_EQ(TakeAll(&batch_), naive);
  }
}

TEST(LoopCountersTest, CountUpAndDown) {
  internal::Counter counter;
  EXPECT_EQ(counter.Get(), 0U);
  counter.Add();
  counter.Add(41);
  EXPECT_EQ(counter.Get(), 42U);
  counter.Subtract(40);
  EXPECT_EQ(counter.Get(), 2U);
}

}  // namespace
}  // namespace tickerhub::testing
