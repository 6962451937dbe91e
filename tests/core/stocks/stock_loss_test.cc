// A client finds by the numbers alone that a message was lost.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "stock_model_client.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {
namespace {

class LossTest : public ::testing::Test {
 protected:
  static constexpr SessionId kClient{1};

  LossTest() : tracker_(out_, scheduler_) {
    for (const char* name : {"A", "B"}) tracker_.AddStock(name, Price());
    tracker_.OnOpen(kClient, {});
  }

  void Set(const char* name, int units) {
    tracker_.SetPrice(name, Price::Of(units, 8));
    tracker_.Flush();
  }

  // What a client finds that loses message number `lost`; the first is 0.
  bool Finds(std::size_t lost) {
    ModelClient client;
    const std::vector<std::string> texts = out_.TextsTo(kClient);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i != lost) client.Take(texts[i]);
    }
    return client.has_missed();
  }

  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  StockTracker tracker_;
};

TEST_F(LossTest, IsFoundByAClientThatFollowsAll) {
  Set("A", 5);                                   // 1
  tracker_.AddStock("C", Price());               // 2
  tracker_.RemoveStock(*Symbol::Parse("A"));     // 3
  Set("B", 6);                                   // 4
  scheduler_.Advance(std::chrono::seconds(15));  // 5: heartbeat
  ASSERT_EQ(out_.MessagesTo(kClient).size(), 6u);
  for (std::size_t lost = 1; lost <= 4; ++lost) EXPECT_TRUE(Finds(lost));
  EXPECT_FALSE(Finds(5));
  EXPECT_FALSE(Finds(6));
}

TEST_F(LossTest, IsFoundByAClientThatFollowsSome) {
  tracker_.OnMessage(kClient, {R"({"type":"subscribe","stocks":["A","B"]})"});
  Set("A", 5);  // 3, after the first snapshot, `subscribed` and the second
  Set("B", 6);  // 4
  Set("A", 7);  // 5
  Set("A", 8);  // 6
  ASSERT_EQ(out_.MessagesTo(kClient).size(), 7u);
  EXPECT_TRUE(Finds(3));
  EXPECT_FALSE(Finds(4));  // not yet: nothing more came of B
  EXPECT_TRUE(Finds(5));
  EXPECT_FALSE(Finds(7));
}

}  // namespace
}  // namespace tickerhub
