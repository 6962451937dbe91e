#ifndef TICKERHUB_TESTS_CORE_STOCKS_STOCK_TRACKER_FIXTURE_H_
#define TICKERHUB_TESTS_CORE_STOCKS_STOCK_TRACKER_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {

using std::chrono::milliseconds;

inline Price P(std::string_view text) { return Price::Parse(text).value(); }
inline Symbol S(std::string_view text) { return *Symbol::Parse(text); }

/// Brings what a test has put into it.
class FakeSource : public PriceSource {
 public:
  std::optional<Price> PriceOf(const Symbol& symbol) override {
    const auto it = prices.find(symbol.ToString());
    if (it == prices.end()) return std::nullopt;
    return it->second;
  }
  void Track(const Symbol& symbol, Price price) override {
    tracked.push_back(symbol.ToString() + " " + price.ToString());
  }
  void Untrack(const Symbol& symbol) override {
    untracked.push_back(symbol.ToString());
  }
  std::optional<milliseconds> Poll(const PollTime& now,
                                   std::vector<PriceUpdate>* updates) override {
    ++polls;
    for (PriceUpdate& update : due) {
      update.time = now.wall;
      updates->push_back(update);
    }
    due.clear();
    return wait;
  }
  void SetWake(std::function<void()> wake_up) override {
    wake = std::move(wake_up);
  }

  void Bring(std::string_view symbol, std::string_view price) {
    due.push_back({S(symbol), P(price), Timestamp()});
  }

  std::map<std::string, Price> prices;
  std::vector<std::string> tracked;
  std::vector<std::string> untracked;
  std::vector<PriceUpdate> due;
  std::function<void()> wake;
  std::optional<milliseconds> wait;  // until the next poll
  int polls = 0;
};

/// A StockTracker over fakes; kAnn and kBob are its clients.
class StockTrackerFixture : public ::testing::Test {
 protected:
  static constexpr SessionId kAnn{1};
  static constexpr SessionId kBob{2};

  // Most tests are not about whether prices still come.
  static StockTracker::Options NeverQuiet() {
    StockTracker::Options options;
    options.stale_after = milliseconds(0);
    return options;
  }

  StockTrackerFixture() { Make(NeverQuiet()); }

  void Make(const StockTracker::Options& options) {
    tracker_.reset();
    tracker_ = std::make_unique<StockTracker>(out_, scheduler_, options);
  }

  void Open(SessionId session) {
    tracker_->OnOpen(session, {});
    out_.ClearMessages();
  }

  // What `session` gets back for `text`.
  std::vector<std::string> Ask(SessionId session, std::string_view text,
                               bool binary = false) {
    const std::size_t before = out_.MessagesTo(session).size();
    tracker_->OnMessage(session, {text, binary});
    std::vector<std::string> texts = out_.TextsTo(session);
    texts.erase(texts.begin(),
                texts.begin() + static_cast<std::ptrdiff_t>(before));
    return texts;
  }

  void ExpectError(std::string_view text, const std::string& code,
                   bool binary = false) {
    const std::uint64_t errors = tracker_->counters().errors;
    const std::vector<std::string> answers = Ask(kAnn, text, binary);
    ASSERT_EQ(answers.size(), 1u) << text;
    EXPECT_THAT(answers[0],
                ::testing::StartsWith(R"({"type":"error","code":")" + code +
                                      R"(","message":")"));
    EXPECT_EQ(out_.MessagesTo(kAnn).back().delivery, Delivery::kEvery);
    EXPECT_EQ(tracker_->counters().errors, errors + 1);
  }

  std::string SnapshotText() {
    return std::string(tracker_->Snapshot().text());
  }

  void Pass(int ms) { scheduler_.Advance(milliseconds(ms)); }

  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  FakeSource source_;
  FakeSource other_source_;
  std::unique_ptr<StockTracker> tracker_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_STOCKS_STOCK_TRACKER_FIXTURE_H_
