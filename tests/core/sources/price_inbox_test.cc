#include "tickerhub/price_inbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using PushResult = PriceInbox::PushResult;

Price Units(std::int64_t units) { return Price::Of(units, 8); }
Symbol Name(std::string_view text) { return *Symbol::Parse(text); }

// Counts how often it is polled, and how often it wakes who follows it.
class CountedInbox : public PriceInbox {
 public:
  using PriceInbox::PriceInbox;
  std::optional<milliseconds> Poll(const PollTime& now,
                                   std::vector<PriceUpdate>* updates) override {
    ++polls;
    return PriceInbox::Poll(now, updates);
  }
  void SetWake(std::function<void()> wake) override {
    PriceInbox::SetWake([this, wake = std::move(wake)] {
      ++wakes;
      if (wake) wake();
    });
  }
  int polls = 0;
  int wakes = 0;
};

class PriceInboxTest : public ::testing::Test {
 protected:
  PriceInboxTest() { tracker_.Follow(inbox_); }

  std::string InBook(std::string_view symbol) {
    const Quote* quote = tracker_.book().Find(Name(symbol));
    return quote == nullptr ? "" : std::to_string(quote->price.mantissa());
  }
  void Pass(int ms) { scheduler_.Advance(milliseconds(ms)); }

  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  CountedInbox inbox_{scheduler_};
  StockTracker tracker_{out_, scheduler_};
};

