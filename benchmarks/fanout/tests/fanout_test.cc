// The benchmark's own parts: a comparison is worth what its yardstick is.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fanout/command.h"
#include "fanout/crowd.h"
#include "fanout/plan.h"
#include "fanout/summary.h"
#include "load/update_scanner.h"

namespace tickerhub::fanout {
namespace {

TEST(CommandTest, ComesBackFromAStreamInAnyPieces) {
  Command tick;
  tick.kind = Command::Kind::kTick;
  tick.first = 12;
  tick.count = 8;
  tick.bytes = 76;
  Command changes = tick;
  changes.kind = Command::Kind::kChanges;
  Command dump;
  dump.kind = Command::Kind::kDump;
  const std::string lines =
      ToLine(tick) + "no command\n" + ToLine(changes) + ToLine(dump);
  for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
    CommandStream stream;
    std::vector<Command> all = stream.Push(lines.substr(0, cut));
    for (const Command& command : stream.Push(lines.substr(cut))) {
      all.push_back(command);
    }
    ASSERT_EQ(all.size(), 3U) << cut;
    EXPECT_EQ(ToLine(all[0]), "tick 12 8 76\n");
    EXPECT_EQ(ToLine(all[1]), "changes 12 8 76\n");
    EXPECT_EQ(ToLine(all[2]), "dump\n");
  }
}

TEST(CommandTest, WritesMessagesOfTheSizeAskedFor) {
  for (const std::size_t bytes : {76U, 400U, 4096U}) {
    const std::string text = MessageText(1'234'567, bytes);
    EXPECT_EQ(text.size(), bytes);
    load::UpdateFields fields;
    EXPECT_TRUE(load::ScanUpdate(text, &fields)) << text;
    EXPECT_EQ(fields.seq, 1'234'567U);
    EXPECT_EQ(fields.since, 1'234'566U);
  }
}

// The symbols of a message's prices.
std::vector<std::string> SymbolsOf(const std::string& text) {
  std::vector<std::string> symbols;
  std::size_t at = text.find(R"("data":{)") + 7;
  for (; at != std::string::npos; at = text.find(",\"", at + 1)) {
    symbols.push_back(text.substr(at + 2, text.find("\":", at + 2) - at - 2));
  }
  return symbols;
}

TEST(CommandTest, WritesPricesRatherThanAFilling) {
  const std::string text = MessageText(2, 4096);
  EXPECT_GT(SymbolsOf(text).size(), 250U);
  EXPECT_LT(std::count(text.begin(), text.end(), ' '), 20);
  // One at least.
  const std::string least = MessageText(2, 0);
  EXPECT_EQ(SymbolsOf(least).size(), 1U);
  EXPECT_LT(least.size(), 70U);
  // And not more than there are symbols.
  const std::vector<std::string> all = SymbolsOf(MessageText(2, 50'000));
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 1000U);
}

TEST(CommandTest, ChangesAHundredDifferentSymbolsInATick) {
  for (const std::uint64_t first : {1U, 77U, 1001U}) {
    std::set<std::uint32_t> symbols;
    for (std::uint64_t i = 0; i < 100; ++i) symbols.insert(SymbolOf(first + i));
    EXPECT_EQ(symbols.size(), 100U);
    EXPECT_LT(*symbols.rbegin(), kSymbols);
  }
}

TEST(CommandTest, GivesEachClientTenSymbolsAndTellsThem) {
  std::vector<int> followers(kSymbols);
  for (std::uint32_t client = 0; client < 10'000; ++client) {
    const std::vector<std::uint32_t> symbols = FollowedBy(client);
    EXPECT_EQ(std::set<std::uint32_t>(symbols.begin(), symbols.end()).size(),
              kFollowed);
    for (const std::uint32_t symbol : symbols) ++followers[symbol];
    EXPECT_EQ(ReadFollowText(FollowText(symbols)), symbols);
  }
  // About a hundred each.
  for (const int count : followers) {
    EXPECT_GT(count, 40);
    EXPECT_LT(count, 200);
  }
  EXPECT_TRUE(ReadFollowText("something else").empty());
}

Record RecordOf(const char* peer, std::uint32_t round, double cpu_us) {
  Record record;
  record.turn.clients = 10;
  record.turn.bytes = 76;
  record.turn.round = round;
  record.turn.peer.name = peer;
  record.result.expected = record.result.arrived = 100;
  record.result.served = 50;
  record.result.cpu_ns = cpu_us * 1000 * 100;
  record.result.user_us = 10;
  record.result.wall_ns = 1e9;
  return record;
}

TEST(SummaryTest, TakesMediansAndRatiosWithinTheSameRound) {
  const std::vector<SummaryRow> rows = Summarise(
      {RecordOf("floor", 0, 1), RecordOf("x", 0, 2), RecordOf("floor", 1, 10),
       RecordOf("x", 1, 11), RecordOf("floor", 2, 2), RecordOf("x", 2, 6)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].turn.peer.name, "floor");
  EXPECT_DOUBLE_EQ(rows[0].cpu, 2);
  EXPECT_DOUBLE_EQ(rows[0].ratio, 1);
  EXPECT_DOUBLE_EQ(rows[1].cpu, 6);
  EXPECT_DOUBLE_EQ(rows[1].ratio, 2);  // of 2, 1.1 and 3
  EXPECT_DOUBLE_EQ(rows[1].user, 0.1);
  EXPECT_DOUBLE_EQ(rows[1].cpu_served, 12);
  EXPECT_DOUBLE_EQ(rows[1].frames_a_second, 100);
  EXPECT_EQ(rows[1].rounds, 3U);
}

TEST(SummaryTest, ComparesACompressedPeerWithThePlainOne) {
  std::vector<Record> records;
  const double plain[] = {2, 4, 10};
  const double compressed[] = {3, 5, 11};
  for (std::uint32_t round = 0; round < 3; ++round) {
    records.push_back(RecordOf("tickerhub", round, plain[round]));
    records.push_back(RecordOf("tickerhub-deflate", round, compressed[round]));
    Record& record = records.back();
    record.turn.peer.compression = true;
    record.result.wire_bytes = 4000;
    record.result.rss_after_per_connection = round == 1 ? 700 : 500;
  }
  const std::vector<SummaryRow> rows = Summarise(records);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].ratio_plain, 0);
  EXPECT_DOUBLE_EQ(rows[1].ratio_plain, 1.25);  // of 1.5, 1.25 and 1.1
  EXPECT_DOUBLE_EQ(rows[1].wire_bytes_a_frame, 40);
  EXPECT_DOUBLE_EQ(rows[1].rss_after_bytes, 700);
}

