// The services over a websocketpp::server of the program's own: what the
// example in endpoint_broadcaster.h builds, with readers that stall.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>
#include <websocketpp/config/asio_no_tls.hpp>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/websocket_client.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/asio_scheduler.h"
#include "tickerhub/websocketpp/endpoint_broadcaster.h"

namespace tickerhub::testing {
namespace {

using Endpoint = ::websocketpp::server<::websocketpp::config::asio>;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Small enough for a reader that stalls to be noticed.
constexpr int kBufferBytes = 8 * 1024;

class EndpointServiceTest : public ::testing::Test {
 protected:
  EndpointServiceTest() {
    endpoint_.clear_access_channels(::websocketpp::log::alevel::all);
    endpoint_.clear_error_channels(::websocketpp::log::elevel::all);
    endpoint_.init_asio();
    endpoint_.set_tcp_post_init_handler(
        [this](::websocketpp::connection_hdl handle) {
          endpoint_.get_con_from_hdl(handle)->get_raw_socket().set_option(
              asio::socket_base::send_buffer_size(kBufferBytes));
        });
    endpoint_.set_close_handshake_timeout(60'000);
  }

  // Stops the endpoint when it goes, before the services that it calls.
  class Running {
   public:
    explicit Running(EndpointServiceTest& test) : test_(test) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { test_.Stop(); }

   private:
    EndpointServiceTest& test_;
  };

  Running Run() {
    endpoint_.listen(
        asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::error_code error;
    port_ = endpoint_.get_local_endpoint(error).port();
    endpoint_.start_accept();
    thread_ = std::thread([this] { endpoint_.run(); });
    return Running(*this);
  }
  void Stop() {
    endpoint_.stop();
    if (thread_.joinable()) thread_.join();
  }

  template <typename Task>
  void OnHub(Scheduler& scheduler, Task task) {
    std::promise<void> done;
    scheduler.Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  Endpoint endpoint_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(EndpointServiceTest, BringsAStalledReaderTheNewestPrices) {
  AsioScheduler scheduler(endpoint_.get_io_service());
  EndpointBroadcaster<Endpoint> out(endpoint_);
  StockTracker::Options options;
  options.join_window = milliseconds(1);
  StockTracker tracker(out, scheduler, options);
  out.Serve(tracker);
  constexpr int kStocks = 1'000;
  const auto set_all = [&](int round) {
    for (int i = 0; i < kStocks; ++i) {
      tracker.SetPrice("STOCK-" + std::to_string(i), Price::Of(round + 1, 0));
    }
    tracker.Flush();
  };
  set_all(0);
  const Running running = Run();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  ASSERT_TRUE(Eventually([&] {
    std::uint64_t sessions = 0;
    OnHub(scheduler, [&] { sessions = tracker.counters().sessions; });
    return sessions == 1;
  }));
  constexpr int kRounds = 500;  // 13 KB each, so it cannot have them all
  for (int round = 1; round <= kRounds; ++round) {
    OnHub(scheduler, [&] { set_all(round); });
  }
  // It reads again, and comes to the newest price of each stock, although
  // nothing is published any more.
  const std::string newest = std::to_string(kRounds + 1);
  std::map<std::string, std::string> prices;
  int frames = 0;
  const auto is_up_to_date = [&] {
    for (const auto& [stock, price] : prices) {
      if (price != newest) return false;
    }
    return prices.size() == kStocks;
  };
  while (!is_up_to_date()) {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value()) << frames;
    ASSERT_EQ(frame->opcode, kText);
    ++frames;
    for (int i = 0; i < kStocks; ++i) {
      const std::string name = "STOCK-" + std::to_string(i);
      const std::size_t at = frame->payload.find("\"" + name + "\":");
      if (at == std::string::npos) continue;
      const std::size_t from = at + name.size() + 3;
      prices[name] = frame->payload.substr(
          from, frame->payload.find_first_of(",}", from) - from);
    }
  }
  EXPECT_LT(frames, kRounds);
  OnHub(scheduler, [&] { EXPECT_GE(tracker.counters().resyncs, 1u); });
}

TEST_F(EndpointServiceTest, ClosesAReaderThatStallsTooLongOverNotifications) {
  AsioScheduler scheduler(endpoint_.get_io_service());
  EndpointBroadcaster<Endpoint>::Options options;
  options.max_queued_bytes = 16 * 1024;
  EndpointBroadcaster<Endpoint> out(endpoint_, options);
  InMemoryNotificationLog log;
  Notifier notifier(out, scheduler, log);
  out.Serve(notifier);
  const Running running = Run();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  WebSocketClient good;
  ASSERT_TRUE(good.Connect(port_, "/"));
  EXPECT_THAT(good.NextText(), HasSubstr("\"id\""));  // it has opened
  const std::string text(1'900, 'x');
  const auto announce = [&](int number) {
    OnHub(scheduler, [&] { notifier.Announce(std::to_string(number) + text); });
  };
  for (int i = 0; i < 1'000; ++i) {
    announce(i);
    std::string got;
    while (got.find("\"" + std::to_string(i) + "xxx") == std::string::npos) {
      got = good.NextText();
      ASSERT_NE(got, "(nothing)");
    }
  }
  const auto close = stalled.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 4001);
}

TEST_F(EndpointServiceTest, TakesPricesFromAnotherThread) {
  AsioScheduler scheduler(endpoint_.get_io_service());
  PriceInbox inbox(scheduler);
  EndpointBroadcaster<Endpoint> out(endpoint_);
  StockTracker tracker(out, scheduler);
  out.Serve(tracker);
  tracker.Follow(inbox);
  const Running running = Run();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  EXPECT_THAT(client.NextText(), HasSubstr("\"snapshot\":true"));
  inbox.Push("AAPL", Price::Of(15'025, 2));
  EXPECT_THAT(client.NextText(), HasSubstr("\"AAPL\""));
  inbox.Push("AAPL", Price::Of(1505, 1));
  EXPECT_THAT(client.NextText(), HasSubstr("{\"AAPL\":150.5}"));
}

TEST_F(EndpointServiceTest, RunsTimersAndPostedTasksInTheirOrder) {
  AsioScheduler scheduler(endpoint_.get_io_service());
  std::vector<std::string> ran;
  std::promise<void> done;
  scheduler.RunAfter(milliseconds(20), [&] {
    ran.emplace_back("late");
    done.set_value();
  });
  scheduler.RunAfter(milliseconds(1), [&] { ran.emplace_back("early"); });
  const auto cancelled =
      scheduler.RunAfter(milliseconds(5), [&] { ran.emplace_back("never"); });
  scheduler.Cancel(cancelled);
  scheduler.Cancel(cancelled);
  scheduler.RunAfter(milliseconds::max(), [&] { ran.emplace_back("never"); });
  scheduler.Post([&] { ran.emplace_back("posted"); });
  const Running running = Run();
  done.get_future().wait();
  Stop();
  EXPECT_THAT(ran, ElementsAre("posted", "early", "late"));
  const auto now = std::chrono::system_clock::now();
  EXPECT_LT(std::chrono::abs(scheduler.Now() - now), std::chrono::minutes(1));
}

TEST_F(EndpointServiceTest, KnowsTheThreadThatRunsTheContext) {
  AsioScheduler scheduler(endpoint_.get_io_service());
  EXPECT_TRUE(scheduler.IsHubThread());
  bool elsewhere = true;
  std::thread([&] { elsewhere = scheduler.IsHubThread(); }).join();
  EXPECT_FALSE(elsewhere);
  const Running running = Run();
  OnHub(scheduler, [&] { EXPECT_TRUE(scheduler.IsHubThread()); });
  EXPECT_FALSE(scheduler.IsHubThread());
  Stop();
  EXPECT_TRUE(scheduler.IsHubThread());
}

TEST(AsioSchedulerTest, MayGoBeforeItsTimersAndTasks) {
  asio::io_context context;
  bool ran = false;
  {
    AsioScheduler scheduler(context);
    scheduler.RunAfter(milliseconds(0), [&] { ran = true; });
    scheduler.RunAfter(std::chrono::hours(1), [&] { ran = true; });
  }
  context.run();
  EXPECT_FALSE(ran);
}

TEST(AsioSchedulerDeathTest, TellsWhoUsesTimersFromAnotherThread) {
  asio::io_context context;
  AsioScheduler scheduler(context);
  const auto misuse = [&] { std::thread([&] { scheduler.Cancel(1); }).join(); };
  const std::string sentence =
      "tickerhub: Scheduler::Cancel() was called from another thread than the "
      "hub's; wrap the call into Scheduler::Post()\n";
#ifdef NDEBUG
  // A process tells each sentence once, so another one than this commits it.
  EXPECT_EXIT(
      {
        misuse();
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), HasSubstr(sentence));
#else
  EXPECT_DEATH(misuse(), HasSubstr(sentence));
#endif
}

}  // namespace
}  // namespace tickerhub::testing
