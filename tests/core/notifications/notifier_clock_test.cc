// Notifications while a clock jumps. What is set in time of day (ttl,
// deliverAt, max_age) follows the wall clock, all else the steady one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "notifier_fixture.h"
#include "support/clock_jumps.h"

namespace tickerhub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kJumps;
using testing::kTenYears;
using ::testing::SizeIs;

class NotifierClockTest : public NotifierTest {
 protected:
  NotifierClockTest() : timed_log_(LogOptions()) { used_log_ = &timed_log_; }
  ~NotifierClockTest() override { notifier_.reset(); }

  InMemoryNotificationLog::Options LogOptions() {
    InMemoryNotificationLog::Options options = Epoch("e1");
    options.max_age = hours(24 * 30);
    options.clock = [this] { return scheduler_.Now(); };
    return options;
  }

  void SetWallClock(milliseconds by) {
    scheduler_.SetWallClock(scheduler_.Now() + by);
  }
  std::string In(const char* field, milliseconds time) const {
    return ",\"" + std::string(field) + "\":" +
           std::to_string((scheduler_.Now() + time).time_since_epoch().count());
  }
  std::size_t Resumed(SessionId session) {
    out_.ClearMessages();
    Resume(session, "e1", 0);
    return Notified(session).size();
  }

  InMemoryNotificationLog timed_log_;
};

TEST_F(NotifierClockTest, WhatIsToComeLaterComesByTheWallClock) {
  Open(kA, "ann");
  SendNotification(kA, "ann", "later", In("deliverAt", minutes(30)));
  SetWallClock(-hours(1));
  scheduler_.Advance(minutes(80));
  EXPECT_THAT(Notified(kA), IsEmpty());
  SetWallClock(hours(1));
  scheduler_.Advance(minutes(1));  // it looks once a minute
  EXPECT_THAT(Notified(kA), ElementsAre("later"));
}

TEST_F(NotifierClockTest, WhatIsToComeLaterComesAfterAStandstill) {
  Open(kA, "ann");
  Settle();
  SendNotification(kA, "ann", "soon", In("deliverAt", minutes(30)));
  SendNotification(kA, "ann", "never", In("deliverAt", hours(30 * 24)));
  EXPECT_LE(scheduler_.Jump(hours(2)), 2u);
  EXPECT_THAT(Notified(kA), ElementsAre("soon"));
  // Suspended, the wall clock alone goes on.
  SetWallClock(hours(31 * 24));
  scheduler_.Advance(minutes(1));
  EXPECT_THAT(Notified(kA), ElementsAre("soon", "never"));
}

TEST_F(NotifierClockTest, WaitingForTheWallClockCostsATimerAMinute) {
  Open(kA, "ann");
  Settle();
  SendNotification(kA, "ann", "later", In("deliverAt", minutes(5)));
  SetWallClock(-kTenYears);
  std::size_t ran = 0;
  for (int i = 0; i < 600; ++i) ran += scheduler_.Jump(std::chrono::seconds(1));
  EXPECT_LE(ran, 12u);
  EXPECT_THAT(Notified(kA), IsEmpty());
}

TEST_F(NotifierClockTest, WhatHasATimeToLiveEndsByTheWallClock) {
  Open(kA, "ann");
  SendNotification(kA, "all", "short", R"(,"ttl":600)");
  SendNotification(kA, "all", "long");
  SetWallClock(-hours(1));
  scheduler_.Jump(minutes(30));
  EXPECT_EQ(Resumed(kA), 0u);  // this connection has got them
  notifier().OnClose(kA);
  Open(kB, "bob");
  EXPECT_EQ(Resumed(kB), 2u);
  SetWallClock(hours(1));
  notifier().OnClose(kB);
  Open(kC, "cat");
  EXPECT_EQ(Resumed(kC), 1u);
}

TEST_F(NotifierClockTest, RetentionFollowsTheWallClock) {
  Open(kA, "ann");
  SendNotification(kA, "all", "old");
  SetWallClock(hours(24));
  SendNotification(kA, "all", "newer");
  EXPECT_EQ(timed_log_.counters().dropped_by_age, 0u);
  SetWallClock(-hours(48));
  SendNotification(kA, "all", "newest");
  EXPECT_EQ(timed_log_.counters().dropped_by_age, 0u);
  SetWallClock(kTenYears);
  SendNotification(kA, "all", "of the future");
  EXPECT_EQ(timed_log_.counters().dropped_by_age, 3u);
}

TEST_F(NotifierClockTest, IdsAndTheirOrderDoNotFollowAClock) {
  Open(kA, "ann");
  Settle();
  for (const milliseconds jump : kJumps) {
    SetWallClock(-jump);
    SendNotification(kA, "all", "m");
    SetWallClock(2 * jump);
    SendNotification(kA, "all", "m");
    SetWallClock(-jump);
  }
  EXPECT_THAT(NotifiedIds(kA), ElementsAre(2, 3, 4, 5, 6, 7));
}

TEST_F(NotifierClockTest, AKeyIsKnownWhenTheClockIsSetBack) {
  Open(kA, "ann");
  SendNotification(kA, "all", "m", R"(,"key":"k")");
  SetWallClock(-hours(48));
  SendNotification(kA, "all", "m", R"(,"key":"k")");
  EXPECT_EQ(notifier().counters().duplicates, 1u);
  EXPECT_THAT(Notified(kA), SizeIs(1));
}

TEST_F(NotifierClockTest, PresenceAndBudgetsFollowTheSteadyClock) {
  options_.notifications.client = {1, 2};
  Open(kA, "ann");
  Settle();
  for (const milliseconds jump : kJumps) {
    for (const milliseconds by : {jump, -2 * jump, jump}) {
      SetWallClock(by);
      out_.ClearMessages();
      Open(kB, "bob");
      PassInterval();
      EXPECT_THAT(Messages(kA, "presence"), SizeIs(1));
      notifier().OnClose(kB);
      PassInterval();
    }
    scheduler_.Jump(jump);
    out_.ClearMessages();
    for (int i = 0; i < 4; ++i) SendNotification(kA, "all", "m");
    EXPECT_THAT(Notified(kA), SizeIs(2));
    SetWallClock(jump);
    SendNotification(kA, "all", "m");
    ExpectError(kA, "rate-limited");
    SetWallClock(-jump);
  }
}

}  // namespace
}  // namespace tickerhub