TEST(SummaryTest, TakesMediansOfTheCrowds) {
  std::vector<Record> records;
  const double figures[] = {3, 1, 2};
  for (std::uint32_t round = 0; round < 3; ++round) {
    Record& record = records.emplace_back();
    record.turn.scenario = Scenario::kConnect;
    record.turn.round = round;
    record.result.rss_per_connection = figures[round];
    record.result.handshake_cpu_us = 10 * figures[round];
    record.result.accepts_per_second = 100 * figures[round];
  }
  const std::vector<SummaryRow> rows = Summarise(records);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(rows[0].rss_bytes, 2);
  EXPECT_DOUBLE_EQ(rows[0].handshake, 20);
  EXPECT_DOUBLE_EQ(rows[0].accepts_a_second, 200);
  EXPECT_EQ(rows[0].rounds, 3U);
}

TEST(SummaryTest, CountsWhatWasDropped) {
  Record record = RecordOf("x", 0, 1);
  record.result.arrived = 97;
  record.result.out_of_order = 2;
  const std::vector<SummaryRow> rows = Summarise({record});
  EXPECT_EQ(rows.at(0).dropped, 3U);
  EXPECT_EQ(rows.at(0).out_of_order, 2U);
}

TEST(SummaryTest, KeepsCellsApart) {
  Record other = RecordOf("x", 0, 5);
  other.turn.bytes = 4096;
  EXPECT_EQ(Summarise({RecordOf("x", 0, 1), other}).size(), 2U);
}

TEST(SummaryTest, WritesJson) {
  const std::string json =
      SummaryJson(Summarise({RecordOf("x", 0, 1)}), {{"commit", "a\"b"}});
  EXPECT_NE(json.find(R"("commit":"a\"b")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("peer":"x","clients":10,"bytes":76)"),
            std::string::npos)
      << json;
}

TEST(PlanTest, LetsThePeersTakeTurnsWithinEachRound) {
  PlanOptions options;
  options.clients = {1000};
  options.bytes = {76};
  options.rounds = 2;
  options.connect_rounds = 1;
  std::vector<std::string> names;
  for (const Turn& turn :
       MakePlan(options, {{"floor", {}}, {"tickerhub", {}}, {"other", {}}})) {
    names.push_back(turn.Name());
  }
  const std::vector<std::string> expected = {
      "connect/floor/clients:1000/bytes:0/round:0",
      "connect/tickerhub/clients:1000/bytes:0/round:0",
      "connect/other/clients:1000/bytes:0/round:0",
      "all/floor/clients:1000/bytes:76/round:0",
      "all/tickerhub/clients:1000/bytes:76/round:0",
      "all/other/clients:1000/bytes:76/round:0",
      "all/tickerhub/clients:1000/bytes:76/round:1",
      "all/other/clients:1000/bytes:76/round:1",
      "all/floor/clients:1000/bytes:76/round:1",
      "eight/floor/clients:1000/bytes:76/round:0",
      "eight/tickerhub/clients:1000/bytes:76/round:0",
      "eight/tickerhub/clients:1000/bytes:76/round:1",
      "eight/floor/clients:1000/bytes:76/round:1",
      "subset/tickerhub/clients:10000/bytes:76/round:0",
      "subset/tickerhub/clients:10000/bytes:76/round:1"};
  EXPECT_EQ(names, expected);
}

TEST(PlanTest, MeasuresCompressionOfLargeMessagesToAThousandClients) {
  PlanOptions options;
  options.rounds = 1;
  std::vector<std::string> names;
  for (const Turn& turn : MakePlan(
           options, {{"tickerhub", {}}, {"tickerhub-deflate", {}, true}})) {
    if (turn.peer.compression) names.push_back(turn.Name());
  }
  const std::vector<std::string> broadcasts(names.begin() + 10, names.end());
  EXPECT_EQ(broadcasts,
            std::vector<std::string>(
                {"all/tickerhub-deflate/clients:1000/bytes:4096/round:0"}));
}

TEST(PlanTest, MakesSeveralCrowdsInEachRun) {
  PlanOptions full;
  const auto read = [](std::vector<const char*> arguments,
                       PlanOptions* options) {
    arguments.insert(arguments.begin(), "fanout_bench");
    int count = static_cast<int>(arguments.size());
    EXPECT_FALSE(
        ReadPlanOptions(&count, const_cast<char**>(arguments.data()), options));
  };
  read({}, &full);
  EXPECT_EQ(full.connect_rounds, 10U);
  PlanOptions quick;
  read({"--quick"}, &quick);
  EXPECT_EQ(quick.rounds, 5U);
  EXPECT_EQ(quick.connect_rounds, 3U);
  PlanOptions seven;
  read({"--quick", "--rounds", "7"}, &seven);
  EXPECT_EQ(seven.connect_rounds, 7U);
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
