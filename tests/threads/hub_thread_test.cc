// Calls that belong to the hub's thread, from another one: a sentence in a
// release build, and the end of the program in a debug build.

#include "threads/hub_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/simulated_market.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kWrong = "() was called from another thread than the hub's; ";
const std::string kPost =
    "wrap the call into Server::Post() or Scheduler::Post()";

// Keeps what it is told.
class ListeningScheduler : public testing::ManualScheduler {
 public:
  void ReportMisuse(std::string_view sentence) override {
    told.emplace_back(sentence);
  }
  std::vector<std::string> told;
};

class HubThreadDeathTest : public ::testing::Test {
 protected:
  // `call` says `sentence` on another thread, and nothing on this one. The
  // other thread is the only one that runs meanwhile.
  void ExpectTold(const std::function<void()>& call,
                  const std::string& sentence) {
    call();
    EXPECT_THAT(scheduler_.told, IsEmpty());
#ifdef NDEBUG
    std::thread(call).join();
    // The call goes on, and may make others that are wrong.
    ASSERT_THAT(scheduler_.told, ::testing::Not(IsEmpty()));
    EXPECT_EQ(scheduler_.told.front(), sentence);
    scheduler_.told.clear();
#else
    EXPECT_DEATH(std::thread(call).join(),
                 HasSubstr("tickerhub: " + sentence + "\n"));
#endif
  }

  ListeningScheduler scheduler_;
  testing::RecordingBroadcaster out_;
};

TEST_F(HubThreadDeathTest, TellsWhoCallsAStockTrackerFromAnotherThread) {
  SimulatedMarket market;
  StockTracker tracker(out_, scheduler_);
  const Price price = Price::Of(1, 8);
  const Symbol symbol = *Symbol::Parse("A");
  const std::string name = "StockTracker::";
  const std::string push = kWrong + "push to a PriceInbox, or " + kPost;
  ExpectTold([&] { tracker.AddStock("A", price); }, name + "AddStock" + push);
  ExpectTold([&] { tracker.SetPrice("A", price); }, name + "SetPrice" + push);
  ExpectTold([&] { tracker.SetPrice(symbol, price); },
             name + "SetPrice" + push);
  const std::vector<PriceUpdate> prices;
  ExpectTold([&] { tracker.Apply(prices); }, name + "Apply" + push);
  const std::string post = kWrong + kPost;
  const std::vector<QuoteUpdate> quotes;
  ExpectTold([&] { tracker.Apply(quotes); }, name + "Apply" + post);
  ExpectTold([&] { tracker.SetReference(symbol, price); },
             name + "SetReference" + post);
  ExpectTold([&] { tracker.StartDay(); }, name + "StartDay" + post);
  ExpectTold([&] { tracker.Follow(market); }, name + "Follow" + post);
  ExpectTold([&] { tracker.Unfollow(market); }, name + "Unfollow" + post);
  ExpectTold([&] { tracker.RemoveStock(symbol); }, name + "RemoveStock" + post);
  ExpectTold([&] { tracker.Flush(); }, name + "Flush" + post);
  ExpectTold([&] { tracker.book(); }, name + "book" + post);
  ExpectTold([&] { tracker.counters(); }, name + "counters" + post);
  ExpectTold([&] { tracker.Snapshot(); }, name + "Snapshot" + post);
  ExpectTold([&] { tracker.SnapshotFor(""); }, name + "SnapshotFor" + post);
}

TEST_F(HubThreadDeathTest, TellsWhoCallsANotifierFromAnotherThread) {
  InMemoryNotificationLog log;
  Notifier notifier(out_, scheduler_, log);
  const std::string name = "Notifier::";
  const std::string post = kWrong + kPost;
  ExpectTold([&] { notifier.Submit({}, nullptr); }, name + "Submit" + post);
  ExpectTold([&] { notifier.SubmitJson("{}", {}, nullptr); },
             name + "SubmitJson" + post);
  ExpectTold([&] { notifier.Announce("Lunch"); }, name + "Announce" + post);
  ExpectTold([&] { notifier.Users(); }, name + "Users" + post);
  ExpectTold([&] { notifier.router(); }, name + "router" + post);
  ExpectTold([&] { notifier.counters(); }, name + "counters" + post);
  ExpectTold([&] { notifier.Kick("ann"); }, name + "Kick" + post);
  ExpectTold([&] { notifier.Clients(1); }, name + "Clients" + post);
}

TEST_F(HubThreadDeathTest, TellsWhoUsesTimersFromAnotherThread) {
  const std::string name = "Scheduler::";
  const std::string post = kWrong + kPost;
  ExpectTold([&] { scheduler_.RunAfter(std::chrono::milliseconds(1), [] {}); },
             name + "RunAfter" + post);
  ExpectTold([&] { scheduler_.Cancel(1); }, name + "Cancel" + post);
}

TEST(SchedulerTest, WritesEachMisuseOnceToStandardError) {
  testing::ManualScheduler scheduler;
  ::testing::internal::CaptureStderr();
  scheduler.ReportMisuse("this was wrong");
  scheduler.ReportMisuse("that was wrong");
  scheduler.ReportMisuse("this was wrong");
  testing::ManualScheduler().ReportMisuse("that was wrong");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "tickerhub: this was wrong\ntickerhub: that was wrong\n");
}

TEST(ManualSchedulerTest, BelongsToTheThreadThatMadeIt) {
  testing::ManualScheduler scheduler;
  EXPECT_TRUE(scheduler.IsHubThread());
  bool elsewhere = true;
  std::thread([&] { elsewhere = scheduler.IsHubThread(); }).join();
  EXPECT_FALSE(elsewhere);
}

TEST(ManualSchedulerTest, TakesPostsFromAnyThread) {
  testing::ManualScheduler scheduler;
  int ran = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) scheduler.Post([&] { ++ran; });
    });
  }
  scheduler.RunPosted();
  for (std::thread& thread : threads) thread.join();
  scheduler.RunPosted();
  EXPECT_EQ(ran, 400);
}

}  // namespace
}  // namespace tickerhub
