#include "hub/inbound_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "sessions/loop_counters.h"

namespace tickerhub::testing {
namespace {

using internal::InboundGate;

constexpr std::uint32_t kLimit = 4;

TEST(InboundGateTest, HoldsOnceAtTheLimit) {
  InboundGate gate;
  EXPECT_FALSE(gate.Enter(kLimit));
  EXPECT_FALSE(gate.Enter(kLimit));
  EXPECT_FALSE(gate.Enter(kLimit));
  EXPECT_FALSE(gate.held());
  EXPECT_TRUE(gate.Enter(kLimit));
  EXPECT_TRUE(gate.held());
  EXPECT_FALSE(gate.Enter(kLimit)) << "is held already";
}

TEST(InboundGateTest, ResumesAtHalfOfTheLimit) {
  InboundGate gate;
  for (std::uint32_t i = 0; i < kLimit; ++i) gate.Enter(kLimit);
  EXPECT_FALSE(gate.Leave(kLimit));
  EXPECT_FALSE(gate.MayResume(kLimit));
  EXPECT_TRUE(gate.Leave(kLimit));
  EXPECT_TRUE(gate.MayResume(kLimit));
  gate.Resume();
  EXPECT_FALSE(gate.held());
  EXPECT_FALSE(gate.MayResume(kLimit));
  EXPECT_FALSE(gate.Leave(kLimit)) << "there is nothing to resume";
}

TEST(InboundGateTest, WithALimitOfOneHoldsAtEachMessage) {
  InboundGate gate;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(gate.Enter(1));
    EXPECT_FALSE(gate.MayResume(1));
    EXPECT_TRUE(gate.Leave(1));
    gate.Resume();
  }
}

TEST(InboundGateTest, CountsTheMessagesOfTheSlotsLastSession) {
  InboundGate gate;
  for (std::uint32_t i = 0; i < kLimit; ++i) gate.Enter(kLimit);
  gate.Resume();  // the next session opens
  EXPECT_TRUE(gate.Enter(kLimit)) << "the hub has five messages to handle";
}

// The hub's thread and the loop's thread look at the same moment: one of them
// has to see that reading may resume, or the client would be held for ever.
TEST(InboundGateTest, NeverStaysHeldWhenEverythingIsHandled) {
  constexpr int kRounds = 20'000;
  InboundGate gate;
  std::atomic<int> entered{0};
  std::atomic<int> asked_to_resume{0};
  std::thread hub([&] {
    for (int i = 0; i < kRounds; ++i) {
      while (entered.load() <= i) std::this_thread::yield();
      if (gate.Leave(1)) asked_to_resume.store(i + 1);
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_TRUE(gate.Enter(1));
    entered.store(i + 1);  // the hub's Leave() runs beside MayResume()
    if (!gate.MayResume(1)) {
      while (asked_to_resume.load() <= i) std::this_thread::yield();
    }
    gate.Resume();
  }
  hub.join();
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
