#include "load/sequence_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/first_arrivals.h"
#include "load/update_scanner.h"

namespace tickerhub::load {
namespace {

using V = SequenceVerdict;

UpdateFields Scan(std::string_view text) {
  UpdateFields fields;
  EXPECT_TRUE(ScanUpdate(text, &fields)) << text;
  return fields;
}

V After(const std::vector<std::string>& messages) {
  SequenceCheck check;
  V verdict = V::kNothing;
  for (const std::string& message : messages) {
    verdict = check.Check(Scan(message));
  }
  return verdict;
}

TEST(UpdateScannerTest, FindsWhatItNeeds) {
  const UpdateFields fields = Scan(
      R"({"type":"update","seq":13,"since":12,"time":1767364202000,"data":{)");
  EXPECT_EQ(fields.type, "update");
  EXPECT_EQ(fields.seq, 13U);
  EXPECT_EQ(fields.since, 12U);
  EXPECT_EQ(fields.time, 1767364202000U);
  EXPECT_FALSE(fields.snapshot);
}

TEST(UpdateScannerTest, LooksAtTheOutermostObjectOnly) {
  const UpdateFields fields =
      Scan(R"({"data":{"seq":9,"a\"}":[1,{"since":3}]}, "x":"}\\", "n":[[]],)"
           R"( "snapshot" : true ,"seq":4 , "type":"update","m":-1.5})");
  EXPECT_EQ(fields.seq, 4U);
  EXPECT_FALSE(fields.since);
  EXPECT_FALSE(fields.time);
  EXPECT_TRUE(fields.snapshot);
  EXPECT_EQ(fields.type, "update");
}

TEST(UpdateScannerTest, TakesFieldsInAnyOrder) {
  const UpdateFields fields =
      Scan(R"({"time":5,"since":1,"type":"new-stock","seq":2})");
  EXPECT_EQ(fields.type, "new-stock");
  EXPECT_EQ(fields.seq, 2U);
}

TEST(UpdateScannerTest, RefusesWhatIsNoObject) {
  UpdateFields fields;
  for (const char* bad : {"", "[]", "1", "{", R"({"a")", R"({"a":)",
                          R"({"a":})", R"({"a":1)", R"({"a":"x)", R"({"a":"x\)",
                          R"({"a":[1,2})", R"({"a":1 "b":2})", R"({a:1})"}) {
    EXPECT_FALSE(ScanUpdate(bad, &fields)) << bad;
  }
  EXPECT_TRUE(ScanUpdate("{}", &fields));
  EXPECT_TRUE(ScanUpdate(" { } ", &fields));
}

TEST(SequenceCheckTest, FollowsAnUnbrokenChain) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot}), V::kFirst);
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":7,"since":5})"}),
            V::kComplete);
  // What the snapshot holds already may come again.
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":5,"since":3})"}),
            V::kComplete);
  EXPECT_EQ(After({snapshot, R"({"type":"new-stock","seq":6,"since":5})",
                   R"({"type":"stock-removed","seq":7,"since":6})",
                   R"({"type":"heartbeat","seq":7})"}),
            V::kComplete);
  EXPECT_EQ(After({R"({"type":"update","snapshot":true,"seq":0})",
                   R"({"type":"update","seq":1,"since":0})"}),
            V::kComplete);
}

TEST(SequenceCheckTest, SeesAGap) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":7,"since":6})"}),
            V::kGap);
  EXPECT_EQ(After({snapshot, R"({"type":"heartbeat","seq":6})"}), V::kGap);
  EXPECT_EQ(After({R"({"type":"update","seq":1,"since":0})"}), V::kGap);
}

TEST(SequenceCheckTest, CountsOneGapForOneLoss) {
  EXPECT_EQ(After({R"({"type":"update","snapshot":true,"seq":5})",
                   R"({"type":"update","seq":7,"since":6})",
                   R"({"type":"update","seq":8,"since":7})"}),
            V::kComplete);
}

TEST(SequenceCheckTest, TellsMergedFromMissing) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","snapshot":true,"seq":9})"}),
            V::kMerged);
  EXPECT_EQ(After({snapshot, snapshot}), V::kComplete);
}

TEST(SequenceCheckTest, SeesASequenceThatGoesBack) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":4,"since":3})"}),
            V::kBackwards);
  EXPECT_EQ(After({snapshot, R"({"type":"update","snapshot":true,"seq":4})"}),
            V::kBackwards);
}

TEST(SequenceCheckTest, IgnoresWhatHasNoNumber) {
  EXPECT_EQ(After({R"({"type":"subscribed","stocks":"all"})"}), V::kNothing);
}

TEST(FirstArrivalsTest, TellsHowLongAfterTheFirst) {
  FirstArrivals arrivals;
  const auto key = FirstArrivals::KeyOf(1, 1000);
  EXPECT_EQ(arrivals.Note(key, 50), std::nullopt);
  EXPECT_EQ(arrivals.Note(key, 53), 3);
  EXPECT_EQ(arrivals.Note(FirstArrivals::KeyOf(2, 1000), 60), std::nullopt);
  EXPECT_EQ(arrivals.Note(key, 90), 40);
}

TEST(FirstArrivalsTest, KeepsServersApartThatCountAlike) {
  FirstArrivals arrivals;
  EXPECT_EQ(arrivals.Note(FirstArrivals::KeyOf(1, 1000), 50), std::nullopt);
  EXPECT_EQ(arrivals.Note(FirstArrivals::KeyOf(1, 1001), 70), std::nullopt);
}

}  // namespace
}  // namespace tickerhub::load
