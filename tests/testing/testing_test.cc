#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/notification_log_suite.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ManualSchedulerTest, StartsAtAFixedMoment) {
  EXPECT_EQ(ManualScheduler().Now().time_since_epoch(),
            milliseconds(1'767'364'200'000));  // 2026-01-02 14:30:00 UTC
  const Timestamp other(milliseconds(5));
  EXPECT_EQ(ManualScheduler(other).Now(), other);
}

TEST(ManualSchedulerTest, RunsWhatFallsDueInOrderOfItsTime) {
  ManualScheduler scheduler;
  std::vector<int> ran;
  scheduler.RunAfter(milliseconds(20), [&] { ran.push_back(20); });
  scheduler.RunAfter(milliseconds(10), [&] { ran.push_back(10); });
  scheduler.RunAfter(milliseconds(10), [&] { ran.push_back(11); });
  scheduler.RunAfter(milliseconds(31), [&] { ran.push_back(31); });
  EXPECT_THAT(ran, IsEmpty());
  EXPECT_EQ(scheduler.pending(), 4u);
  scheduler.Advance(milliseconds(30));
  EXPECT_THAT(ran, ElementsAre(10, 11, 20));
  EXPECT_EQ(scheduler.pending(), 1u);
  scheduler.Advance(milliseconds(1));
  EXPECT_THAT(ran, ElementsAre(10, 11, 20, 31));
}

TEST(ManualSchedulerTest, RunsEachTaskAtItsOwnTime) {
  ManualScheduler scheduler(Timestamp(milliseconds(0)));
  std::vector<Timestamp> at;
  scheduler.RunAfter(milliseconds(3), [&] {
    at.push_back(scheduler.Now());
    scheduler.RunAfter(milliseconds(4), [&] { at.push_back(scheduler.Now()); });
    scheduler.RunAfter(milliseconds(0), [&] { at.push_back(scheduler.Now()); });
  });
  scheduler.Advance(milliseconds(10));
  EXPECT_THAT(
      at, ElementsAre(Timestamp(milliseconds(3)), Timestamp(milliseconds(3)),
                      Timestamp(milliseconds(7))));
  EXPECT_EQ(scheduler.Now(), Timestamp(milliseconds(10)));
}

TEST(ManualSchedulerTest, RunsATaskWithoutDelayOnlyWhenAdvanced) {
  ManualScheduler scheduler;
  int runs = 0;
  scheduler.RunAfter(milliseconds(0), [&] { ++runs; });
  EXPECT_EQ(runs, 0);
  scheduler.Advance(milliseconds(0));
  EXPECT_EQ(runs, 1);
}

TEST(ManualSchedulerTest, ForgetsCancelledTasks) {
  ManualScheduler scheduler;
  int runs = 0;
  const Scheduler::TimerId first =
      scheduler.RunAfter(milliseconds(1), [&] { ++runs; });
  Scheduler::TimerId third = Scheduler::kNoTimer;
  scheduler.RunAfter(milliseconds(2), [&] { scheduler.Cancel(third); });
  third = scheduler.RunAfter(milliseconds(2), [&] { ++runs; });
  EXPECT_NE(first, Scheduler::kNoTimer);
  scheduler.Cancel(first);
  scheduler.Cancel(first);
  scheduler.Cancel(12345);
  scheduler.Advance(milliseconds(5));
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(scheduler.pending(), 0u);
}

TEST(TimerTest, RunsOnceAndIsCancelledWhenItGoes) {
  ManualScheduler scheduler;
  int runs = 0;
  {
    Timer timer(scheduler);
    timer.Start(milliseconds(5), [&] { ++runs; });
    timer.Start(milliseconds(10), [&] { runs += 10; });
    EXPECT_TRUE(timer.pending());
    scheduler.Advance(milliseconds(20));
    EXPECT_EQ(runs, 10);
    EXPECT_FALSE(timer.pending());
    timer.Start(milliseconds(5), [&] { ++runs; });
  }
  EXPECT_EQ(scheduler.pending(), 0u);
}

class RecordingBroadcasterTest : public ::testing::Test {
 protected:
  static constexpr SessionId kA{1};
  static constexpr SessionId kB{2};

  void Publish(TopicId topic, const char* text,
               Delivery delivery = Delivery::kLatest, std::uint64_t since = 0) {
    out_.Publish({{topic, Payload(text)}}, delivery, since);
  }

