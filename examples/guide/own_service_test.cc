#include <gtest/gtest.h>
#include <tickerhub/testing/manual_scheduler.h>
#include <tickerhub/testing/recording_broadcaster.h>

#include "order_book.h"

namespace {

using std::chrono::milliseconds;

struct OrderBookTest : testing::Test {
  void Set(const char* price, int amount) {
    book.Set(*tickerhub::Price::Parse(price), amount);
  }

  tickerhub::testing::RecordingBroadcaster out;
  tickerhub::testing::ManualScheduler scheduler;
  OrderBook book{out, scheduler};
  tickerhub::SessionId ann{1};
};

TEST_F(OrderBookTest, GivesWhoConnectsTheWholeBook) {
  Set("150.25", 300);
  Set("150.5", 100);
  book.OnOpen(ann, {});
  EXPECT_EQ(out.LastTextTo(ann), R"({"150.25":300,"150.5":100})");
}

TEST_F(OrderBookTest, PublishesOnlyChangesTenTimesASecond) {
  book.OnOpen(ann, {});
  out.ClearMessages();
  for (int amount = 5; amount >= 0; --amount) Set("150", amount);
  scheduler.Advance(milliseconds(99));  // takes no time
  EXPECT_TRUE(out.TextsTo(ann).empty());
  Set("151", 1);
  scheduler.Advance(milliseconds(1));
  Set("151", 2);
  scheduler.Advance(milliseconds(100));
  std::vector<std::string> texts{R"({"150":0,"151":1})", R"({"151":2})"};
  EXPECT_EQ(out.TextsTo(ann), texts);
}

TEST_F(OrderBookTest, GivesASlowReaderTheWholeBookOnceItHasCaughtUp) {
  book.OnOpen(ann, {});
  out.SetStalled(ann, true);
  Set("150.25", 300);
  scheduler.Advance(milliseconds(100));
  out.SetStalled(ann, false);
  book.OnDrained(ann, out.SkippedSince(ann));  // what the server would do
  EXPECT_EQ(out.LastTextTo(ann), R"({"150.25":300})");
}

TEST_F(OrderBookTest, ClosesAClientThatTalks) {
  book.OnOpen(ann, {});
  book.OnMessage(ann, {"buy!"});
  ASSERT_NE(out.ClosedOf(ann), nullptr);
  EXPECT_EQ(out.ClosedOf(ann)->code, tickerhub::CloseCode::kPolicy);
}

}  // namespace
