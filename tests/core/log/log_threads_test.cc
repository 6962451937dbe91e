// The in-memory log between threads, and calls that are taken home.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "log_steps.h"
#include "requests/home_calls.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Ack = NotificationLog::Ack;
using Error = NotificationLog::Error;

TEST(LogThreadsTest, RefusesAppendsThatAreTooManyInFlight) {
  InMemoryNotificationLog::Options options;
  options.max_in_flight = 2;
  options.max_in_flight_bytes = 10;
  InMemoryNotificationLog log(options);
  std::vector<std::string> heard;
  const auto say = [&](const char* name) {
    return [&heard, name](const Ack& ack) {
      EXPECT_TRUE(!ack.error || *ack.error == Error::kBusy);
      heard.push_back(std::string(name) + (ack.error ? " busy" : " kept"));
    };
  };
  log.Append(ToAll("1"), [&](const Ack&) {
    log.Append(ToAll("0123456789"), say("large"));
    log.Append(ToAll("2"), say("second"));
    log.Append(ToAll("3"), say("third"));
  });
  EXPECT_THAT(heard, ElementsAre("large busy", "third busy", "second kept"));
  EXPECT_EQ(log.counters().refused_busy, 2u);
  EXPECT_EQ(log.size(), 2u) << "an error keeps nothing";
  EXPECT_EQ(log.last_id(), 2u) << "an error takes no id";
  log.Append(ToAll("4"), say("fourth"));
  EXPECT_EQ(heard.back(), "fourth kept");
}

// Calls that are taken home --------------------------------------------------

class HomeCallsTest : public ::testing::Test {
 protected:
  auto Say(int number) {
    return [this, number] { said_.push_back(number); };
  }
  static void OnAnotherThread(const std::function<void()>& task) {
    std::thread(task).join();
  }

  testing::ManualScheduler scheduler_;
  std::vector<int> said_;
};

TEST_F(HomeCallsTest, AtHomeACallIsMadeAtOnce) {
  const internal::HomeCalls home(scheduler_);
  home.Bind<int>([&](int number) { said_.push_back(number); })(7);
  EXPECT_THAT(said_, ElementsAre(7));
}

TEST_F(HomeCallsTest, FromAnotherThreadItWaitsForItsTurn) {
  const internal::HomeCalls home(scheduler_);
  OnAnotherThread([&] {
    home.Bind(Say(1))();
    home.Bind(Say(2))();
  });
  EXPECT_THAT(said_, IsEmpty());
  scheduler_.RunPosted();
  EXPECT_THAT(said_, ElementsAre(1, 2));
}

TEST_F(HomeCallsTest, ACallAtHomeDoesNotOvertakeThoseThatWait) {
  const internal::HomeCalls home(scheduler_);
  OnAnotherThread([&] { home.Bind(Say(1))(); });
  home.Bind(Say(2))();
  EXPECT_THAT(said_, ElementsAre(1, 2));
  scheduler_.RunPosted();
  EXPECT_THAT(said_, ElementsAre(1, 2));
}

TEST_F(HomeCallsTest, ACallFromInsideACallIsMadeAfterIt) {
  const internal::HomeCalls home(scheduler_);
  home.Bind([&] {
    home.Bind(Say(2))();
    said_.push_back(1);
  })();
  EXPECT_THAT(said_, ElementsAre(1, 2));
}

TEST_F(HomeCallsTest, NothingIsCalledAfterItsEnd) {
  std::function<void()> late;
  {
    const internal::HomeCalls home(scheduler_);
    late = home.Bind(Say(1));
    OnAnotherThread(late);
  }
  scheduler_.RunPosted();
  late();
  OnAnotherThread(late);
  scheduler_.RunPosted();
  EXPECT_THAT(said_, IsEmpty());
}

// Of a hub that has ended, any thread may use what belongs to its thread.
class EndedHub : public testing::ManualScheduler {
 public:
  bool IsHubThread() const override { return true; }
};

TEST_F(HomeCallsTest, NoOtherThreadMakesACallOfAHubThatHasEnded) {
  EndedHub ended;
  const internal::HomeCalls home(ended);
  const std::function<void()> call = home.Bind(Say(1));
  OnAnotherThread(call);
  EXPECT_THAT(said_, IsEmpty());
  call();
  EXPECT_THAT(said_, ElementsAre(1, 1));
}

TEST_F(HomeCallsTest, WhatACallThrowsGoesToTheScheduler) {
  const internal::HomeCalls home(scheduler_);
  home.Bind([] { throw std::runtime_error("oops"); })();
  home.Bind(Say(1))();
  EXPECT_THAT(said_, ElementsAre(1));
  EXPECT_THROW(scheduler_.RunPosted(), std::runtime_error);
}

}  // namespace
}  // namespace tickerhub
