// The benchmark's own parts: a comparison is worth what its yardstick is.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fanout/crowd.h"
#include "fanout/peers.h"
#include "fanout/plan.h"
#include "load/update_reader.h"

namespace tickerhub::fanout {
namespace {

TEST(CommandTest, ComesBackFromAStreamInAnyPieces) {
  const std::string lines = ToLine({"tick", 12, 8, 76}) + ToLine({"dump"});
  EXPECT_EQ(lines, "tick 12 8 76\ndump 0 0 0\n");
  for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
    CommandStream stream;
    std::string read;
    for (const auto& part : {lines.substr(0, cut), lines.substr(cut)}) {
      for (const Command& command : stream.Push(part)) read += ToLine(command);
    }
    EXPECT_EQ(read, lines) << cut;
  }
}

TEST(CommandTest, WritesMessagesOfTheSizeAskedFor) {
  for (const std::size_t bytes : {76U, 400U, 4096U}) {
    const std::string text = MessageText(1'234'567, bytes);
    EXPECT_EQ(text.size(), bytes);
    load::UpdateReader reader;
    const load::UpdateFields* const fields = reader.Read(text);
    ASSERT_NE(fields, nullptr) << text;
    EXPECT_EQ(fields->seq, 1'234'567U);
    EXPECT_EQ(fields->since, 1'234'566U);
  }
}

TEST(PlanTest, LetsThePeersTakeTurnsWithinEachRound) {
  PlanOptions options;
  options.clients = {1};
  options.bytes = {76};
  options.rounds = 2;
  options.connect_rounds = 0;
  std::vector<std::string> names;
  for (const Turn& turn :
       MakePlan(options, {{"floor", {}}, {"x", {}}, {"y", {}}})) {
    names.push_back(turn.Name());
  }
  EXPECT_EQ(names, std::vector<std::string>({
                       "all/floor/clients:1/bytes:76/round:0",
                       "all/x/clients:1/bytes:76/round:0",
                       "all/y/clients:1/bytes:76/round:0",
                       "all/x/clients:1/bytes:76/round:1",
                       "all/y/clients:1/bytes:76/round:1",
                       "all/floor/clients:1/bytes:76/round:1",
                   }));
}

class PeerTest : public ::testing::TestWithParam<Peer> {};

TEST_P(PeerTest, DeliversEveryFrameToEveryClient) {
  Crowd crowd;
  ASSERT_EQ(crowd.Start(GetParam().command, GetParam().compression), "");
  ASSERT_EQ(crowd.Connect(20, /*subset=*/false), "");
  RoundRequest request;
  request.ticks = 3;
  for (const Scenario scenario : {Scenario::kAll, Scenario::kEight}) {
    for (const std::uint32_t bytes : {76U, 20'000U}) {
      request.scenario = scenario;
      request.bytes = bytes;
      const RoundResult result = crowd.Run(request);
      EXPECT_EQ(result.expected, 60 * MessagesPerTick(scenario));
      EXPECT_EQ(result.arrived, result.expected);
      EXPECT_EQ(result.out_of_order, 0U);
      EXPECT_EQ(result.bytes, result.arrived * bytes);
      if (GetParam().compression && bytes > 76) {
        EXPECT_LT(result.wire_bytes, result.bytes * 3 / 4);
      } else {
        EXPECT_GT(result.wire_bytes, result.bytes);
      }
      EXPECT_GT(result.cpu_ns, 0);
      EXPECT_GT(result.wall_ns, 0);
    }
  }
}

std::string NameOfPeer(const ::testing::TestParamInfo<Peer>& peer) {
  std::string name = peer.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PeerTest, ::testing::ValuesIn(FindPeers({})),
                         NameOfPeer);

TEST(CrowdTest, FollowsSomeSymbols) {
  Crowd crowd;
  ASSERT_EQ(crowd.Start({TICKERHUB_FANOUT_SERVER, "tickerhub"}), "");
  ASSERT_EQ(crowd.Connect(50, /*subset=*/true), "");
  RoundRequest request;
  request.scenario = Scenario::kSubset;
  request.bytes = 76;
  request.ticks = 10;  // of a hundred symbols: each of the thousand once
  const RoundResult result = crowd.Run(request);
  EXPECT_EQ(result.expected, 50 * kFollowed);
  EXPECT_EQ(result.arrived, result.expected);
  EXPECT_GT(result.served, 50U);
  EXPECT_GT(result.rss_per_connection, 0);
  EXPECT_GT(result.rss_after_per_connection, result.rss_per_connection / 2);
  EXPECT_LT(result.served, result.expected);
}

TEST(CrowdTest, SaysThatAServerDoesNotCompress) {
  Crowd crowd;
  ASSERT_EQ(crowd.Start({TICKERHUB_FANOUT_SERVER, "tickerhub"},
                        /*compression=*/true),
            "");
  EXPECT_EQ(crowd.Connect(2, /*subset=*/false), "the server does not compress");
}

TEST(CrowdTest, SaysThatAServerDoesNotStart) {
  EXPECT_NE(Crowd().Start({"/no/such/program"}), "");
  EXPECT_NE(Crowd().Start({TICKERHUB_FANOUT_SERVER, "nobody"}), "");
}

}  // namespace
}  // namespace tickerhub::fanout