  RecordingBroadcaster out_;
};

TEST_F(RecordingBroadcasterTest, RemembersWhatEachSessionGotAndHow) {
  out_.Subscribe(kA, 3);
  out_.Send(kA, Payload("one"), Delivery::kEvery);
  Publish(3, "two");
  ASSERT_EQ(out_.MessagesTo(kA).size(), 2u);
  EXPECT_EQ(out_.MessagesTo(kA)[0].text, "one");
  EXPECT_EQ(out_.MessagesTo(kA)[0].delivery, Delivery::kEvery);
  EXPECT_FALSE(out_.MessagesTo(kA)[0].published);
  EXPECT_EQ(out_.MessagesTo(kA)[1].delivery, Delivery::kLatest);
  EXPECT_TRUE(out_.MessagesTo(kA)[1].published);
  EXPECT_THAT(out_.MessagesTo(kB), IsEmpty());
  EXPECT_EQ(out_.LastTextTo(kA), "two");
  EXPECT_EQ(out_.LastTextTo(kB), "");
}

TEST_F(RecordingBroadcasterTest, PublishesToThoseWhoFollowTheTopic) {
  out_.Subscribe(kA, 1);
  out_.Subscribe(kA, 1);
  out_.Subscribe(kB, 2);
  EXPECT_TRUE(out_.IsSubscribed(kA, 1));
  EXPECT_FALSE(out_.IsSubscribed(kA, 2));
  out_.Publish({{1, Payload("x")}, {2, Payload("y")}, {7, Payload("z")}},
               Delivery::kLatest, 0);
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("x"));
  EXPECT_THAT(out_.TextsTo(kB), ElementsAre("y"));
  EXPECT_EQ(out_.publication_count(), 3u);
  out_.Unsubscribe(kA, 1);
  out_.Unsubscribe({9}, 1);
  Publish(1, "w");
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("x"));
}

TEST_F(RecordingBroadcasterTest, SkipsAStalledSessionUntilItIsBroughtUpToDate) {
  out_.Subscribe(kA, 1);
  out_.SetStalled(kA, true);
  EXPECT_FALSE(out_.WasSkipped(kA));
  Publish(1, "a");
  EXPECT_TRUE(out_.WasSkipped(kA));
  out_.Send(kA, Payload("early"), Delivery::kLatest);
  EXPECT_FALSE(out_.WasSkipped(kA));
  Publish(1, "stale");
  EXPECT_TRUE(out_.WasSkipped(kA));
  out_.SetStalled(kA, false);
  Publish(1, "b");
  EXPECT_TRUE(out_.WasSkipped(kA));
  out_.Send(kA, Payload("event"), Delivery::kEvery);
  EXPECT_TRUE(out_.WasSkipped(kA));
  out_.Send(kA, Payload("snapshot"), Delivery::kLatest);
  EXPECT_FALSE(out_.WasSkipped(kA));
  Publish(1, "c");
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("early", "event", "snapshot", "c"));
}

TEST_F(RecordingBroadcasterTest, RemembersSinceWhenASessionIsSkipped) {
  out_.Subscribe(kA, 1);
  EXPECT_EQ(out_.SkippedSince(kA), 0u);
  Publish(1, "a", Delivery::kLatest, 3);
  EXPECT_EQ(out_.SkippedSince(kA), 0u);
  out_.SetStalled(kA, true);
  Publish(1, "b", Delivery::kLatest, 4);
  Publish(1, "c", Delivery::kLatest, 5);
  EXPECT_EQ(out_.SkippedSince(kA), 4u);
  out_.SetStalled(kA, false);
  out_.Send(kA, Payload("b and c"), Delivery::kLatest);
  EXPECT_EQ(out_.SkippedSince(kA), 0u);
  out_.SetStalled(kA, true);
  Publish(1, "d", Delivery::kLatest, 6);
  EXPECT_EQ(out_.SkippedSince(kA), 6u);
}

TEST_F(RecordingBroadcasterTest, QueuesEventsForAStalledSession) {
  out_.Subscribe(kA, 1);
  out_.SetStalled(kA, true);
  Publish(1, "event", Delivery::kEvery);
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("event"));
  EXPECT_FALSE(out_.WasSkipped(kA));
}

