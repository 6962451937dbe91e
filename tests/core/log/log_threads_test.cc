// The in-memory log between threads, and calls that are taken home.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
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

TEST(LogThreadsTest, TellsEachEntryOnceInTheOrderOfIds) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  InMemoryNotificationLog log;
  std::vector<std::uint64_t> heard;  // never two calls at a time
  std::atomic<int> callers{0};
  log.SetListener([&](const std::vector<LogEntry>& entries) {
    EXPECT_EQ(callers.fetch_add(1), 0);
    for (const LogEntry& entry : entries) heard.push_back(entry.id);
    callers.fetch_sub(1);
  });
  std::atomic<int> acks{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      std::uint64_t last = 0;
      for (int i = 0; i < kEach; ++i) {
        log.Append(ToAll("x"), [&acks](const Ack& ack) {
          EXPECT_FALSE(ack.error);
          acks.fetch_add(1);
        });
        EXPECT_GE(log.last_id(), last);
        last = log.last_id();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(acks.load(), kThreads * kEach);
  ASSERT_EQ(heard.size(), std::size_t{kThreads * kEach});
  for (std::size_t i = 0; i < heard.size(); ++i) EXPECT_EQ(heard[i], i + 1);
}

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

TEST_F(HomeCallsTest, WhatACallThrowsGoesToTheScheduler) {
  const internal::HomeCalls home(scheduler_);
  home.Bind([] { throw std::runtime_error("oops"); })();
  home.Bind(Say(1))();
  EXPECT_THAT(said_, ElementsAre(1));
  EXPECT_THROW(scheduler_.RunPosted(), std::runtime_error);
}

}  // namespace
}  // namespace tickerhub