TEST_F(PriceInboxTest, BringsTheFirstPriceAfterAPauseAtOnce) {
  EXPECT_EQ(inbox_.Push("AAPL", Units(1)), PushResult::kAccepted);
  EXPECT_EQ(InBook("AAPL"), "");
  scheduler_.RunPosted();
  EXPECT_EQ(InBook("AAPL"), "1");
  Pass(1'000);
  inbox_.Push("AAPL", Units(2));
  scheduler_.RunPosted();
  EXPECT_EQ(InBook("AAPL"), "2");
}

TEST_F(PriceInboxTest, BringsTheNewestOfEachSymbolOnceAWindow) {
  inbox_.Push("A", Units(1));
  inbox_.Push("B", Units(1));
  Pass(5);
  tracker_.OnOpen({1}, {});
  out_.ClearMessages();
  const int polls = inbox_.polls;
  for (int ms = 0; ms < 50; ++ms) {
    inbox_.Push("A", Units(100 + ms));
    inbox_.Push("B", Units(200 + ms));
    Pass(1);
  }
  EXPECT_LE(inbox_.polls - polls, 11);
  EXPECT_GE(inbox_.polls - polls, 10);
  Pass(10);
  EXPECT_EQ(InBook("A"), "149");
  EXPECT_EQ(InBook("B"), "249");
  EXPECT_THAT(out_.LastTextTo({1}), HasSubstr("0.00000149"));
}

TEST_F(PriceInboxTest, WakesTheHubAtMostOnceAWindow) {
  for (int ms = 0; ms < 1'000; ++ms) {
    for (int i = 0; i < 10; ++i) {
      inbox_.Push("S" + std::to_string(i), Units(ms + 1));
    }
    Pass(1);
  }
  EXPECT_EQ(inbox_.wakes, 1);  // the hub stays awake as long as prices come
  Pass(1'000);
  for (int i = 0; i < 100; ++i) {  // one price, one pause
    inbox_.Push("S1", Units(i + 1));
    Pass(11);
  }
  EXPECT_EQ(inbox_.wakes, 101);
}

TEST_F(PriceInboxTest, LetsTheHubRestWhenNothingComes) {
  inbox_.Push("A", Units(1));
  Pass(100);
  const int polls = inbox_.polls;
  Pass(60'000);
  EXPECT_EQ(inbox_.polls, polls);
}

TEST_F(PriceInboxTest, KeepsWhatIsPushedBeforeItIsFollowed) {
  PriceInbox inbox(scheduler_);
  inbox.Push("A", Units(1));
  inbox.Push("A", Units(2));
  Pass(100);
  EXPECT_EQ(InBook("A"), "");
  tracker_.Follow(inbox);
  EXPECT_EQ(InBook("A"), "2");
  inbox.Push("A", Units(3));
  Pass(5);
  EXPECT_EQ(InBook("A"), "3");
  tracker_.Unfollow(inbox);
}

TEST_F(PriceInboxTest, KeepsWhatIsPushedWhileItIsNotFollowed) {
  inbox_.Push("A", Units(1));
  Pass(1);  // a poll is due
  tracker_.Unfollow(inbox_);
  inbox_.Push("A", Units(2));
  Pass(100);
  EXPECT_EQ(InBook("A"), "1");
  tracker_.Follow(inbox_);
  EXPECT_EQ(InBook("A"), "2");
  inbox_.Push("A", Units(3));
  Pass(5);
  EXPECT_EQ(InBook("A"), "3");
}

TEST_F(PriceInboxTest, MayGoWhileTheHubIsBeingWoken) {
  {
    PriceInbox inbox(scheduler_);
    inbox.Push("A", Units(1));
  }
  Pass(1);
  EXPECT_EQ(InBook("A"), "");
}

TEST_F(PriceInboxTest, StampsAPriceWithTheSystemsClock) {
  const auto before = std::chrono::system_clock::now();
  inbox_.Push("A", Units(1));
  const auto after = std::chrono::system_clock::now();
  const Timestamp own(milliseconds(12'345));
  EXPECT_EQ(inbox_.Push({Name("B"), Units(2), own}), PushResult::kAccepted);
  scheduler_.RunPosted();
  // Its clock ticks a hundred times a second or more.
  EXPECT_GE(tracker_.book().Find(Name("A"))->time,
            before - std::chrono::seconds(1));
  EXPECT_LE(tracker_.book().Find(Name("A"))->time, after);
  EXPECT_EQ(tracker_.book().Find(Name("B"))->time, own);
}

// The steady clock goes on by `step` each time it is read.
class BusyScheduler : public testing::ManualScheduler {
 public:
  SteadyTime SteadyNow() const override { return now_ += step; }
  milliseconds step{0};

 private:
  mutable SteadyTime now_{};
};

TEST(PriceInboxWindowTest, GrowsWithTheTimeThatATakeTakes) {
  BusyScheduler scheduler;
  PriceInbox inbox(scheduler);
  std::vector<PriceUpdate> updates;
  const auto push_and_poll = [&](milliseconds take) {
    inbox.Push("A", Units(1));
    scheduler.step = milliseconds(0);
    const PollTime now{scheduler.Now(), scheduler.SteadyNow()};
    scheduler.step = take / 2;  // it is read before and after
    return inbox.Poll(now, &updates);
  };
  EXPECT_EQ(push_and_poll(milliseconds(0)), milliseconds(5));
  EXPECT_EQ(inbox.counters().stretched_windows, 0u);
  // From the poll to the end of the take, and then the rest.
  EXPECT_EQ(push_and_poll(milliseconds(4)),
            milliseconds(4) + milliseconds(2) * PriceInbox::kRestFactor);
  EXPECT_EQ(inbox.counters().stretched_windows, 1u);
  EXPECT_EQ(push_and_poll(milliseconds(0)), milliseconds(5));
  EXPECT_EQ(inbox.counters().stretched_windows, 1u);
  EXPECT_EQ(updates.size(), 3u);
}

// A text that was pushed before is found without being parsed.
TEST_F(PriceInboxTest, TakesAnyTextOfASymbolForTheSame) {
  const std::string letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  for (std::size_t size = 1; size <= letters.size(); ++size) {
    std::string text = letters.substr(0, size);
    std::int64_t units = 0;
    inbox_.Push(text, Units(++units));
    inbox_.Push(text, Units(++units));
    inbox_.Push({Name(text), Units(++units), {}});
    inbox_.Push(text, Units(++units));
    Pass(5);
    EXPECT_EQ(InBook(text), "4") << text;
    // Longer by what the padding looks like.
    EXPECT_EQ(inbox_.Push(letters.substr(0, size) + '\0', Units(6)),
              PushResult::kInvalidSymbol);
  }
  EXPECT_EQ(tracker_.book().size(), letters.size());
  EXPECT_EQ(inbox_.counters().pushed, 4 * letters.size());
}

TEST_F(PriceInboxTest, SaysAndCountsWhatItDoesNotTake) {
  PriceInbox::Options options;
  options.max_symbols = 2;
  PriceInbox inbox(scheduler_, options);
  EXPECT_EQ(inbox.Push("A", Units(1)), PushResult::kAccepted);
  EXPECT_EQ(inbox.Push("B", Units(1)), PushResult::kAccepted);
  EXPECT_EQ(inbox.Push("C", Units(1)), PushResult::kFull);
  EXPECT_EQ(inbox.Push("A", Units(2)), PushResult::kAccepted);
  EXPECT_EQ(inbox.Push("", Units(2)), PushResult::kInvalidSymbol);
  EXPECT_EQ(inbox.Push("a;b", Units(2)), PushResult::kInvalidSymbol);
  EXPECT_EQ(inbox.Push({Name("D"), Units(2), {}}), PushResult::kFull);
  const PriceInbox::Counters counters = inbox.counters();
  EXPECT_EQ(counters.pushed, 3u);
  EXPECT_EQ(counters.merged, 1u);
  EXPECT_EQ(counters.refused_full, 2u);
  EXPECT_EQ(counters.refused_invalid, 2u);
}

TEST_F(PriceInboxTest, KnowsThePriceOfAStockThatAClientAddsAnew) {
  inbox_.Push("A", Units(5));
  Pass(5);
  tracker_.OnOpen({1}, {});
  tracker_.RemoveStock(Name("A"));
  inbox_.Push("A", Units(6));
  Pass(5);
  EXPECT_EQ(InBook("A"), "");
  out_.ClearMessages();
  tracker_.OnMessage({1}, {R"({"type":"add-stock","stock":"A"})", false});
  EXPECT_EQ(InBook("A"), "6");
  EXPECT_EQ(inbox_.PriceOf(Name("B")), std::nullopt);
}

TEST_F(PriceInboxTest, AddsSymbolsInTheOrderInWhichTheyCame) {
  std::vector<std::string> pushed;
  for (int i = 0; i < 300; ++i) {
    pushed.push_back("S" + std::to_string(i * 37 % 300));
    inbox_.Push(pushed.back(), Units(1));
  }
  Pass(5);
  std::vector<std::string> tracked;
  tracker_.book().ForEach(
      [&](const Quote& quote) { tracked.push_back(quote.symbol.ToString()); });
  EXPECT_EQ(tracked, pushed);
}

}  // namespace
}  // namespace tickerhub