TEST_F(RecordingBroadcasterTest, GivesAClosedSessionNothing) {
  out_.Subscribe(kA, 1);
  EXPECT_EQ(out_.ClosedOf(kA), nullptr);
  out_.Close(kA, CloseCode::kSlow, std::string(200, 'r'));
  out_.Close(kA, CloseCode::kNormal, "again");
  ASSERT_NE(out_.ClosedOf(kA), nullptr);
  EXPECT_EQ(out_.ClosedOf(kA)->code, CloseCode::kSlow);
  EXPECT_EQ(out_.ClosedOf(kA)->reason, std::string(123, 'r'));
  out_.Send(kA, Payload("x"), Delivery::kEvery);
  out_.Subscribe(kA, 1);
  Publish(1, "y");
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  EXPECT_FALSE(out_.IsSubscribed(kA, 1));
}

TEST_F(RecordingBroadcasterTest, ForgetsMessagesNotSubscriptions) {
  out_.Subscribe(kA, 1);
  Publish(1, "x");
  out_.ClearMessages();
  EXPECT_THAT(out_.TextsTo(kA), IsEmpty());
  Publish(1, "y");
  EXPECT_THAT(out_.TextsTo(kA), ElementsAre("y"));
}

TEST(ManualSchedulerTest, SetsTheWallClockWithoutMovingTimers) {
  ManualScheduler scheduler;
  const Timestamp start = scheduler.Now();
  int runs = 0;
  scheduler.RunAfter(milliseconds(10), [&] { ++runs; });
  scheduler.SetWallClock(start - std::chrono::hours(1));
  scheduler.Advance(milliseconds(9));
  EXPECT_EQ(runs, 0);
  scheduler.Advance(milliseconds(1));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(scheduler.Now(), start - std::chrono::hours(1) + milliseconds(10));
  EXPECT_EQ(scheduler.SteadyNow() - SteadyTime(), milliseconds(10));
}

TEST(ManualSchedulerTest, JumpsOverTheTimersAndRunsThemLate) {
  ManualScheduler scheduler;
  const SteadyTime start = scheduler.SteadyNow();
  const Timestamp wall = scheduler.Now();
  std::vector<milliseconds> ran;
  const auto note = [&] {
    ran.push_back(std::chrono::duration_cast<milliseconds>(
        scheduler.SteadyNow() - start));
  };
  scheduler.RunAfter(milliseconds(20), note);
  scheduler.RunAfter(milliseconds(10), [&] {
    note();
    scheduler.RunAfter(milliseconds(10), note);
  });
  EXPECT_EQ(scheduler.Jump(milliseconds(100)), 2u);
  EXPECT_EQ(ran, (std::vector{milliseconds(100), milliseconds(100)}));
  EXPECT_EQ(scheduler.Now() - wall, milliseconds(100));
  EXPECT_EQ(scheduler.Jump(milliseconds(9)), 0u);
  EXPECT_EQ(scheduler.Jump(milliseconds(1)), 1u);
}

TEST(ManualSchedulerTest, RunsPostedTasksInTheirOrderNotFromWithinPost) {
  ManualScheduler scheduler;
  std::vector<int> ran;
  scheduler.Post([&] {
    scheduler.Post([&] { ran.push_back(2); });
    ran.push_back(1);
  });
  EXPECT_TRUE(ran.empty());
  scheduler.RunPosted();
  EXPECT_EQ(ran, (std::vector<int>{1, 2}));
  scheduler.Post([&] { ran.push_back(3); });
  scheduler.Advance(milliseconds(0));
  EXPECT_EQ(ran, (std::vector<int>{1, 2, 3}));
}

TEST(ManualSchedulerTest, TakesADelayOfAnyLength) {
  ManualScheduler scheduler;
  bool ran = false;
  scheduler.RunAfter(milliseconds::max(), [&] { ran = true; });
  scheduler.Advance(std::chrono::hours(24 * 365));
  EXPECT_FALSE(ran);
  EXPECT_EQ(scheduler.pending(), 1u);
}

TEST(NotificationLogSuiteTest, SaysThatThereIsNoLog) {
  for (const std::string& promise : NotificationLogPromises()) {
    EXPECT_EQ(CheckNotificationLog(
                  promise, [] { return std::unique_ptr<NotificationLog>(); }),
              (std::vector<std::string>{"make_log returned no log"}));
  }
  EXPECT_EQ(CheckNotificationLog("Nothing", nullptr),
            (std::vector<std::string>{"there is no promise \"Nothing\""}));
}

}  // namespace
}  // namespace tickerhub::testing
