#include "tickerhub/testing/counting_broadcaster.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace tickerhub::testing {
namespace {

constexpr TopicId kNews = 0;
constexpr TopicId kSport = 4'000'000'000;
constexpr SessionId kA{1};
constexpr SessionId kB{2};
constexpr SessionId kC{3};

class CountingBroadcasterTest : public ::testing::Test {
 protected:
  void Publish(TopicId topic, const char* text) {
    out_.Publish({{topic, Payload(text)}}, Delivery::kEvery);
  }
  std::string LastTo(SessionId session) {
    const Payload* last = out_.LastTo(session);
    return last == nullptr ? "" : std::string(last->text());
  }

  CountingBroadcaster out_;
};

TEST_F(CountingBroadcasterTest, CountsWhatEachSessionIsSent) {
  out_.Send(kA, Payload("one"), Delivery::kEvery);
  out_.Send(kA, Payload("two"), Delivery::kLatest);
  out_.Send(kB, Payload("three"), Delivery::kEvery);
  EXPECT_EQ(out_.CountOf(kA), 2u);
  EXPECT_EQ(LastTo(kA), "two");
  EXPECT_EQ(out_.CountOf(kB), 1u);
  EXPECT_EQ(LastTo(kB), "three");
  EXPECT_EQ(out_.total(), 3u);
  EXPECT_EQ(out_.session_count(), 2u);
}

TEST_F(CountingBroadcasterTest, KnowsNothingOfAStranger) {
  EXPECT_EQ(out_.CountOf(kA), 0u);
  EXPECT_EQ(out_.LastTo(kA), nullptr);
  EXPECT_FALSE(out_.IsSubscribed(kA, kNews));
  EXPECT_FALSE(out_.ClosedOf(kA).has_value());
  out_.Unsubscribe(kA, kNews);
  out_.Forget(kA);
  EXPECT_EQ(out_.session_count(), 0u);
}

TEST_F(CountingBroadcasterTest, PublishesToThoseWhoFollowTheTopic) {
  out_.Subscribe(kA, kNews);
  out_.Subscribe(kB, kSport);
  out_.Subscribe(kC, kNews);
  out_.Subscribe(kC, kSport);
  out_.Publish({{kNews, Payload("n")}, {kSport, Payload("s")}},
               Delivery::kLatest);
  EXPECT_EQ(LastTo(kA), "n");
  EXPECT_EQ(LastTo(kB), "s");
  EXPECT_EQ(out_.CountOf(kC), 2u);
  EXPECT_EQ(LastTo(kC), "s");
  EXPECT_EQ(out_.total(), 4u);
}

TEST_F(CountingBroadcasterTest, SubscribingTwiceIsSubscribingOnce) {
  out_.Subscribe(kA, kNews);
  out_.Subscribe(kA, kNews);
  Publish(kNews, "x");
  EXPECT_EQ(out_.CountOf(kA), 1u);
  out_.Unsubscribe(kA, kNews);
  EXPECT_FALSE(out_.IsSubscribed(kA, kNews));
}

TEST_F(CountingBroadcasterTest, NobodyFollowsAnUnknownTopic) {
  out_.Subscribe(kA, kNews);
  Publish(kSport, "x");
  EXPECT_EQ(out_.total(), 0u);
  EXPECT_EQ(out_.LastTo(kA), nullptr);
}

TEST_F(CountingBroadcasterTest, SharesTheBytesOfAPayload) {
  out_.Subscribe(kA, kNews);
  out_.Subscribe(kB, kNews);
  Publish(kNews, "shared");
  ASSERT_NE(out_.LastTo(kA), nullptr);
  EXPECT_EQ(out_.LastTo(kA)->frame().data(), out_.LastTo(kB)->frame().data());
}

TEST_F(CountingBroadcasterTest, LeavingATopicLeavesTheOthersInIt) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    out_.Subscribe({i}, kNews);
    out_.Subscribe({i}, kSport);
  }
  // From the front, the middle and the end, and one twice.
  for (const std::uint64_t i : {0U, 5U, 9U, 9U}) out_.Unsubscribe({i}, kNews);
  Publish(kNews, "x");
  for (std::uint64_t i = 0; i < 10; ++i) {
    const bool left = i == 0 || i == 5 || i == 9;
    EXPECT_EQ(out_.CountOf({i}), left ? 0u : 1u) << i;
    EXPECT_EQ(out_.IsSubscribed({i}, kNews), !left) << i;
    EXPECT_TRUE(out_.IsSubscribed({i}, kSport)) << i;
  }
  Publish(kSport, "y");
  EXPECT_EQ(out_.total(), 7u + 10u);
}

TEST_F(CountingBroadcasterTest, AClosedSessionGetsNothingMore) {
  out_.Subscribe(kA, kNews);
  out_.Subscribe(kA, kSport);
  out_.Subscribe(kB, kNews);
  out_.Close(kA, CloseCode::kSlow, "slow");
  out_.Close(kA, CloseCode::kNormal, "again");
  out_.Send(kA, Payload("x"), Delivery::kEvery);
  out_.Subscribe(kA, kNews);
  Publish(kNews, "x");
  EXPECT_EQ(out_.CountOf(kA), 0u);
  EXPECT_EQ(out_.CountOf(kB), 1u);
  EXPECT_EQ(out_.ClosedOf(kA), CloseCode::kSlow);
  EXPECT_FALSE(out_.IsSubscribed(kA, kSport));
  EXPECT_FALSE(out_.ClosedOf(kB).has_value());
}

TEST_F(CountingBroadcasterTest, AForgottenSessionLeavesNothingToTheNext) {
  out_.Subscribe(kA, kNews);
  out_.Subscribe(kB, kNews);
  Publish(kNews, "x");
  out_.Close(kA, CloseCode::kIdle, "");
  out_.Forget(kA);
  EXPECT_EQ(out_.session_count(), 1u);
  out_.Subscribe(kC, kSport);  // takes the room of kA
  EXPECT_EQ(out_.CountOf(kC), 0u);
  EXPECT_EQ(out_.LastTo(kC), nullptr);
  EXPECT_FALSE(out_.ClosedOf(kC).has_value());
  Publish(kNews, "y");
  EXPECT_EQ(out_.CountOf(kC), 0u);
  EXPECT_EQ(out_.CountOf(kB), 2u);
  EXPECT_EQ(out_.total(), 3u);
}

}  // namespace
}  // namespace tickerhub::testing
