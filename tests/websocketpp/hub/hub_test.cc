// The hub's thread: posted tasks, timers, tasks that fail.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

TEST(PostTest, RunsTasksOnTheHubsThreadInTheOrderOfEachThread) {
  RunningServer running;
  constexpr int kThreads = 4;
  constexpr int kTasks = 1'000;
  std::vector<std::vector<int>> seen(kThreads);  // on the hub's thread
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        running.server().Post([&, t, i] {
          EXPECT_EQ(std::this_thread::get_id(), running.hub_thread());
          seen[static_cast<std::size_t>(t)].push_back(i);
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  running.OnHub([] {});
  for (const std::vector<int>& of_thread : seen) {
    ASSERT_EQ(of_thread.size(), static_cast<std::size_t>(kTasks));
    for (int i = 0; i < kTasks; ++i) {
      EXPECT_EQ(of_thread[static_cast<std::size_t>(i)], i);
    }
  }
}

TEST(PostTest, WorksBeforeRun) {
  bool ran = false;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Post([&] { ran = true; });
  });
  running.OnHub([&] { EXPECT_TRUE(ran); });
}

TEST(SchedulerTest, PostsFromAnyThread) {
  RunningServer running;
  std::promise<std::thread::id> ran_on;
  running.server().scheduler().Post(
      [&] { ran_on.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(ran_on.get_future().get(), running.hub_thread());
}

TEST(SchedulerTest, DoesNotRunATaskOfADelayOfYearsAtOnce) {
  RunningServer running;
  std::promise<void> later;
  bool ran = false;
  running.OnHub([&] {
    Scheduler& scheduler = running.server().scheduler();
    for (const milliseconds delay :
         {milliseconds::max(), Scheduler::kMaxDelay,
          milliseconds(std::chrono::hours(24 * 365 * 293))}) {
      scheduler.RunAfter(delay, [&] { ran = true; });
    }
    // What is due at once would run before this.
    scheduler.RunAfter(milliseconds(20), [&] { later.set_value(); });
  });
  later.get_future().wait();
  running.OnHub([&] { EXPECT_FALSE(ran); });
}

TEST(SchedulerTest, RunsATaskOnceNotBeforeItsTime) {
  RunningServer running;
  std::promise<std::chrono::steady_clock::time_point> fired;
  std::promise<std::thread::id> thread;
  const auto begin = std::chrono::steady_clock::now();
  bool returned = false;
  running.OnHub([&] {
    running.server().scheduler().RunAfter(milliseconds(30), [&] {
      EXPECT_TRUE(returned);
      fired.set_value(std::chrono::steady_clock::now());
      thread.set_value(std::this_thread::get_id());
    });
    returned = true;
  });
  EXPECT_GE(fired.get_future().get() - begin, milliseconds(30));
  EXPECT_EQ(thread.get_future().get(), running.hub_thread());
}

TEST(SchedulerTest, DoesntRunADelayOfZeroAtOnce) {
  RunningServer running;
  std::promise<void> done;
  running.OnHub([&] {
    bool ran = false;
    running.server().scheduler().RunAfter(milliseconds(0),
                                          [&] { done.set_value(); });
    EXPECT_FALSE(ran);
  });
  EXPECT_EQ(done.get_future().wait_for(kDeadline), std::future_status::ready);
}

TEST(SchedulerTest, ForgetsWhatIsCancelled) {
  RunningServer running;
  std::promise<std::string> ran;
  auto log = std::make_shared<std::string>();
  running.OnHub([&] {
    Scheduler& scheduler = running.server().scheduler();
    const auto cancelled =
        scheduler.RunAfter(milliseconds(20), [log] { *log += "cancelled "; });
    scheduler.RunAfter(milliseconds(20), [log] { *log += "kept "; });
    // Due at the same moment, and cancelled by the one before it.
    const auto late = std::make_shared<Scheduler::TimerId>();
    scheduler.RunAfter(milliseconds(30), [&scheduler, late, log] {
      scheduler.Cancel(*late);
      *log += "canceller ";
    });
    *late = scheduler.RunAfter(milliseconds(30), [log] { *log += "late "; });
    scheduler.Cancel(cancelled);
    scheduler.Cancel(cancelled);
    scheduler.Cancel(123'456);
    scheduler.RunAfter(milliseconds(60), [&ran, log] { ran.set_value(*log); });
  });
  EXPECT_EQ(ran.get_future().get(), "kept canceller ");
}

TEST(SchedulerTest, RunsTimersInTheOrderOfTheirTimes) {
  RunningServer running;
  std::promise<std::string> done;
  auto log = std::make_shared<std::string>();
  running.OnHub([&] {
    Scheduler& scheduler = running.server().scheduler();
    scheduler.RunAfter(milliseconds(40),
                       [&done, log] { done.set_value(*log + "3"); });
    scheduler.RunAfter(milliseconds(20), [log] { *log += "2"; });
    scheduler.RunAfter(milliseconds(0), [log] { *log += "1"; });
  });
  EXPECT_EQ(done.get_future().get(), "123");
}

TEST(SchedulerTest, TellsTheTimeOfTheWallClock) {
  RunningServer running;
  running.OnHub([&] {
    const auto now = std::chrono::system_clock::now();
    const auto difference = running.server().scheduler().Now() - now;
    EXPECT_LT(std::chrono::abs(difference), std::chrono::minutes(1));
  });
}

TEST(HubTest, GoesOnAfterTasksAndHandlersThatThrow) {
  RunningServer running;
  running.OnHub([&] {
    running.handler().on_open = [](SessionId) {
      throw std::runtime_error("broken open");
    };
    running.handler().on_message = [](SessionId, const InboundMessage&) {
      throw 42;  // not a std::exception
    };
    running.server().scheduler().RunAfter(
        milliseconds(0), [] { throw std::runtime_error("broken timer"); });
  });
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  ASSERT_TRUE(client.SendText("one"));
  ASSERT_TRUE(client.SendText("two"));
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage, 2));
  running.Send(running.handler().Opened(), "still serving");
  EXPECT_EQ(client.NextText(), "still serving");
  // The timer may come last.
  ASSERT_TRUE(Eventually([&] { return running.log().size() == 4; }));
  int opens = 0;
  int timers = 0;
  for (const std::string& line : running.log()) {
    if (line.find("broken open") != std::string::npos) ++opens;
    if (line.find("broken timer") != std::string::npos) ++timers;
  }
  EXPECT_EQ(opens, 1);
  EXPECT_EQ(timers, 1);
}

// What `body` writes to standard error.
std::string StandardErrorOf(const std::function<void()>& body) {
  std::FILE* const file = std::tmpfile();
  std::fflush(stderr);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  body();
  std::fflush(stderr);
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  std::rewind(file);
  char text[1024];
  const std::size_t size = std::fread(text, 1, sizeof text, file);
  std::fclose(file);
  return std::string(text, size);
}

TEST(HubTest, WritesExceptionsToStandardErrorWhenNoLogIsSet) {
  for (const bool with_log : {false, true}) {
    std::string logged;
    Server::Options options = RunningServer::AnyPort();
    if (with_log) {
      options.log = [&](LogLevel level, std::string_view line) {
        if (level == LogLevel::kError) logged += line;
      };
    }
    Server server(options);
    ASSERT_TRUE(server.Listen().ok());
    server.Post([] { throw std::runtime_error("broken task"); });
    server.Post([&] { server.Stop(); });
    const std::string line = "a task on the hub's thread failed: broken task";
    EXPECT_EQ(StandardErrorOf([&] { server.Run(); }),
              with_log ? "" : "tickerhub: " + line + "\n");
    EXPECT_EQ(logged, with_log ? line : "");
  }
}

TEST(HubTest, GoesOnWithALogThatThrows) {
  Server::Options options = RunningServer::AnyPort();
  options.log = [](LogLevel, std::string_view) {
    throw std::runtime_error("the disk is full");
  };
  Server server(options);
  ASSERT_TRUE(server.Listen().ok());
  bool went_on = false;
  server.Post([] { throw std::runtime_error("broken task"); });
  server.Post([&] {
    went_on = true;
    server.Stop();
  });
  EXPECT_EQ(StandardErrorOf([&] { EXPECT_NO_THROW(server.Run()); }),
            "tickerhub: a task on the hub's thread failed: broken task\n");
  EXPECT_TRUE(went_on);
}

}  // namespace
}  // namespace tickerhub::testing
