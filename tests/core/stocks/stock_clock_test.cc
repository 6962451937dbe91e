// Prices while a clock jumps: the wall clock because somebody sets it, the
// steady clock because the process or its machine stood still.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "fields/feed_time.h"
#include "stock_tracker_fixture.h"
#include "support/clock_jumps.h"
#include "tickerhub/day_start.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/simulated_market.h"

namespace tickerhub {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kJumps;
using testing::kTenYears;

class StockClockTest : public StockTrackerFixture {
 protected:
  // Sends an update to a client at every change, twice a second to the other.
  void Start(const StockTracker::Options& options = StockTracker::Options()) {
    Make(options);
    tracker_->AddStock("AAPL", P("150"));
    Open(kAnn);
    Open(kBob);
    tracker_->OnMessage(kBob, {R"({"type":"subscribe","maxRate":2})", false});
    Pass(1'000);
    out_.ClearMessages();
  }

  std::size_t Told(SessionId session) const {
    return out_.MessagesTo(session).size();
  }
};

TEST_F(StockClockTest, AStandstillFiresEachTimerOnceHoweverLongItWas) {
  SimulatedMarket market;
  Start();
  tracker_->Follow(market);
  Pass(10'000);
  out_.ClearMessages();
  Pass(10'000);
  const std::size_t usual = Told(kAnn);
  for (const milliseconds jump : kJumps) {
    out_.ClearMessages();
    EXPECT_LE(scheduler_.Jump(jump), 6u) << jump.count();
    Pass(10);
    // The price of now, a state of the feed, a heartbeat: never all between.
    EXPECT_LE(Told(kAnn), 3u);
    EXPECT_LE(Told(kBob), 3u);
    Pass(10'000);
    EXPECT_LE(Told(kAnn), usual + 3);  // nothing is made up for
    EXPECT_EQ(tracker_->feed().state, FeedState::kLive);
    EXPECT_THAT(out_.TextsTo(kAnn).back(), HasSubstr("\"update\""));
  }
  tracker_.reset();
}

// What was recorded is not left out. It is played in pieces, and clients get
// the newest of each piece.
TEST_F(StockClockTest, AReplayCatchesUpInPieces) {
  std::string lines = "time,symbol,price\n";
  for (int i = 0; i < 100'000; ++i) {
    lines += std::to_string(1'614'956'400'000 + i * 100) + ",A," +
             std::to_string(i + 1) + "\n";
  }
  ReplaySource replay(std::make_unique<std::istringstream>(lines),
                      ReplaySource::Options());
  Start();
  tracker_->Follow(replay);
  Pass(1'000);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("11"));
  out_.ClearMessages();
  scheduler_.Jump(hours(1));  // 36,000 lines
  EXPECT_LT(tracker_->book().Find(S("A"))->price, P("36001"));
  Pass(100);
  EXPECT_EQ(tracker_->book().Find(S("A"))->price, P("36012"));
  EXPECT_LE(Told(kAnn), 20u);
  tracker_.reset();
}

TEST_F(StockClockTest, SettingTheWallClockNeitherHoldsNorHurriesUpdates) {
  Start(NeverQuiet());
  int price = 100;
  for (const milliseconds jump : kJumps) {
    for (const milliseconds by : {jump, -2 * jump, jump}) {
      scheduler_.SetWallClock(scheduler_.Now() + by);
      out_.ClearMessages();
      for (int i = 0; i < 10; ++i) {
        tracker_->SetPrice("AAPL", Price::Of(++price, 0));
        Pass(100);
      }
      EXPECT_EQ(Told(kAnn), 10u) << by.count();
      EXPECT_EQ(Told(kBob), 2u) << by.count();
      EXPECT_THAT(out_.TextsTo(kAnn).back(),
                  HasSubstr("\"AAPL\":" + std::to_string(price)));
    }
  }
}

TEST_F(StockClockTest, SettingTheWallClockMakesNoFeedStale) {
  Start();
  tracker_->SetPrice("AAPL", P("151"));
  Pass(100);
  out_.ClearMessages();
  for (const milliseconds jump : kJumps) {
    for (const milliseconds by : {jump, -2 * jump, jump}) {
      scheduler_.SetWallClock(scheduler_.Now() + by);
      Pass(1'000);
      EXPECT_EQ(tracker_->feed().state, FeedState::kLive);
    }
  }
  EXPECT_THAT(out_.TextsTo(kAnn), IsEmpty());
}

TEST_F(StockClockTest,
       TheTimeOfTheNewestPriceIsNotAheadOfAClockThatWasSetBack) {
  Start();
  const Timestamp right = scheduler_.Now();
  scheduler_.SetWallClock(right + kTenYears);
  tracker_->SetPrice("AAPL", P("151"));
  EXPECT_EQ(tracker_->feed().newest_time, right + kTenYears);
  scheduler_.SetWallClock(right);
  tracker_->SetPrice("AAPL", P("152"));
  EXPECT_EQ(tracker_->feed().newest_time, right);
}

TEST_F(StockClockTest, ADayBeginsOnceHoweverFarTheClockIsSetForward) {
  StockTracker::Options options = NeverQuiet();
  std::optional<DayStart> start;
  ASSERT_TRUE(DayStart::Read("13:00", "UTC", &start).ok());
  options.day_start = start;
  scheduler_.SetWallClock(internal::ParseTime("2026-01-02T12:00:00Z").value());
  Start(options);
  for (const milliseconds jump :
       {milliseconds(hours(24)), milliseconds(kTenYears)}) {
    tracker_->SetPrice("AAPL", P("160"));
    tracker_->SetPrice("AAPL", P("155"));
    Pass(100);
    out_.ClearMessages();
    scheduler_.SetWallClock(scheduler_.Now() + jump);
    std::size_t ran = 0;  // it looks at the clock once a minute
    for (int i = 0; i < 70; ++i) ran += scheduler_.Jump(milliseconds(1'000));
    EXPECT_LE(ran, 20u);
    std::size_t days = 0;
    for (const std::string& text : out_.TextsTo(kAnn)) {
      if (text.find("\"reference\":155") != std::string::npos) ++days;
    }
    EXPECT_EQ(days, 1u);
    EXPECT_EQ(tracker_->book().Find(S("AAPL"))->high, P("155"));
  }
}

TEST_F(StockClockTest, BudgetsAreFullAfterAStandstillAndNotFuller) {
  StockTracker::Options options = NeverQuiet();
  options.adding.client = {1, 3};
  Start(options);
  tracker_->Follow(source_);
  int added = 0;
  const auto add = [&](int count) {
    std::size_t refused = 0;
    for (int i = 0; i < count; ++i) {
      const std::string name = "N" + std::to_string(added++);
      source_.prices[name] = P("1");
      for (const std::string& text :
           Ask(kAnn, R"({"type":"add-stock","stock":")" + name + "\"}")) {
        if (text.find("rate-limited") != std::string::npos) ++refused;
      }
    }
    return refused;
  };
  EXPECT_EQ(add(5), 2u);
  for (const milliseconds jump : kJumps) {
    scheduler_.Jump(jump);
    EXPECT_EQ(add(5), 2u);
  }
  for (const milliseconds jump : kJumps) {
    scheduler_.SetWallClock(scheduler_.Now() + jump);
    EXPECT_EQ(add(1), 1u);
    scheduler_.SetWallClock(scheduler_.Now() - 2 * jump);
    EXPECT_EQ(add(1), 1u);
  }
  tracker_.reset();
}

TEST_F(StockClockTest, AnUnusedStockExpiresByTheSteadyClock) {
  StockTracker::Options options = NeverQuiet();
  options.client_stock_lifetime = hours(1);
  Start(options);
  tracker_->Follow(source_);
  source_.prices["MINE"] = P("1");
  Open(kAnn);
  Ask(kAnn, R"({"type":"add-stock","stock":"MINE"})");
  tracker_->OnClose(kAnn);
  tracker_->OnClose(kBob);
  ASSERT_NE(tracker_->book().Find(S("MINE")), nullptr);
  scheduler_.SetWallClock(scheduler_.Now() + kTenYears);
  Pass(60'000);
  EXPECT_NE(tracker_->book().Find(S("MINE")), nullptr);
  scheduler_.SetWallClock(scheduler_.Now() - 2 * kTenYears);
  scheduler_.Jump(hours(2));
  Pass(60'000);
  EXPECT_EQ(tracker_->book().Find(S("MINE")), nullptr);
  tracker_.reset();
}

}  // namespace
}  // namespace tickerhub
