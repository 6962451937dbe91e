#include "stocks/alarm.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

// Counts the timers that are started.
class CountingScheduler : public testing::ManualScheduler {
 public:
  TimerId RunAfter(milliseconds delay, Task task) override {
    ++started;
    return ManualScheduler::RunAfter(delay, std::move(task));
  }
  int started = 0;
};

class AlarmTest : public ::testing::Test {
 protected:
  void SetIn(int ms) { alarm_.Set(scheduler_.SteadyNow() + milliseconds(ms)); }
  // How often it rings in the next `ms` milliseconds.
  int RingsIn(int ms) {
    const int before = rings_;
    scheduler_.Advance(milliseconds(ms));
    return rings_ - before;
  }

  CountingScheduler scheduler_;
  int rings_ = 0;
  Alarm alarm_{scheduler_, [this] { ++rings_; }};
};

TEST_F(AlarmTest, RingsOnceAtItsMoment) {
  SetIn(10);
  EXPECT_TRUE(alarm_.is_set());
  EXPECT_EQ(RingsIn(9), 0);
  EXPECT_EQ(RingsIn(1), 1);
  EXPECT_FALSE(alarm_.is_set());
  EXPECT_EQ(RingsIn(1'000), 0);
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(AlarmTest, CanBeSetForLaterAndForEarlier) {
  SetIn(10);
  SetIn(20);
  EXPECT_EQ(RingsIn(19), 0);
  EXPECT_EQ(RingsIn(1), 1);
  SetIn(20);
  SetIn(10);
  EXPECT_EQ(RingsIn(9), 0);
  EXPECT_EQ(RingsIn(1), 1);
  EXPECT_EQ(RingsIn(100), 0);
}

TEST_F(AlarmTest, RingsInTheMillisecondAfterAMomentWithinOne) {
  alarm_.Set(scheduler_.SteadyNow() + std::chrono::microseconds(9'100));
  EXPECT_EQ(RingsIn(9), 0);
  EXPECT_EQ(RingsIn(1), 1);
}

TEST_F(AlarmTest, DoesNotRingOnceSilenced) {
  SetIn(10);
  alarm_.Silence();
  EXPECT_FALSE(alarm_.is_set());
  EXPECT_EQ(RingsIn(100), 0);
  SetIn(10);
  alarm_.Stop();
  EXPECT_EQ(scheduler_.pending(), 0u);
  EXPECT_EQ(RingsIn(100), 0);
  SetIn(10);
  EXPECT_EQ(RingsIn(10), 1);
}

TEST_F(AlarmTest, StartsNoTimerForEachTimeThatItIsSet) {
  for (int i = 0; i < 1'000; ++i) {
    SetIn(100);
    alarm_.Silence();
  }
  EXPECT_EQ(scheduler_.started, 1);
  for (int ms = 0; ms < 1'000; ++ms) {
    SetIn(100);
    EXPECT_EQ(RingsIn(1), 0);
  }
  EXPECT_LE(scheduler_.started, 12);
  EXPECT_EQ(RingsIn(99), 1);
}

TEST_F(AlarmTest, CanBeSetWhileItRings) {
  int rings = 0;
  Alarm alarm(scheduler_, [&] {
    if (++rings < 3) alarm.Set(scheduler_.SteadyNow() + milliseconds(10));
  });
  alarm.Set(scheduler_.SteadyNow());
  scheduler_.Advance(milliseconds(100));
  EXPECT_EQ(rings, 3);
}

}  // namespace
}  // namespace tickerhub::internal
