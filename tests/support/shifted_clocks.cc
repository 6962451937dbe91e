#include "support/shifted_clocks.h"

#include <gtest/gtest.h>

#include <atomic>

namespace tickerhub::testing::shifted_clocks {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

std::atomic<milliseconds::rep> steady_shift{0};
std::atomic<milliseconds::rep> wall_shift{0};

// Each round of --gtest_repeat begins at the real time: after some rounds of
// decades the steady clock would have come to its end.
class RealTime : public ::testing::EmptyTestEventListener {
  void OnTestIterationStart(const ::testing::UnitTest&, int) override {
    steady_shift = wall_shift = 0;
  }
};

const bool is_listening = [] {
  ::testing::UnitTest::GetInstance()->listeners().Append(new RealTime);
  return true;
}();

}  // namespace

// The names are the linker's.
steady_clock::time_point RealSteadyNow() __asm__(
    "__real__ZNSt6chrono3_V212steady_clock3nowEv");
system_clock::time_point RealSystemNow() __asm__(
    "__real__ZNSt6chrono3_V212system_clock3nowEv");
steady_clock::time_point ShiftedSteadyNow() __asm__(
    "__wrap__ZNSt6chrono3_V212steady_clock3nowEv");
system_clock::time_point ShiftedSystemNow() __asm__(
    "__wrap__ZNSt6chrono3_V212system_clock3nowEv");

steady_clock::time_point ShiftedSteadyNow() {
  return RealSteadyNow() + milliseconds(steady_shift.load());
}

system_clock::time_point ShiftedSystemNow() {
  return RealSystemNow() + milliseconds(wall_shift.load());
}

void MoveSteady(milliseconds by) { steady_shift += by.count(); }

void MoveWall(milliseconds by) { wall_shift += by.count(); }

}  // namespace tickerhub::testing::shifted_clocks
